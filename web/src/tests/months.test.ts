import { expect, test } from 'vitest';
import { moved, realDay, weeks } from '../state/months';

test.each([
  [{ year: 2015, month: 2 }, 28],
  [{ year: 2016, month: 2 }, 29],
  [{ year: 2015, month: 7 }, 31],
  [{ year: 2026, month: 11 }, 30],
])('a month has its days, each under its weekday: %j', (month, length) => {
  const days = weeks(month).flatMap((week) => week.map((day, place) => ({ day, place })));
  const own = days.filter((one) => one.day !== null);
  expect(own.length).toBe(length);
  for (const { day, place } of own)
    expect((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7).toBe(place);
});

test('months follow each other over the year', () => {
  expect(moved({ year: 2015, month: 12 }, 1)).toEqual({ year: 2016, month: 1 });
  expect(moved({ year: 2015, month: 1 }, -1)).toEqual({ year: 2014, month: 12 });
});

test.each(['2015-02-30', '2015-13-01', '15-01-01', '', '2015-1-1'])('%j is no day', (text) => {
  expect(realDay(text)).toBeNull();
});
