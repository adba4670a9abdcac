/** The city's themes, loaded once, and what is suggested for words that are being typed. */
import { inLanguage } from '../api/attribute';
import * as api from '../api/themes';
import { preferences } from './preferences.svelte';

const PAUSE = 80; // ms after a key until themes are suggested: at a typist's pace, after each

class Themes {
  #all = $state.raw<readonly api.Theme[]>([]);
  #learned = $state.raw<api.Learned | null>(null);
  #loading: Promise<void> | undefined;

  /** Load the catalogue, if it is not there yet. */
  load(): Promise<void> {
    this.#loading ??= this.again();
    return this.#loading;
  }

  /** Load it anew: the city's settings changed. */
  async again(): Promise<void> {
    try {
      const told = await api.catalogue();
      this.#all = told.themes;
      this.#learned = told.learned;
    } catch {
      this.#loading = undefined; // asked again by the next who needs it
    }
  }

  get all(): readonly api.Theme[] {
    return this.#all;
  }
  get learned(): api.Learned | null {
    return this.#learned;
  }

  find(key: string | null): api.Theme | undefined {
    return this.#all.find((one) => one.key === key);
  }

  /** The theme's words in the reader's language; its key where it left the catalogue. */
  words(key: string): string {
    return inLanguage(this.find(key)?.words, preferences.language) ?? key;
  }
}

export const themes = new Themes();

/** What is suggested for the words of one card; an answer that came late is dropped. */
export class Suggesting {
  found = $state.raw<api.Suggestion[]>([]);
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Suggest when the hand rests. */
  type(words: string): void {
    clearTimeout(this.#timer);
    const number = ++this.#asked;
    if (!words.trim()) {
      this.found = [];
      return;
    }
    this.#timer = setTimeout(() => void this.#ask(words, number), PAUSE);
  }

  async #ask(words: string, number: number): Promise<void> {
    try {
      const told = await api.suggest(words);
      if (number === this.#asked) this.found = told.suggestions;
    } catch {
      if (number === this.#asked) this.found = []; // the whole catalogue is there to choose from
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
