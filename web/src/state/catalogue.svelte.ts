/** What people call about, by the city's catalogue, and what the desk says of calls. */
import { inLanguage } from '../api/attribute';
import * as api from '../api/calls';
import type { Theme } from '../api/themes';
import { preferences, t } from './preferences.svelte';
import { themes } from './themes.svelte';

class Catalogue {
  #settings = $state.raw<api.CallSettings | undefined>();
  #loading = false;

  async load(): Promise<void> {
    if (this.#loading || this.#settings) return;
    this.#loading = true;
    try {
      void themes.load();
      this.#settings = await api.callSettings();
    } catch {
      // the page says elsewhere that the node does not answer; asked again by the next page
    } finally {
      this.#loading = false;
    }
  }

  get themes(): readonly Theme[] {
    return themes.all;
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

  /** The theme's words; its key where it left the city's catalogue. */
  words(key: string | null): string {
    return key ? themes.words(key) : t('call.theme.none');
  }

  reason(code: string | null): string {
    const words = inLanguage(this.#settings?.reasons[code ?? ''], preferences.language);
    const plain = words ?? code ?? '';
    return plain.charAt(0).toLocaleUpperCase() + plain.slice(1);
  }
}

export const catalogue = new Catalogue();
