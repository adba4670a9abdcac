/** Which rows arrived while the page was open and were not looked at yet. */
import { SvelteSet } from 'svelte/reactivity';
import type { Row } from './board';

class Seen {
  #known: Set<string> | undefined;
  #unseen = new SvelteSet<string>();

  /** Everything of the first look is seen; what comes later is not, until pointed at. */
  begin(rows: readonly Row[]): void {
    if (!this.#known) {
      this.#known = new Set(rows.map((row) => row.id));
      return;
    }
    for (const row of rows) {
      if (this.#known.has(row.id)) continue;
      this.#known.add(row.id);
      this.#unseen.add(row.id);
    }
  }

  unseen(id: string): boolean {
    return this.#unseen.has(id);
  }

  see(id: string): void {
    this.#unseen.delete(id);
  }
}

export const seen = new Seen();
