import { expect, test } from 'vitest';
import { PERIODS, windowOf } from '../state/periods';
import { wall } from '../state/zoned';

const ZONE = 'Europe/Kyiv';
const NOW = Date.parse('2026-03-31T22:30:00Z'); // the first of April there, a Wednesday

const days = (period: (typeof PERIODS)[number]): string[] => {
  const { from, to } = windowOf(period, NOW, ZONE);
  return [wall(from, ZONE), wall(to, ZONE)];
};

test('a week is from Monday to Monday, also where the clocks change in it', () => {
  expect(days('week')).toEqual(['2026-03-30T00:00', '2026-04-06T00:00']);
  expect(days('last-week')).toEqual(['2026-03-23T00:00', '2026-03-30T00:00']);
});

test('a month is of the city’s clock', () => {
  expect(days('month')).toEqual(['2026-04-01T00:00', '2026-05-01T00:00']);
  expect(days('last-month')).toEqual(['2026-03-01T00:00', '2026-04-01T00:00']);
});
