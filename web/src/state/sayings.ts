/**
 * What the node says of a refused cell, taken apart: which sentence it is and what stands in it.
 * The node says it in English, for logs and commands; a sentence that is not known here is null.
 */
import type { Key } from '../words/translate';

export interface Saying {
  key: Key;
  given: Readonly<Record<string, string>>;
}

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
  form(
    'detail.future-by',
    "the row speaks of a time that has not come yet: (?<seconds>\\d+) s ahead of the city's clock",
  ),
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

export function sayingOf(detail: string): Saying | null {
  for (const { key, form: known } of FORMS) {
    const found = known.exec(detail);
    if (found) return { key, given: { ...found.groups } };
  }
  return null;
}
