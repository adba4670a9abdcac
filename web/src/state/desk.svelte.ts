/** What the city's desk settled: with which reasons an incident may be closed. */
import { inLanguage } from '../api/attribute';
import { deskSettings } from '../api/console';
import type { Texts } from '../api/model';
import { preferences } from './preferences.svelte';

class Desk {
  #reasons = $state.raw<Readonly<Record<string, Texts>>>({});
  #types = $state.raw<Readonly<Record<string, Texts>>>({});
  #roles = $state.raw<Readonly<Record<string, Texts>>>({});
  #attachable = $state.raw<readonly string[]>([]);
  #machine = $state.raw<Readonly<Record<string, Texts>>>({});

  async load(): Promise<void> {
    const settings = await deskSettings();
    this.#reasons = settings.reasons;
    this.#machine = settings.machineReasons;
    this.#types = settings.types;
    this.#roles = settings.roles;
    this.#attachable = settings.attachments.types;
  }

  get reasons(): string[] {
    return Object.keys(this.#reasons);
  }

  get types(): string[] {
    return Object.keys(this.#types);
  }

  /** Media types of files that may be attached. */
  get attachable(): readonly string[] {
    return this.#attachable;
  }

  role(name: string): string {
    return inLanguage(this.#roles[name], preferences.language) ?? name;
  }

  /** The city's word for a type of incident. */
  type(key: string): string {
    return capital(inLanguage(this.#types[key], preferences.language) ?? key);
  }

  reason(code: string): string {
    const words =
      inLanguage(this.#reasons[code] ?? this.#machine[code], preferences.language) ?? code;
    return capital(words);
  }
}

const capital = (words: string): string => words.charAt(0).toLocaleUpperCase() + words.slice(1);

export const desk = new Desk();
