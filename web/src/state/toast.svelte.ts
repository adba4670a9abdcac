/** One line of trouble at a time; it stays until it is read away. */

class Toast {
  #words = $state('');

  get words(): string {
    return this.#words;
  }
  show(words: string): void {
    this.#words = words;
  }
  clear(): void {
    this.#words = '';
  }
}

export const toast = new Toast();
