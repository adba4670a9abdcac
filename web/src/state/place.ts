/** Places in the console and their addresses after `#`. */
import { lookOf, lookText, type Look } from './look';

export type Place =
  | { page: 'situation' }
  | { page: 'incidents' }
  | { page: 'incident'; id: string }
  | { page: 'sectors' }
  | { page: 'source'; name: string }
  | ({ page: 'explorer'; id: string | null } & Look);

export function parse(hash: string): Place {
  const [path, query] = split(hash.replace(/^#?\/?/, ''));
  const [page, id] = path.split('/');
  const decoded = id ? decode(id) : null;
  if (page === 'incidents') return decoded ? { page: 'incident', id: decoded } : { page };
  if (page === 'sectors') return decoded ? { page: 'source', name: decoded } : { page };
  if (page === 'explorer') {
    const asked = new URLSearchParams(query);
    return { page, id: decoded ?? asked.get('id'), ...lookOf(asked) };
  }
  return { page: 'situation' };
}

export function address(place: Place): string {
  if (place.page === 'incident') return `#/incidents/${encodeURIComponent(place.id)}`;
  if (place.page === 'source') return `#/sectors/${encodeURIComponent(place.name)}`;
  if (place.page === 'explorer') {
    const path = place.id ? `#/explorer/${encodeURIComponent(place.id)}` : '#/explorer';
    const query = lookText(place);
    return query ? `${path}?${query}` : path;
  }
  return `#/${place.page}`;
}

function split(text: string): [string, string] {
  const at = text.indexOf('?');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** A broken escape is no place; the page without an id is shown. */
function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
