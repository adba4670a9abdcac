/** Two texts beside each other, line by line: what stayed, what went, what came. */

export interface Side {
  number: number;
  text: string;
}

/** `same`: both sides hold the line; `changed`: one stands for the other; else one side is empty. */
export interface DiffRow {
  kind: 'same' | 'changed' | 'gone' | 'new';
  left: Side | null;
  right: Side | null;
}

/** Rows around a change that are shown; `null` stands for lines left out between them. */
const AROUND = 3;
const LARGEST = 4_000_000; // cells of the table; above that only head and tail are compared

export const linesOf = (text: string): string[] => {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

export function diff(left: string, right: string): DiffRow[] {
  const [a, b] = [linesOf(left), linesOf(right)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail))
    tail++;
  const same = (from: number, to: number): DiffRow[] =>
    a.slice(from, to).map((text, index) => ({
      kind: 'same',
      left: { number: from + index + 1, text },
      right: { number: b.length - a.length + from + index + 1, text },
    }));
  const first = same(0, head).map((row, index) => ({
    ...row,
    right: { number: index + 1, text: row.left?.text ?? '' },
  }));
  const middle = between(
    a.slice(head, a.length - tail).map((text, index) => ({ number: head + index + 1, text })),
    b.slice(head, b.length - tail).map((text, index) => ({ number: head + index + 1, text })),
  );
  return [...first, ...middle, ...same(a.length - tail, a.length)];
}

/** Only what changed and what stands around it; null where lines are left out. */
export function folded(rows: readonly DiffRow[]): (DiffRow | null)[] {
  const near = rows.map((_, index) =>
    rows.slice(Math.max(0, index - AROUND), index + AROUND + 1).some((one) => one.kind !== 'same'),
  );
  return rows.flatMap((row, index) => {
    if (near[index]) return [row];
    return index === 0 || near[index - 1] ? [null] : [];
  });
}

function between(a: readonly Side[], b: readonly Side[]): DiffRow[] {
  if (a.length * b.length > LARGEST) return paired([...a], [...b]);
  const rows: DiffRow[] = [];
  let gone: Side[] = [];
  let came: Side[] = [];
  const flush = (): void => {
    rows.push(...paired(gone, came));
    [gone, came] = [[], []];
  };
  const table = common(a, b);
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left && right && left.text === right.text) {
      flush();
      rows.push({ kind: 'same', left, right });
      i++;
      j++;
    } else if (left && (!right || at(table, i + 1, j) >= at(table, i, j + 1))) {
      gone.push(left);
      i++;
    } else if (right) {
      came.push(right);
      j++;
    }
  }
  flush();
  return rows;
}

/** Lines that went beside those that came in their place. */
function paired(gone: readonly Side[], came: readonly Side[]): DiffRow[] {
  const length = Math.max(gone.length, came.length);
  return Array.from({ length }, (_, index): DiffRow => {
    const [left, right] = [gone[index] ?? null, came[index] ?? null];
    return { kind: left && right ? 'changed' : left ? 'gone' : 'new', left, right };
  });
}

const at = (table: readonly Uint32Array[], i: number, j: number): number => table[i]?.[j] ?? 0;

/** How many lines the rests of both have in common, from each place on. */
function common(a: readonly Side[], b: readonly Side[]): Uint32Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    const row = table[i];
    if (!row) continue;
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] =
        a[i]?.text === b[j]?.text
          ? at(table, i + 1, j + 1) + 1
          : Math.max(at(table, i + 1, j), at(table, i, j + 1));
    }
  }
  return table;
}
