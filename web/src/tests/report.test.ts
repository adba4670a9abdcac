import { describe, expect, test } from 'vitest';
import type { Basis } from '../api/report';
import { rowsOf } from '../state/basis';
import { curveOf } from '../state/curve';
import { address, parse } from '../state/place';

const AT = '2026-03-10T03:00:00Z';
const basis = (more: Partial<Basis>): Basis => ({
  type: 'Incident',
  q: '',
  at: AT,
  ids: [],
  count: 0,
  ...more,
});

describe('from a number to its rows', () => {
  test('a condition becomes a search as known then', () => {
    expect(rowsOf(basis({ q: 'state!="closed"', ids: ['a'], count: 1 }))).toBe(
      '#/explorer?type=Incident&q=state%21%3D%22closed%22&at=2026-03-10T03%3A00%3A00Z',
    );
  });
  test('one entity is opened itself', () => {
    expect(rowsOf(basis({ ids: ['urn:x:1'], count: 1 }))).toBe(
      '#/explorer/urn%3Ax%3A1?at=2026-03-10T03%3A00%3A00Z',
    );
  });
  test('a whole list names its members, a cut one its type', () => {
    expect(rowsOf(basis({ ids: ['a', 'b'], count: 2 }))).toContain('ids=a%2Cb');
    expect(rowsOf(basis({ ids: ['a', 'b'], count: 3 }))).not.toContain('ids=');
  });
  test('readings bring their span', () => {
    const span = { attribute: 'O2', from: '2026-03-01T00:00:00Z', to: AT };
    const found = rowsOf(basis({ q: 'stationID=="s"', ids: ['a'], count: 1, ...span }));
    expect(found).toMatch(/^#\/explorer\/a\?at=.*from=2026-03-01/);
  });
});

describe('a small multiple', () => {
  const trend = (...values: (number | null)[]) =>
    values.map((value, day) => ({ at: `2026-03-0${day + 1}T03:00:00Z`, value }));

  test('an unknown day breaks the line', () => {
    const curve = curveOf({ trend: trend(1, 3, null, 2), interval: null });
    expect(curve?.runs.map((run) => run.length)).toEqual([2, 1]);
    expect(curve?.last).toEqual([1, 0.5]);
  });
  test('one day makes no line', () => {
    expect(curveOf({ trend: trend(1, null), interval: null })).toBeNull();
  });
  test('the interval is a band within the same field', () => {
    const interval = { low: 0, high: 4, confidence: 0.95 };
    const curve = curveOf({ trend: trend(1, 3), interval });
    expect(curve?.band).toEqual([0, 1]);
    expect(curve?.runs[0]).toEqual([
      [0, 0.25],
      [1, 0.75],
    ]);
  });
  test('an interval that is open on a side is no band', () => {
    const interval = { low: 2, high: null, confidence: 0.95 };
    expect(curveOf({ trend: trend(1, 3), interval })?.band).toBeNull();
  });
});

test('a report has an address, and what is no day or hour is nothing', () => {
  const place = { page: 'report', day: '2015-07-15', at: '06:00' } as const;
  expect(parse(address(place))).toEqual(place);
  const moment = { page: 'report', day: null, at: '2026-03-10T03:00:07.120Z' } as const;
  expect(parse(address(moment))).toEqual(moment);
  expect(parse('#/report?day=soon&at=6')).toEqual({ page: 'report', day: null, at: null });
  expect(address({ page: 'report', day: null, at: null })).toBe('#/report');
});
