/** Where the reader is. The address holds it, after `#`, so that a page can be sent to a colleague. */

export type Place =
  | { page: 'situation' }
  | { page: 'incidents' }
  | { page: 'incident'; id: string }
  | { page: 'explorer'; id: string | null };

export function parse(hash: string): Place {
  const [page, id] = hash.replace(/^#?\/?/, '').split('/');
  const decoded = id ? decodeURIComponent(id) : null;
  if (page === 'incidents') return decoded ? { page: 'incident', id: decoded } : { page };
  if (page === 'explorer') return { page, id: decoded };
  return { page: 'situation' };
}

export function address(place: Place): string {
  if (place.page === 'incident') return `#/incidents/${encodeURIComponent(place.id)}`;
  if (place.page === 'explorer' && place.id) return `#/explorer/${encodeURIComponent(place.id)}`;
  return `#/${place.page}`;
}

class Route {
  #place = $state<Place>(parse(location.hash));

  constructor() {
    addEventListener('hashchange', () => {
      this.#place = parse(location.hash);
    });
  }

  get place(): Place {
    return this.#place;
  }

  go(place: Place): void {
    location.hash = address(place);
  }
}

export const route = new Route();
