/** One line of trouble at a time; it stays until it is read away. */

/** What takes back what was just done. */
export interface Undo {
  words: string;
  back: () => Promise<unknown>;
}

class Toast {
  #words = $state('');
  #undo = $state.raw<Undo | null>(null);

  get words(): string {
    return this.#words;
  }
  get undo(): Undo | null {
    return this.#undo;
  }
  show(words: string, undo: Undo | null = null): void {
    this.#words = words;
    this.#undo = undo;
  }
  clear(): void {
    this.show('');
  }
}

export const toast = new Toast();
