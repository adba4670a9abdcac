/** What the city's desk settled: with which reasons an incident may be closed. */
import { inLanguage } from '../api/attribute';
import { deskSettings } from '../api/console';
import type { Texts } from '../api/model';
import { preferences } from './preferences.svelte';

class Desk {
  #reasons = $state.raw<Readonly<Record<string, Texts>>>({});
  #machine = $state.raw<Readonly<Record<string, Texts>>>({});

  async load(): Promise<void> {
    const settings = await deskSettings();
    this.#reasons = settings.reasons;
    this.#machine = settings.machineReasons;
  }

  get reasons(): string[] {
    return Object.keys(this.#reasons);
  }

  reason(code: string): string {
    const words =
      inLanguage(this.#reasons[code] ?? this.#machine[code], preferences.language) ?? code;
    return words.charAt(0).toLocaleUpperCase() + words.slice(1);
  }
}

export const desk = new Desk();
