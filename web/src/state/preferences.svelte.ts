/** What a person chose for this browser: language and theme. */
import { paint, type Theme } from '../style/palette';
import { LANGUAGES, translate, type Arguments, type Key, type Language } from '../words/translate';

export type ThemeChoice = Theme | 'system';
const THEMES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

function stored<T extends string>(name: string, allowed: readonly T[]): T | undefined {
  const found = localStorage.getItem(`hansa.${name}`);
  return allowed.find((one) => one === found);
}

function browserLanguage(): Language {
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2));
  return LANGUAGES.find((language) => wanted.includes(language)) ?? 'en';
}

class Preferences {
  #language = $state<Language>(stored('language', LANGUAGES) ?? browserLanguage());
  #choice = $state<ThemeChoice>(stored('theme', THEMES) ?? 'system');
  #systemDark = $state(false);
  /** a wall has a theme of its own and changes nobody's choice */
  #forced = $state<Theme | null>(null);

  constructor() {
    const query = matchMedia('(prefers-color-scheme: dark)');
    this.#systemDark = query.matches;
    query.addEventListener('change', (event) => {
      this.#systemDark = event.matches;
      this.apply();
    });
  }

  get language(): Language {
    return this.#language;
  }
  get choice(): ThemeChoice {
    return this.#choice;
  }
  get theme(): Theme {
    if (this.#forced) return this.#forced;
    if (this.#choice !== 'system') return this.#choice;
    return this.#systemDark ? 'dark' : 'light';
  }

  setLanguage(language: Language): void {
    this.#language = language;
    localStorage.setItem('hansa.language', language);
    this.apply();
  }

  force(theme: Theme): void {
    this.#forced = theme;
    this.apply();
  }

  nextTheme(): void {
    this.#choice = THEMES[(THEMES.indexOf(this.#choice) + 1) % THEMES.length] ?? 'system';
    localStorage.setItem('hansa.theme', this.#choice);
    this.apply();
  }

  apply(): void {
    document.documentElement.lang = this.#language;
    paint(document.documentElement, this.theme);
  }
}

export const preferences = new Preferences();

/** The text of a key in the reader's language. */
export function t(key: Key, given?: Arguments): string {
  return translate(preferences.language, key, given);
}
