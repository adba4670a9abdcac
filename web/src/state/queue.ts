/**
 * A list that does not jump under the hand: while held, rows keep their place, new ones wait
 * and are counted; what is gone stays until the hand leaves.
 */
import type { Row } from './board';

export interface Shown {
  rows: Row[];
  waiting: number;
}

export function show(rows: readonly Row[], held: readonly string[] | null): Shown {
  if (!held) return { rows: [...rows], waiting: 0 };
  const byId = new Map(rows.map((row) => [row.id, row]));
  const kept = held.flatMap((id) => byId.get(id) ?? []);
  return { rows: kept, waiting: rows.length - kept.length };
}

export type Filter = 'new' | 'mine' | 'all';

/** `role`: what was escalated to the reader's role is the reader's too. */
export function choose(
  rows: readonly Row[],
  filter: Filter,
  me: string,
  sector: string | null,
  role = '',
) {
  const mine = (row: Row): boolean => row.owner === me || (role !== '' && row.escalatedTo === role);
  return rows.filter(
    (row) =>
      (!sector || row.sector === sector) &&
      (filter === 'all' || (filter === 'new' ? row.fresh : mine(row))),
  );
}
