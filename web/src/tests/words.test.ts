import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { expect, test } from 'vitest';
import en from '../words/en';
import ru from '../words/ru';
import uk from '../words/uk';
import { translate, type Key } from '../words/translate';

const KEYS = Object.keys(en) as Key[];

function names(elements: readonly MessageFormatElement[]): string[] {
  return elements.flatMap((element) => {
    if (element.type === TYPE.literal || element.type === TYPE.pound) return [];
    const inner =
      'options' in element ? Object.values(element.options).flatMap((one) => names(one.value)) : [];
    return ['value' in element ? element.value : '', ...inner];
  });
}

test('no page says again what another says', () => {
  const pages = import.meta.glob<Record<string, string>>('../words/en/*.json', {
    eager: true,
    import: 'default',
  });
  expect(
    Object.values(pages)
      .flatMap((page) => Object.keys(page))
      .sort(),
  ).toEqual([...KEYS].sort());
});

test.each([ru, uk])('every language says the same things', (words) => {
  expect(Object.keys(words)).toEqual(KEYS);
});

test.each(KEYS)('%s takes the same arguments in every language', (key) => {
  const asked = (text: string): string[] => [...new Set(names(parse(text)))].sort();
  expect(asked(ru[key])).toEqual(asked(en[key]));
  expect(asked(uk[key])).toEqual(asked(en[key]));
});

/** The plural forms that a text offers beside exact numbers. */
function forms(elements: readonly MessageFormatElement[]): string[][] {
  return elements.flatMap((element) => {
    if (element.type !== TYPE.plural) return [];
    return [Object.keys(element.options).filter((form) => !form.startsWith('='))];
  });
}

test.each(KEYS)('%s has all forms of a number that agrees with a noun', (key) => {
  for (const words of [ru, uk])
    for (const offered of forms(parse(words[key])))
      expect([['other'], ['one', 'few', 'many', 'other']]).toContainEqual(offered);
});

test.each([
  [1, '1 новая строка: показать'],
  [3, '3 новые строки: показать'],
  [11, '11 новых строк: показать'],
  [22, '22 новые строки: показать'],
])('Russian plural of %i', (count, words) => {
  expect(translate('ru', 'queue.waiting', { count })).toBe(words);
});

test.each([
  [1, '1 новий рядок: показати'],
  [4, '4 нові рядки: показати'],
  [12, '12 нових рядків: показати'],
  [31, '31 новий рядок: показати'],
  [1.5, '1,5 нового рядка: показати'],
])('Ukrainian plural of %f', (count, words) => {
  expect(translate('uk', 'queue.waiting', { count })).toBe(words);
});

test('Ukrainian words hold no letter that only Russian has', () => {
  expect(Object.entries(uk).filter(([, text]) => /[ыэъё]/iu.test(text))).toEqual([]);
});

test('English plural', () => {
  expect(translate('en', 'queue.waiting', { count: 1 })).toBe('1 new row: show');
  expect(translate('en', 'queue.waiting', { count: 2 })).toBe('2 new rows: show');
});

test('an incident is never «инцидент»: that is a term of industrial-safety law', () => {
  expect(Object.values(ru).filter((text) => /инцидент/iu.test(text))).toEqual([]);
});
