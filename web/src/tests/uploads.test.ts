import { expect, test } from 'vitest';
import type { FileProgress } from '../api/sectors';
import { bareName, isRead } from '../state/uploads';

const known: FileProgress = {
  file: 'air/a.csv',
  read: 8,
  accepted: 8,
  refused: 0,
  flagged: 0,
  complete: true,
  trouble: null,
  digest: 'new',
};

test('a file is read when the node has read this very file to its end', () => {
  expect(isRead(known, 'new')).toBe(true);
  expect(isRead({ ...known, digest: 'of the file before' }, 'new')).toBe(false);
  expect(isRead({ ...known, complete: false }, 'new')).toBe(false);
});

test('a file that breaks off is read as far as it goes', () => {
  const trouble = { line: 3, rule: 'encoding', detail: '' };
  expect(isRead({ ...known, digest: 'part', trouble }, 'new')).toBe(true);
});

test('the name of a file is told without its folder', () => {
  expect(bareName('air/a.csv')).toBe('a.csv');
  expect(bareName('a.csv')).toBe('a.csv');
});
