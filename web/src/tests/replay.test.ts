import { expect, test } from 'vitest';
import type { Layer, SituationAnswer, StreamRecord } from '../api/model';
import { apply, fromAnswer } from '../state/situation';
import fixture from '../state/fixtures/replay.json';

const layers = fixture.layers as unknown as Record<string, Layer>;
const records = fixture.records as unknown as StreamRecord[];
const before = (): SituationAnswer => structuredClone(fixture.before) as unknown as SituationAnswer;
const after = fixture.after as unknown as SituationAnswer;

test('replay equals refetch', () => {
  const situation = fromAnswer(before());
  apply(situation, records, layers);
  expect(situation).toEqual(fromAnswer(after));
});

test('it does not matter how the log is cut into batches', () => {
  const situation = fromAnswer(before());
  for (const record of records) apply(situation, [record], layers);
  expect(situation).toEqual(fromAnswer(after));
});

test('a batch that comes twice changes nothing', () => {
  const situation = fromAnswer(before());
  apply(situation, records, layers);
  const moved = apply(situation, records, layers);
  expect(moved.points).toEqual([]);
  expect(situation).toEqual(fromAnswer(after));
});

test('a late instance goes to history and not on the screen', () => {
  const situation = fromAnswer(before());
  apply(
    situation,
    records.map((record) => ({ ...record, late: true })),
    layers,
  );
  expect(situation.points).toEqual(fromAnswer(before()).points);
});

test('news of something that is not held asks for the whole', () => {
  const situation = fromAnswer({ ...before(), alerts: [] });
  const raised = records.filter((record) => record.id === 'urn:ngsi-ld:Alert:1');
  expect(apply(situation, raised, layers).unknown).toBe(true);
});
