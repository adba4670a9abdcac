/** The table of organisations and their contacts: fetched anew whenever the stream tells of one. */
import * as api from '../api/organizations';
import type { StreamRecord } from '../api/model';
import { live } from './live.svelte';
import { organizations } from './organizations.svelte';

class Following<T> {
  value = $state.raw<T | undefined>();
  failed = $state(false);
  readonly #ask: () => Promise<T>;
  readonly #type: string;
  #fetching = false;
  #again = false;

  constructor(type: string, ask: () => Promise<T>) {
    this.#type = type;
    this.#ask = ask;
  }

  /** Fetch and follow; returns how to stop. */
  follow(): () => void {
    void organizations.load();
    void this.fetch();
    const tells = (record: StreamRecord): boolean => record.types.includes(this.#type);
    return live.watch((records) => {
      if (records.some(tells)) void this.fetch();
    });
  }

  async fetch(): Promise<void> {
    this.#again = this.#fetching;
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      this.value = await this.#ask();
      this.failed = false;
    } catch {
      this.failed = true;
    } finally {
      this.#fetching = false;
      if (this.#again) void this.fetch();
    }
  }
}

export const workTable = (asked: Record<string, string>): Following<api.WorkTable> =>
  new Following('Task', () => api.table(asked));

export const contactsOf = (organization: string): Following<api.ContactsAnswer> =>
  new Following('DutyContact', () => api.contacts(organization));
