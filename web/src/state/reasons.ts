/** Why two incidents may be the same, in the reader's words. */
import type { Suggestion } from '../api/incidents';
import { t } from './preferences.svelte';

const KILOMETRE = 1000;
const WORDS = 4;

export function reasonsOf(one: Suggestion, language: string): string[] {
  const found: string[] = [];
  if (one.metres !== null) found.push(distance(one.metres, language));
  found.push(t('reason.minutes', { minutes: one.minutes }));
  if (one.entities.length > 0) found.push(t('reason.entity', { count: one.entities.length }));
  if (one.words.length > 0) {
    found.push(t('reason.words', { words: one.words.slice(0, WORDS).join(', ') }));
  }
  if (one.same_category) found.push(t('reason.category'));
  return found;
}

function distance(metres: number, language: string): string {
  if (metres < KILOMETRE) return t('reason.metres', { metres });
  const kilometres = (metres / KILOMETRE).toLocaleString(language, { maximumFractionDigits: 1 });
  return t('reason.kilometres', { kilometres });
}
