/** What people call about, by the city's catalogue, and what the desk says of calls. */
import { inLanguage } from '../api/attribute';
import * as api from '../api/calls';
import { preferences, t } from './preferences.svelte';

class Catalogue {
  #themes = $state.raw<readonly api.Theme[]>([]);
  #settings = $state.raw<api.CallSettings | undefined>();
  #loading = false;

  async load(): Promise<void> {
    if (this.#loading || this.#settings) return;
    this.#loading = true;
    try {
      const [found, settings] = await Promise.all([api.themes(), api.callSettings()]);
      this.#themes = found.themes;
      this.#settings = settings;
    } catch {
      // the page says elsewhere that the node does not answer; asked again by the next page
    } finally {
      this.#loading = false;
    }
  }

  get themes(): readonly api.Theme[] {
    return this.#themes;
  }
  get channels(): readonly string[] {
    return this.#settings?.channels ?? ['telephone'];
  }
  get tries(): number {
    return this.#settings?.callBackTries ?? 1;
  }
  get reasons(): { code: string; words: string }[] {
    return Object.keys(this.#settings?.reasons ?? {}).map((code) => ({
      code,
      words: this.reason(code),
    }));
  }

  find(key: string | null): api.Theme | undefined {
    return this.#themes.find((one) => one.key === key);
  }

  /** The theme's words; its key where it left the city's catalogue. */
  words(key: string | null): string {
    if (!key) return t('call.theme.none');
    return inLanguage(this.find(key)?.words, preferences.language) ?? key;
  }

  reason(code: string | null): string {
    const words = inLanguage(this.#settings?.reasons[code ?? ''], preferences.language);
    const plain = words ?? code ?? '';
    return plain.charAt(0).toLocaleUpperCase() + plain.slice(1);
  }
}

export const catalogue = new Catalogue();
