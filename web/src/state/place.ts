/** Places in the console and their addresses after `#`. */
import { filtersOf, filtersText, type Filters } from './filters';
import { lookOf, lookText, type Look } from './look';

export type Place =
  | { page: 'situation' }
  | { page: 'incidents'; look?: Filters }
  | { page: 'incident'; id: string }
  | { page: 'calls' }
  | { page: 'call'; id: string }
  | { page: 'outages'; id: string | null }
  | { page: 'tasks' }
  | { page: 'organizations'; id: string | null }
  | { page: 'shift' }
  | { page: 'sectors' }
  | { page: 'source'; name: string }
  | { page: 'account' }
  | { page: 'administration'; section: string | null; id: string | null }
  | { page: 'report'; day: string | null; at: string | null }
  | ({ page: 'explorer'; id: string | null } & Look);

export function parse(hash: string): Place {
  const [path, query] = split(hash.replace(/^#?\/?/, ''));
  const [page, id, more] = path.split('/');
  const decoded = id ? decode(id) : null;
  if (page === 'incidents') {
    return decoded ? { page: 'incident', id: decoded } : { page, ...whichIncidents(query) };
  }
  if (page === 'calls') return decoded ? { page: 'call', id: decoded } : { page };
  if (page === 'outages') return { page, id: decoded };
  if (page === 'tasks') return { page };
  if (page === 'organizations') return { page, id: decoded };
  if (page === 'shift') return { page };
  if (page === 'sectors') return decoded ? { page: 'source', name: decoded } : { page };
  if (page === 'account') return { page };
  if (page === 'administration') return { page, section: decoded, id: more ? decode(more) : null };
  if (page === 'report') return { page, ...whichReport(new URLSearchParams(query)) };
  if (page === 'explorer') {
    const asked = new URLSearchParams(query);
    return { page, id: decoded ?? asked.get('id'), ...lookOf(asked) };
  }
  return { page: 'situation' };
}

export function address(place: Place): string {
  if (place.page === 'incident') return `#/incidents/${encodeURIComponent(place.id)}`;
  if (place.page === 'call') return `#/calls/${encodeURIComponent(place.id)}`;
  if (place.page === 'organizations')
    return place.id ? `#/organizations/${encodeURIComponent(place.id)}` : '#/organizations';
  if (place.page === 'outages')
    return place.id ? `#/outages/${encodeURIComponent(place.id)}` : '#/outages';
  if (place.page === 'administration')
    return ['#/administration', place.section, place.id]
      .filter((one) => one !== null)
      .map((one, at) => (at === 0 ? one : encodeURIComponent(one)))
      .join('/');
  if (place.page === 'incidents') {
    const query = place.look ? filtersText(place.look) : '';
    return query ? `#/incidents?${query}` : '#/incidents';
  }
  if (place.page === 'source') return `#/sectors/${encodeURIComponent(place.name)}`;
  if (place.page === 'explorer') {
    const path = place.id ? `#/explorer/${encodeURIComponent(place.id)}` : '#/explorer';
    const query = lookText(place);
    return query ? `${path}?${query}` : path;
  }
  if (place.page === 'report') {
    const asked = new URLSearchParams();
    if (place.day) asked.set('day', place.day);
    if (place.at) asked.set('at', place.at);
    return asked.size > 0 ? `#/report?${asked}` : '#/report';
  }
  return `#/${place.page}`;
}

/** A day and an hour, or a moment alone, as an address has them; anything else is nothing. */
function whichReport(asked: URLSearchParams): { day: string | null; at: string | null } {
  const [day, at] = [asked.get('day'), asked.get('at')];
  return {
    day: day && /^\d{4}-\d\d-\d\d$/.test(day) ? day : null,
    at: at && /^(\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]+Z)$/.test(at) ? at : null,
  };
}

function whichIncidents(query: string): { look?: Filters } {
  return query ? { look: filtersOf(new URLSearchParams(query)) } : {};
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
