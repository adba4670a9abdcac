/** What an address field holds while somebody types: suggestions, and which of them is chosen. */
import * as api from '../api/addresses';
import { around, Latest } from './latest';

/** Letters from which on the node is asked. */
const FEWEST = 2;

export class Suggestions {
  found = $state.raw<readonly api.FoundAddress[]>([]);
  /** -1: none */
  active = $state(-1);
  open = $state(false);
  failed = $state(false);
  /** whether the table has no house at all */
  empty = $state(false);
  readonly #latest = new Latest((text: string) => api.search(text));

  async type(text: string): Promise<void> {
    if (text.trim().length < FEWEST) {
      this.close();
      return;
    }
    const told = await this.#latest.ask(text);
    if (told === undefined) return;
    this.found = told?.found ?? [];
    this.empty = told?.houses === 0;
    this.failed = told === null;
    this.active = this.found.length > 0 ? 0 : -1;
    this.open = true;
  }

  move(step: 1 | -1): void {
    if (this.open) this.active = around(this.active, step, this.found.length);
  }

  get chosen(): api.FoundAddress | null {
    return this.open ? (this.found[this.active] ?? null) : null;
  }

  close(): void {
    this.#latest.drop();
    this.open = false;
    this.found = [];
    this.active = -1;
    this.failed = false;
  }
}
