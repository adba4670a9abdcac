import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { expect, test } from 'vitest';
import en from '../words/en.json';
import ru from '../words/ru.json';
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

test('both languages say the same things', () => {
  expect(Object.keys(ru)).toEqual(KEYS);
});

test.each(KEYS)('%s takes the same arguments in both languages', (key) => {
  const asked = (text: string): string[] => [...new Set(names(parse(text)))].sort();
  expect(asked(ru[key])).toEqual(asked(en[key]));
});

test.each([
  [1, '1 новая строка: показать'],
  [3, '3 новые строки: показать'],
  [11, '11 новых строк: показать'],
  [22, '22 новые строки: показать'],
])('Russian plural of %i', (count, words) => {
  expect(translate('ru', 'queue.waiting', { count })).toBe(words);
});

test('English plural', () => {
  expect(translate('en', 'queue.waiting', { count: 1 })).toBe('1 new row: show');
  expect(translate('en', 'queue.waiting', { count: 2 })).toBe('2 new rows: show');
});

test('an incident is never «инцидент»: that is a term of industrial-safety law', () => {
  expect(Object.values(ru).filter((text) => /инцидент/iu.test(text))).toEqual([]);
});
