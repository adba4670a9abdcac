/** Which themes words may mean. */
import type { Suggestion, Theme } from '../api/calls';

const MOST = 3;
const STEM = 5; // letters that a word and its forms have in common

const stems = (text: string): string[] =>
  (text.toLocaleLowerCase().match(/\p{L}{3,}/gu) ?? []).map((word) => word.slice(0, STEM));

/** By the beginnings of words that a theme's own phrases share with what was said. Pure. */
export function likely(said: string, themes: readonly Theme[]): Suggestion[] {
  const wanted = new Set(stems(said));
  if (wanted.size === 0) return [];
  return themes
    .map((theme) => {
      const own = new Set(stems([...Object.values(theme.words), ...theme.examples].join(' ')));
      const shared = [...wanted].filter((one) => own.has(one)).length;
      return { theme: theme.key, confidence: shared / wanted.size };
    })
    .filter((one) => one.confidence > 0)
    .sort((one, other) => other.confidence - one.confidence)
    .slice(0, MOST);
}

export const guess = (said: string, themes: readonly Theme[]): Promise<Suggestion[]> =>
  Promise.resolve(likely(said, themes));
