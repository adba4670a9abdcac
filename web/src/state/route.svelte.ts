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

  /** Be there without a step that the back button would take: a hand that moves a slider. */
  replace(place: Place): void {
    history.replaceState(null, '', address(place));
    this.#place = place;
  }
}

export const route = new Route();
