import { expect, test } from 'vitest';
import type { Held, SituationAnswer } from '../api/model';
import { queueOf, sectorsOf } from '../state/board';
import { fromAnswer } from '../state/situation';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const property = (value: unknown) => ({ type: 'Property', value });

function held(type: string, id: string, values: Record<string, unknown>): Held {
  const attributes = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'object' ? value : property(value),
  ]);
  return {
    change: 1,
    modified: '2026-06-01T11:00:00Z',
    entity: { id, type, ...(Object.fromEntries(attributes) as Record<string, unknown>) },
  };
}

function situation(parts: Partial<SituationAnswer>) {
  const empty = { number: 1, now: '', alerts: [], incidents: [], sources: [], points: [] };
  return fromAnswer({ ...empty, ...parts });
}

test('an alert that stands in an incident is not listed beside it', () => {
  const found = queueOf(
    situation({
      alerts: [
        held('Alert', 'a1', { state: 'open', severity: 'high' }),
        held('Alert', 'a2', { state: 'open', severity: 'low' }),
      ],
      incidents: [
        held('Incident', 'i1', {
          state: 'new',
          severity: 'high',
          alerts: { type: 'Relationship', object: 'a1' },
        }),
      ],
    }),
    'en',
    NOW,
  );
  expect(found.map((row) => row.id)).toEqual(['i1', 'a2']);
});

test('the worst comes first, then what nobody has taken, then what still moves, then the newest', () => {
  const incidents = [
    held('Incident', 'calmed', { state: 'stable', severity: 'critical' }),
    held('Incident', 'taken', { state: 'active', severity: 'critical' }),
    held('Incident', 'mild', { state: 'new', severity: 'low' }),
    held('Incident', 'old', { state: 'new', severity: 'high', openedAt: '2026-06-01T09:00:00Z' }),
    held('Incident', 'young', { state: 'new', severity: 'high', openedAt: '2026-06-01T11:00:00Z' }),
    held('Incident', 'done', { state: 'closed', severity: 'critical' }),
  ];
  const rows = queueOf(situation({ incidents }), 'en', NOW);
  expect(rows.map((row) => row.id)).toEqual(['taken', 'calmed', 'young', 'old', 'mild']);
});

test('a due time that is past is overdue', () => {
  const incidents = [held('Incident', 'i', { state: 'new', due: '2026-06-01T11:59:00Z' })];
  expect(queueOf(situation({ incidents }), 'en', NOW)[0]?.overdue).toBe(true);
});

test('once somebody has taken an incident, the time to take it says nothing any more', () => {
  const due = '2026-06-01T11:59:00Z';
  const incidents = [held('Incident', 'i', { state: 'acknowledged', due })];
  const [row] = queueOf(situation({ incidents }), 'en', NOW);
  expect([row?.due, row?.overdue]).toEqual([null, false]);
});

test('a sector says its open alerts, the worst of them, its newest value, its worst source', () => {
  const [air] = sectorsOf(
    situation({
      alerts: [
        held('Alert', 'a1', { state: 'open', severity: 'low', sector: 'air' }),
        held('Alert', 'a2', { state: 'open', severity: 'high', sector: 'air' }),
        held('Alert', 'a3', { state: 'cleared', severity: 'critical', sector: 'air' }),
      ],
      sources: [
        held('DataSource', 's1', { sector: 'air', health: 'late' }),
        held('DataSource', 's2', {
          sector: 'air',
          health: 'ok',
          newestObservedAt: property({ '@type': 'DateTime', '@value': '2026-06-01T11:50:00Z' }),
        }),
      ],
    }),
    ['water', 'air'],
  );
  expect(air).toEqual({
    name: 'air',
    open: 2,
    worst: 'high',
    newest: Date.parse('2026-06-01T11:50:00Z'),
    health: 'late',
  });
});

test('a source of lists alone makes no sector, unless it fails', () => {
  const sources = (health: string) => [held('DataSource', 's1', { sector: 'territory', health })];

  expect(sectorsOf(situation({ sources: sources('ok') }), ['territory'])).toEqual([]);
  expect(sectorsOf(situation({ sources: sources('failing') }), ['territory'])).toHaveLength(1);
});
