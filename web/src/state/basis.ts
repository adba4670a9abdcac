/** From a line of the report to the rows it came from, as they were known then. */
import type { Basis } from '../api/report';

/**
 * The address of the page *Data*: one entity, a list of ids that is whole, or a search. The
 * printed report makes the same addresses (`desk/report/paper/basis.py`).
 */
export function rowsOf(basis: Basis): string {
  const { type, ids, count, at } = basis;
  const alone = count === 1 && ids.length === 1;
  // readings of one thing: stand at its chart, however it was found
  const q = alone && basis.attribute ? '' : basis.q;
  const one = alone && !q ? ids[0] : undefined;
  const query = new URLSearchParams();
  if (!one) query.set('type', type);
  if (q) query.set('q', q);
  query.set('at', at);
  if (basis.from && basis.to) {
    query.set('from', basis.from);
    query.set('to', basis.to);
  }
  if (!one && !q && ids.length > 0 && ids.length === count) query.set('ids', ids.join(','));
  const path = one ? `#/explorer/${encodeURIComponent(one)}` : '#/explorer';
  return `${path}?${query}`;
}
