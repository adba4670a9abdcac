import { expect, test } from 'vitest';
import type { Row } from '../state/board';
import { filtersOf, filtersText, matches, narrowed, NONE, sorted } from '../state/filters';

const row = (id: string, more: Partial<Row> = {}): Row => ({
  id,
  kind: 'incident',
  severity: 'high',
  title: id,
  sector: 'air',
  state: 'new',
  since: 0,
  until: null,
  due: null,
  overdue: false,
  owner: null,
  location: null,
  fresh: true,
  change: 1,
  priority: 2,
  type: 'heating',
  escalatedTo: null,
  mergedInto: null,
  alerts: 1,
  ...more,
});

test.each([
  NONE,
  { ...NONE, view: 'list' as const, text: 'pipe & flat', owner: 'me', sort: 'due' as const },
  { ...NONE, overdue: true, escalated: true, priority: '1', down: true, type: 'heating' },
])('an address leads back to its filters', (filters) => {
  expect(filtersOf(new URLSearchParams(filtersText(filters)))).toEqual(filters);
});

test('what an address cannot mean filters nothing', () => {
  expect(filtersOf(new URLSearchParams('view=moon&sort=colour&overdue=yes'))).toEqual(NONE);
});

test.each<[Partial<typeof NONE>, string[]]>([
  [{}, ['mine', 'late', 'free']],
  [{ owner: 'me' }, ['mine']],
  [{ owner: 'nobody' }, ['late', 'free']],
  [{ owner: 'bob' }, []],
  [{ overdue: true }, ['late']],
  [{ priority: '1' }, ['late']],
  [{ severity: 'critical' }, ['free']],
  [{ type: 'waste' }, ['free']],
  [{ escalated: true }, ['late']],
  [{ text: ' NORTH ' }, ['mine', 'late', 'free']],
  [{ text: 'lat' }, ['late']],
])('filters %o', (given, expected) => {
  const rows = [
    row('mine', { owner: 'ann' }),
    row('late', { overdue: true, priority: 1, escalatedTo: 'mayor' }),
    row('free', { severity: 'critical', type: 'waste' }),
  ];
  const found = rows.filter((one) => matches(one, { ...NONE, ...given }, 'ann', 'North end'));
  expect(found.map((one) => one.id)).toEqual(expected);
  expect(narrowed({ ...NONE, ...given })).toBe(Object.keys(given).length);
});

test('by itself what is done first comes first, and closed ones last', () => {
  const rows = [
    row('closed', { state: 'closed', priority: 1 }),
    row('third', { priority: 3 }),
    row('first', { priority: 1, fresh: false, state: 'active' }),
    row('unset', { priority: null }),
  ];
  expect(sorted(rows, NONE).map((one) => one.id)).toEqual(['first', 'third', 'unset', 'closed']);
});

test('a column sorts up and down; what has no due time comes last', () => {
  const rows = [row('b', { due: 20 }), row('a'), row('c', { due: 10 })];
  const ids = (sort: 'due' | 'title', down = false) =>
    sorted(rows, { ...NONE, sort, down }).map((one) => one.id);
  expect(ids('due')).toEqual(['c', 'b', 'a']);
  expect(ids('title')).toEqual(['a', 'b', 'c']);
  expect(ids('title', true)).toEqual(['c', 'b', 'a']);
});
