import { expect, test } from 'vitest';
import { address, parse, type Place } from '../state/place';
import { around, DAY, moved, spanOf } from '../state/spans';
import { fromWall, wall } from '../state/zoned';

const NOW = Date.parse('2026-11-24T12:00:00Z');

test.each<Place>([
  { page: 'explorer', id: null, type: 'Open311ServiceRequest', q: 'status=="open";a~="x/y?#&"' },
  { page: 'explorer', id: 'urn:ngsi-ld:A:1', at: '2015-07-01T00:00:00Z', range: 'season' },
  { page: 'explorer', id: null, ids: ['urn:a', 'urn:b'], part: 'buoy' },
  { page: 'explorer', id: 'urn:a', from: '2015-07-01T00:00:00Z', to: '2015-08-01T00:00:00Z' },
])('an address opens the same again: $#', (place) => {
  expect(parse(address(place))).toEqual(place);
});

test('a link may name the entity in the query', () => {
  expect(parse('#/explorer?type=A&q=b%3E1&id=urn%3Aa&at=2015-07-01T00:00:00Z')).toEqual({
    page: 'explorer',
    id: 'urn:a',
    type: 'A',
    q: 'b>1',
    at: '2015-07-01T00:00:00Z',
  });
});

test('what is no moment and no range is not in the place', () => {
  expect(parse('#/explorer?at=noon&range=era&from=')).toEqual({ page: 'explorer', id: null });
});

test.each([
  ['2015-07-01T00:00', 'America/New_York', '2015-07-01T04:00:00Z'],
  ['2026-11-24T15:30', 'Europe/Moscow', '2026-11-24T12:30:00Z'],
  ['2015-11-01T01:30', 'America/New_York', '2015-11-01T05:30:00Z'], // twice: the earlier
  ['2026-01-01T00:00', 'Asia/Kathmandu', '2025-12-31T18:15:00Z'],
])('%s in %s', (text, zone, moment) => {
  expect(new Date(fromWall(text, zone)).toISOString()).toBe(moment.replace('Z', '.000Z'));
  expect(wall(Date.parse(moment), zone)).toBe(text);
});

test('a time that a changed clock leaves out is still a moment near', () => {
  const at = fromWall('2015-03-08T02:30', 'America/New_York');
  expect(Math.abs(at - Date.parse('2015-03-08T07:00:00Z'))).toBeLessThanOrEqual(3_600_000);
});

test('nothing typed is no moment', () => {
  expect(fromWall('', 'UTC')).toBeNaN();
});

test('a month ends now, or with the newest of what fell silent', () => {
  expect(spanOf({}, NOW - DAY, NOW)).toEqual({ from: NOW - 31 * DAY, to: NOW });
  const old = NOW - 4000 * DAY;
  expect(spanOf({}, old, NOW)).toEqual({ from: old + 1 - 31 * DAY, to: old + 1 });
  expect(spanOf({ range: 'all' }, old, NOW)).toEqual({ from: null, to: old + 1 });
  expect(spanOf({ range: 'day' }, null, NOW)).toEqual({ from: NOW - DAY, to: NOW });
});

test('dates go before a range', () => {
  const dates = { from: '2015-07-01T00:00:00Z', to: '2015-07-02T00:00:00Z', range: 'day' as const };
  expect(spanOf(dates, null, NOW)).toEqual({
    from: Date.parse(dates.from),
    to: Date.parse(dates.to),
  });
});

test('later than the limit is nothing', () => {
  const span = { from: NOW - 4 * DAY, to: NOW - DAY };
  expect(moved(span, 1, NOW)).toEqual({ from: NOW - 3 * DAY, to: NOW });
  expect(moved(span, -2, NOW)).toEqual({ from: NOW - 7 * DAY, to: NOW - 4 * DAY });
  expect(around(NOW - DAY, 10 * DAY, NOW)).toEqual({ from: NOW - 10 * DAY, to: NOW });
});
