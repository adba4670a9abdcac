/** Posts, duties and appointments as this page shows them; fetched anew when one changes. */
import { inLanguage } from '../api/attribute';
import { Refusal } from '../api/http';
import * as api from '../api/shifts';
import type { StreamRecord } from '../api/model';
import { live } from './live.svelte';
import { preferences, t } from './preferences.svelte';

const TYPES = new Set(['Shift', 'ShiftEntry', 'Duty', 'ActingAppointment']);

/** Whether a batch of the stream touches what the desk says of shifts. */
export const ofShifts = (records: readonly StreamRecord[]): boolean =>
  records.some((record) => record.types.some((type) => TYPES.has(type)));

class Shifts {
  #answer = $state.raw<api.ShiftsAnswer | undefined>();
  #appointments = $state.raw<api.AppointmentsAnswer | undefined>();
  #failed = $state(false);
  #refusal = $state('');
  #busy = $state(false);

  get answer(): api.ShiftsAnswer | undefined {
    return this.#answer;
  }
  get appointments(): api.AppointmentsAnswer | undefined {
    return this.#appointments;
  }
  get failed(): boolean {
    return this.#failed;
  }
  get refusal(): string {
    return this.#refusal;
  }
  get busy(): boolean {
    return this.#busy;
  }

  /** Load, and again with every change; returns how to stop. */
  follow(): () => void {
    this.#refusal = '';
    void this.load();
    return live.watch((records) => {
      if (ofShifts(records)) void this.load();
    });
  }

  async load(): Promise<void> {
    try {
      const [answer, appointments] = await Promise.all([api.current(), api.appointments()]);
      this.#answer = answer;
      this.#appointments = appointments;
      this.#failed = false;
    } catch {
      this.#failed = true;
    }
  }

  /** Carry an order out; true where it was saved. What was typed is the caller's to keep. */
  async order(call: () => Promise<unknown>): Promise<boolean> {
    this.#busy = true;
    this.#refusal = '';
    try {
      await call();
      return true;
    } catch (error) {
      this.#refusal = wordsOf(error);
      return false;
    } finally {
      this.#busy = false;
      void this.load();
    }
  }

  forget(): void {
    this.#refusal = '';
  }
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Refusal) || error.status === 0) return t('error.unsaved');
  if (error.status === 401) return t('shift.sign.wrong');
  if (error.status === 409) return t('shift.conflict', { detail: error.message });
  return error.status === 403 ? t('error.forbidden') : error.message;
}

export const shifts = new Shifts();

/** A role in the reader's language, as the node names it. */
export function roleName(role: string): string {
  return inLanguage(shifts.appointments?.roles[role], preferences.language) ?? role;
}
