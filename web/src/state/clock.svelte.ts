/** The city's clock as this page knows it: the node's time plus what has passed here since. */

class CityClock {
  #offset = 0;
  #now = $state(Date.now());

  constructor() {
    setInterval(() => this.#tick(), 1000);
  }

  /** Milliseconds since 1970 by the city's clock; reading it follows the seconds. */
  get now(): number {
    return this.#now;
  }

  set(nodeTime: string): void {
    this.#offset = Date.parse(nodeTime) - Date.now();
    this.#tick();
  }

  #tick(): void {
    this.#now = Date.now() + this.#offset;
  }
}

export const clock = new CityClock();
