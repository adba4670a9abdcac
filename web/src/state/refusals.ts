/**
 * Why a row was refused, in the reader's language. The node says it in English for logs and
 * commands; what is known by its form is said in the reader's words, the rest stands as it is.
 */
import { hasFlag, hasRule, type Key } from '../words/translate';
import { frame } from './frame.svelte';
import { t } from './preferences.svelte';

/** A rule's name for people; a rule of the graph itself has a sentence of its own. */
export const ruleName = (rule: string): string => (hasRule(rule) ? t(`rule.${rule}`) : rule);

/** A flag's meaning: the console's, else the city's own word, else its name. */
export const flagName = (flag: string): string =>
  hasFlag(flag) ? t(`flag.${flag}`) : frame.term(flag);

interface Form {
  key: Key;
  form: RegExp;
}

const VALUE = `(?<value>'(?:[^'\\\\]|\\\\.)*'?…?|"[^"]*"?…?|a value|[^ ]+)`;

const FORMS: readonly Form[] = [
  form('detail.number', `${VALUE} is not a number`),
  form('detail.between', `${VALUE} is not between (?<low>\\S+) and (?<high>\\S+)`),
  form('detail.below', `${VALUE} is below (?<limit>\\S+)`),
  form('detail.above', `${VALUE} is above (?<limit>\\S+)`),
  form('detail.one-of', `${VALUE} is not one of (?<words>.*)`),
  form('detail.form', `${VALUE} has not the form (?<form>.*)`),
  form('detail.empty', 'holds no value'),
  form('detail.no-time', 'holds no time'),
  form('detail.no-id', 'the row has no identifier'),
  form('detail.needs', 'holds no value where (?<column>.*) holds one'),
  form('detail.before', '(?<later>.+) is before (?<earlier>.+) in (?<column>.+)'),
  form('detail.time', `${VALUE} is not a time of the form (?<form>.*)`),
  form('detail.whole', `${VALUE} is not a whole number`),
  form('detail.boolean', `${VALUE} is neither true nor false`),
  form('detail.future', 'the row speaks of a time that has not come yet'),
  form('detail.personal', 'breaks the rule \\(personal, so not shown\\)'),
  form('detail.cells', 'the row has (?<cells>\\d+) cells and the header (?<columns>\\d+)'),
  form('detail.column', "the column '(?<column>.+?)' that the mapping names is not there.*"),
  form('detail.twice', "the column '(?<column>.+?)' stands twice"),
  form('detail.unit', `${VALUE} is not a unit of this source`),
  form('detail.half', 'is empty where the other coordinate is not'),
];

function form(key: Key, text: string): Form {
  return { key, form: new RegExp(`^${text}$`, 'su') };
}

export function detailText(detail: string): string {
  for (const { key, form: known } of FORMS) {
    const found = known.exec(detail);
    if (found) return t(key, quoted(found.groups ?? {}));
  }
  return detail;
}

function quoted(given: Readonly<Record<string, string>>): Record<string, string> {
  const { value, ...rest } = given;
  if (value === undefined) return rest;
  return { ...rest, value: value === 'a value' ? t('detail.a-value') : value };
}
