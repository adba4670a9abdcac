/** Where the reader is. The address holds it, so that a page can be sent to a colleague. */
import { address, parse, type Place } from './place';

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
