import { expect, test } from 'vitest';
import type { Firing } from '../api/watch';
import { bars, lineOf, marks, plainTitle } from '../state/rules';

const HOUR = 3_600_000;
const firing = (opened: number, cleared: number | null): Firing => ({
  rule: 'a',
  key: 'k',
  severity: 'low',
  opened: new Date(opened).toISOString(),
  cleared: cleared === null ? null : new Date(cleared).toISOString(),
  minutes: null,
  value: null,
  entities: 1,
});

test('a firing lies on the strip where it was, and an open one lasts to the end', () => {
  const found = bars([firing(HOUR, 2 * HOUR), firing(3 * HOUR, null)], 0, 4 * HOUR);
  expect(found.map((one) => [one.from, one.width])).toEqual([
    [0.25, 0.25],
    [0.75, 0.25],
  ]);
});

test('what reaches out of the span is cut off', () => {
  const [bar] = bars([firing(-HOUR, 8 * HOUR)], 0, 4 * HOUR);
  expect([bar?.from, bar?.width]).toEqual([0, 1]);
});

test('marks stand at equal steps, both ends with them', () => {
  expect(marks(0, 8, 4)).toEqual([0, 2, 4, 6, 8]);
});

test('a title is read without its fields', () => {
  expect(plainTitle('No heat: {count} requests, {place}')).toBe('No heat: … requests, …');
});

test('a refusal names its line, or the place with the line in it, or none', () => {
  expect(lineOf({ line: 7 })).toBe(7);
  expect(lineOf({ where: 'draft.yaml:12 rules.0.severity' })).toBe(12);
  expect(lineOf({ where: 'body' })).toBeNull();
});
