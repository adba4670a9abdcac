import { expect, test } from 'vitest';
import { daysOf, nodeTime, type Pace } from '../state/pace';

const at = (text: string): number => Date.parse(text);
const BEGIN = at('2015-07-15T04:00:00Z');
const pace: Pace = { node: BEGIN, here: 1000, rate: 600, end: at('2015-07-16T04:00:00Z') };

test('a second here is ten minutes there', () => {
  expect(nodeTime(pace, 2000)).toBe(at('2015-07-15T04:10:00Z'));
});
test('it ends where the replay ends', () => {
  expect(nodeTime(pace, 1000 + 145_000)).toBe(pace.end);
});
test('it stands while it is paused', () => {
  expect(nodeTime({ ...pace, rate: 0 }, 900_000)).toBe(BEGIN);
});
test('the present has no end', () => {
  expect(nodeTime({ node: 5, here: 0, rate: 1, end: null }, 1e12)).toBe(1e12 + 5);
});

test.each([
  ['en', '15 July 2015'],
  ['ru', '15 июля 2015 г.'],
  ['uk', '15 липня 2015 р.'],
])('a day of the city in %s', (language, words) => {
  const [from, to] = ['2015-07-15T04:00:00Z', '2015-07-16T04:00:00Z'];
  const plain = daysOf(from, to, 'America/New_York', language).replaceAll(/\s/g, ' ');
  expect(plain).toBe(words);
});
test('several days', () => {
  const words = daysOf('2015-07-15T04:00:00Z', '2015-07-18T04:00:00Z', 'America/New_York', 'en');
  expect(words).toMatch(/^15.–.17 July 2015$|^15–17 July 2015$/);
});
