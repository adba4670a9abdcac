import { expect, test } from 'vitest';
import { kindsOf } from '../state/kinds';

const SECTORS: Record<string, string> = { Task: '', WaterObserved: 'water', Well: 'water' };
const WORDS = {
  sectorOf: (type: string) => SECTORS[type],
  name: (type: string) => type.toLowerCase(),
  order: ['water', 'air'],
};

test('kinds stand by sector in its order, and what no vocabulary knows before them', () => {
  const found = kindsOf({ Task: 3, Well: 1, WaterObserved: 2, Odd: 9 }, WORDS);
  expect(found.map(({ sector, kinds }) => [sector, kinds.map((one) => one.type)])).toEqual([
    [undefined, ['Odd']],
    ['water', ['WaterObserved', 'Well']],
    ['', ['Task']],
  ]);
  expect(found[1]?.kinds[0]).toEqual({ type: 'WaterObserved', name: 'waterobserved', count: 2 });
});

test('of nothing there are no kinds', () => {
  expect(kindsOf({}, WORDS)).toEqual([]);
});
