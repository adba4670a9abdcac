import { expect, test } from 'vitest';
import { diff, folded, linesOf, type DiffRow } from '../state/diff';

const text = (rows: readonly DiffRow[], side: 'left' | 'right'): string[] =>
  rows.flatMap((row) => row[side]?.text ?? []);
const numbers = (rows: readonly DiffRow[], side: 'left' | 'right'): number[] =>
  rows.flatMap((row) => row[side]?.number ?? []);

test.each([
  ['', ''],
  ['a\n', ''],
  ['', 'a\nb\n'],
  ['a\nb\nc\n', 'a\nc\n'],
  ['a\nb\nc', 'x\nb\ny\nc\n'],
  ['a\na\na\n', 'a\nb\na\n'],
  ['one\ntwo\nthree\nfour\n', 'zero\none\nthree\nthree and a half\nfour\n'],
])('both sides stand whole and in order: %j %j', (left, right) => {
  const rows = diff(left, right);
  expect(text(rows, 'left')).toEqual(linesOf(left));
  expect(text(rows, 'right')).toEqual(linesOf(right));
  for (const side of ['left', 'right'] as const) {
    const found = numbers(rows, side);
    expect(found).toEqual(found.map((_, index) => index + 1));
  }
  for (const row of rows.filter((one) => one.kind === 'same'))
    expect(row.left?.text).toBe(row.right?.text);
});

test('a line that changed stands beside what it was', () => {
  expect(diff('a\nb\nc\n', 'a\nB\nc\n').map((row) => row.kind)).toEqual([
    'same',
    'changed',
    'same',
  ]);
});

test('what is far from a change is left out', () => {
  const many = Array.from({ length: 40 }, (_, index) => `line ${index}`);
  const other = many.with(20, 'another');
  const shown = folded(diff(many.join('\n'), other.join('\n')));
  expect(shown.length).toBe(9);
  expect([shown[0], shown.at(-1)]).toEqual([null, null]);
});
