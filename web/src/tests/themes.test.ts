import { expect, test } from 'vitest';
import type { Theme } from '../api/themes';
import { found, sureness } from '../state/themefind';

const theme = (key: string, ru: string, en: string): Theme => ({
  key,
  words: { ru, en },
  sector: 'water',
  resource: null,
  kind: 'repair',
  serviceMinutes: null,
  incidentType: null,
  examples: [],
});
const ALL = [
  theme('heat', 'Нет отопления', 'No heating'),
  theme('water', 'Нет холодной воды', 'No cold water'),
  theme('wires', 'Оборванные провода', 'Fallen wires (power)'),
];
const keys = (typed: string, language = 'ru'): string[] =>
  found(typed, ALL, language).map((one) => one.key);

test('a theme is found by beginnings of its words, in any order', () => {
  expect(keys('вод нет')).toEqual(['water']);
  expect(keys('НЕТ')).toEqual(['heat', 'water']);
  expect(keys('вода')).toEqual([]);
});

test('words of another language find it too, behind those of the reader', () => {
  expect(keys('power')).toEqual(['wires']);
  expect(keys('no')).toEqual(['heat', 'water']);
  expect(
    found('об', [theme('a', 'x', 'обx'), theme('b', 'обy', 'y')], 'ru').map((o) => o.key),
  ).toEqual(['b', 'a']);
});

test('nothing typed shows the whole catalogue in its order', () => {
  expect(keys(' ')).toEqual(['heat', 'water', 'wires']);
});

test('how sure it is, in a word', () => {
  expect([0.95, 0.6, 0.2].map(sureness)).toEqual(['sure', 'likely', 'perhaps']);
});
