import { expect, test } from 'vitest';
import type { Row } from '../state/board';
import { choose, show } from '../state/queue';

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
  priority: null,
  type: null,
  escalatedTo: null,
  mergedInto: null,
  alerts: 1,
  ...more,
});

test('while the hand is over the list rows keep their place and new ones wait', () => {
  const shown = show([row('new'), row('b'), row('a')], ['a', 'b']);
  expect(shown.rows.map((one) => one.id)).toEqual(['a', 'b']);
  expect(shown.waiting).toBe(1);
});

test('a row that is gone leaves no hole', () => {
  expect(show([row('b')], ['a', 'b']).rows.map((one) => one.id)).toEqual(['b']);
});

test('a row that is held shows its newest state', () => {
  const [shown] = show([row('a', { state: 'active' })], ['a']).rows;
  expect(shown?.state).toBe('active');
});

test('the tabs', () => {
  const rows = [row('a'), row('b', { fresh: false, owner: 'ann' }), row('c', { sector: 'water' })];
  const ids = (filter: 'new' | 'mine' | 'all', sector: string | null = null): string[] =>
    choose(rows, filter, 'ann', sector).map((one) => one.id);
  expect(ids('new')).toEqual(['a', 'c']);
  expect(ids('mine')).toEqual(['b']);
  expect(ids('all', 'water')).toEqual(['c']);
});
