/** A theme by its name: what is typed is looked for in its words of every language. Pure. */
import type { Theme } from '../api/themes';

const plain = (text: string): string =>
  text.toLocaleLowerCase().replaceAll('ё', 'е').replaceAll(/[’'ʼ]/g, '');

/**
 * Themes whose words hold every typed word, at the beginning of one of theirs. Those named so in
 * the reader's language come first, then the order of the catalogue. Nothing typed: all.
 */
export function found(typed: string, themes: readonly Theme[], language: string): Theme[] {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  const holds = (text: string): boolean => {
    const own = plain(text).split(/[\s,()«»"/-]+/);
    return wanted.every((one) => own.some((word) => word.startsWith(one)));
  };
  const all = themes.map((theme) => ({
    theme,
    here: holds(theme.words[language] ?? ''),
    there: holds(Object.values(theme.words).join(' ')),
  }));
  return all
    .filter((one) => one.here || one.there)
    .sort((one, other) => Number(other.here) - Number(one.here))
    .map((one) => one.theme);
}

/** How sure a suggestion is, in a word; the bar beside it says how much. */
export function sureness(confidence: number): 'sure' | 'likely' | 'perhaps' {
  if (confidence >= 0.8) return 'sure';
  return confidence >= 0.45 ? 'likely' : 'perhaps';
}
