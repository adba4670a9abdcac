import { expect, test } from 'vitest';
import { STANDS, turnAt, VIEWS, wallOf } from '../state/turning';

test('every view has its turn, in order, and the same one on every screen', () => {
  const seen = VIEWS.map((_, index) => turnAt(index * STANDS).view);
  expect(seen).toEqual([...VIEWS]);
  expect(turnAt(VIEWS.length * STANDS)).toEqual({ view: 'map', passed: 0 });
  expect(turnAt(1.5 * STANDS)).toEqual({ view: 'queue', passed: 0.5 });
});

test('a view that the address names stays', () => {
  expect(turnAt(1.5 * STANDS, 'duty')).toEqual({ view: 'duty', passed: 0 });
});

test('the address says whether this is a wall, dark unless it says otherwise', () => {
  expect(wallOf('')).toBeNull();
  expect(wallOf('?wall')).toEqual({ theme: 'dark', view: null });
  expect(wallOf('?wall=sectors&theme=light')).toEqual({ theme: 'light', view: 'sectors' });
  expect(wallOf('?wall=nonsense')).toEqual({ theme: 'dark', view: null });
});
