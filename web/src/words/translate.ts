/** ICU messages: a key and its arguments to a text in a language. */
import { IntlMessageFormat } from 'intl-messageformat';
import en from './en.json';
import ru from './ru.json';
import uk from './uk.json';

export type Key = keyof typeof en;
export type Arguments = Record<string, string | number>;
export const LANGUAGES = ['en', 'ru', 'uk'] as const;
export type Language = (typeof LANGUAGES)[number];

type Term<K> = K extends `term.${infer T}` ? T : never;

/** Whether the console has a word for a value of the vocabulary (`in-work`, `no-supply` …). */
export const hasTerm = (value: string): value is Term<Key> => `term.${value}` in en;

const TEXTS: Record<Language, Record<Key, string>> = { en, ru, uk };
const formats = new Map<string, IntlMessageFormat>();

export function translate(language: Language, key: Key, given?: Arguments): string {
  const name = `${language} ${key}`;
  let format = formats.get(name);
  if (!format) {
    format = new IntlMessageFormat(TEXTS[language][key], language);
    formats.set(name, format);
  }
  return String(format.format(given));
}
