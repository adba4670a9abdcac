/** ICU messages: a key and its arguments to a text in a language. */
import { IntlMessageFormat } from 'intl-messageformat';
import en from './en';
import ru from './ru';
import uk from './uk';

export type Key = keyof typeof en;
export type Arguments = Record<string, string | number>;
export const LANGUAGES = ['en', 'ru', 'uk'] as const;
export type Language = (typeof LANGUAGES)[number];

type Of<Family extends string, K> = K extends `${Family}.${infer T}` ? T : never;

/** Whether there is a message of this name. */
export const hasKey = (key: string): key is Key => key in en;

/** Whether the console has a word for a value of the vocabulary (`in-work`, `no-supply` …). */
export const hasTerm = (value: string): value is Of<'term', Key> => `term.${value}` in en;
/** Whether it has one for a rule that refuses rows, or for a flag on a row. */
export const hasRule = (value: string): value is Of<'rule', Key> => `rule.${value}` in en;
export const hasFlag = (value: string): value is Of<'flag', Key> => `flag.${value}` in en;

/** Whether it has one for a column of a table, or for a kind of social object. */
export const hasColumn = (value: string): value is Of<'addresses.column', Key> =>
  `addresses.column.${value}` in en;
export const hasSocial = (value: string): value is Of<'addresses.social', Key> =>
  `addresses.social.${value}` in en;

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
