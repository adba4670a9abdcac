import { expect, test } from 'vitest';
import { around, Latest } from '../state/latest';

test('an answer that comes late does not stand over a newer one', async () => {
  const waiting: ((told: string) => void)[] = [];
  const latest = new Latest<string, string>(() => new Promise((resolve) => waiting.push(resolve)));
  const first = latest.ask('a');
  const second = latest.ask('ab');
  waiting[1]?.('to ab');
  waiting[0]?.('to a');
  expect(await second).toBe('to ab');
  expect(await first).toBe(undefined);
});

test('a failure is null, and what nobody waits for is nothing', async () => {
  const failing = new Latest<string, string>(() => Promise.reject(new Error('no')));
  expect(await failing.ask('a')).toBe(null);
  const dropped = new Latest<string, string>(() => Promise.resolve('told'));
  const asked = dropped.ask('a');
  dropped.drop();
  expect(await asked).toBe(undefined);
});

test.each([
  [0, 1, 3, 1],
  [2, 1, 3, 0],
  [0, -1, 3, 2],
  [-1, 1, 0, -1],
] as const)('from place %i a step of %i in %i leads to %i', (place, step, length, expected) => {
  expect(around(place, step, length)).toBe(expected);
});
