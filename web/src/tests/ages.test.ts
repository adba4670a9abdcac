import { expect, test } from 'vitest';
import { aged, length, ago, clockTime, day, moment, settled, short, spanOf } from '../state/ages';

const MINUTE = 60_000;
const NOON = Date.parse('2026-06-01T12:00:00Z');

test.each([
  [0, 'second', 0],
  [99_999, 'second', 99],
  [100_000, 'minute', 1],
  [99 * MINUTE, 'minute', 99],
  [100 * MINUTE, 'hour', 1],
  [47 * 60 * MINUTE, 'hour', 47],
  [48 * 60 * MINUTE, 'day', 2],
  [3966 * 86_400_000, 'year', 10],
  [-5000, 'second', 0],
])('%i ms is counted in %ss', (milliseconds, unit, amount) => {
  expect(spanOf(milliseconds)).toEqual({ amount, unit });
});

test('a column shows the short unit of the language', () => {
  expect(short(4 * MINUTE, 'en')).toBe('4 min');
  expect(short(4 * MINUTE, 'ru')).toBe('4 мин');
});

test.each([
  [2 * MINUTE, '2 минуты назад'],
  [5 * MINUTE, '5 минут назад'],
  [21 * MINUTE, '21 минуту назад'],
])('Russian plural forms: %i ms', (milliseconds, words) => {
  expect(ago(milliseconds, 'ru')).toBe(words);
});

test.each([
  [4 * MINUTE, '4 min', '4 minutes ago'],
  [1000, '1 sec', '1 second ago'],
  [999, 'now', 'now'],
  [0, 'now', 'now'],
  [-1999, 'now', 'now'],
  [-2000, 'in 2 sec.', 'in 2 seconds'],
  [-5 * MINUTE, 'in 5 min.', 'in 5 minutes'],
])('what is yet to come is not told as past: %i ms', (milliseconds, column, words) => {
  expect(aged(milliseconds, 'en')).toBe(column);
  expect(ago(milliseconds, 'en')).toBe(words);
});

test('what is yet to come, in Russian and Ukrainian', () => {
  expect(aged(-5 * MINUTE, 'ru')).toBe('через 5 мин.');
  expect(aged(0, 'ru')).toBe('сейчас');
  expect(ago(-5 * MINUTE, 'uk')).toBe('через 5 хвилин');
});

test('a moment of today is a time, another day says its date', () => {
  expect(moment(NOON, NOON + MINUTE, 'Europe/Moscow', 'ru')).toBe('15:00');
  expect(moment(NOON, NOON + 86_400_000, 'Europe/Moscow', 'en')).toBe('1 Jun, 15:00');
});

test('the day is that of the city, not of the reader', () => {
  const lateEvening = Date.parse('2026-06-01T22:30:00Z');
  expect(day(lateEvening, 'Europe/Moscow', 'en')).toBe('2 Jun');
  expect(clockTime(lateEvening, 'Europe/Moscow', 'en', true)).toBe('01:30:00');
});

test('a moment of another year says its year', () => {
  expect(moment(Date.parse('2015-07-01T18:00:00Z'), NOON, 'America/New_York', 'en')).toBe(
    '1 Jul 2015, 14:00',
  );
});

test.each([
  [3_600_000, '1 hr'],
  [3 * 3_600_000, '3 hr'],
  [7 * 86_400_000, '7 days'],
  [900_000, '15 min'],
])('a period of %i ms is told without a rest', (milliseconds, words) => {
  expect(length(milliseconds, 'en')).toBe(words);
});

test('a value that comes while the clock of a fast replay lags is no time to come', () => {
  expect(settled(-12_000, 600)).toBe(0);
  expect(settled(-12_000, 1)).toBe(-12_000);
  expect(settled(5000, 600)).toBe(5000);
});
