import { expect, test } from 'vitest';
import { struck, type Entry } from '../state/struck';

const line = (id: string, number: number, strikes: string | null = null): Entry =>
  ({ id, number, strikes }) as Entry;

test('a line is struck by the line that names it, until that one is struck itself', () => {
  const note = line('note', 1);
  const strike = line('strike', 2, 'note');
  expect(struck([note, strike]).get('note')).toBe(strike);
  const back = line('back', 3, 'strike');
  expect([...struck([back, note, strike]).keys()]).toEqual(['strike']);
  const anew = line('anew', 4, 'note');
  expect(struck([note, strike, back, anew]).get('note')).toBe(anew);
});
