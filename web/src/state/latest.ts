/** Questions that follow each other quickly, of which only the answer to the last one counts. */
export class Latest<Given, Told> {
  #number = 0;
  readonly #ask: (given: Given) => Promise<Told>;

  constructor(ask: (given: Given) => Promise<Told>) {
    this.#ask = ask;
  }

  /** The answer, null where the question failed, undefined where it was asked anew meanwhile. */
  async ask(given: Given): Promise<Told | null | undefined> {
    this.#number += 1;
    const number = this.#number;
    const told = await this.#ask(given).catch(() => null);
    return number === this.#number ? told : undefined;
  }

  /** Nobody waits any more. */
  drop(): void {
    this.#number += 1;
  }
}

/** The next place of a list that goes round. */
export const around = (place: number, step: 1 | -1, length: number): number =>
  length === 0 ? -1 : (place + step + length) % length;
