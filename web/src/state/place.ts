/** Places in the console and their addresses after `#`. */

export type Place =
  | { page: 'situation' }
  | { page: 'incidents' }
  | { page: 'incident'; id: string }
  | { page: 'explorer'; id: string | null };

export function parse(hash: string): Place {
  const [page, id] = hash.replace(/^#?\/?/, '').split('/');
  const decoded = id ? decode(id) : null;
  if (page === 'incidents') return decoded ? { page: 'incident', id: decoded } : { page };
  if (page === 'explorer') return { page, id: decoded };
  return { page: 'situation' };
}

export function address(place: Place): string {
  if (place.page === 'incident') return `#/incidents/${encodeURIComponent(place.id)}`;
  if (place.page === 'explorer' && place.id) return `#/explorer/${encodeURIComponent(place.id)}`;
  return `#/${place.page}`;
}

/** A broken escape is no place; the page without an id is shown. */
function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
