/** How large a file is, as people read it: with the unit's sign of the reader's language. */

const STEP = 1000;

export function bytes(count: number, language: string): string {
  const [unit, size] =
    count < STEP
      ? (['byte', count] as const)
      : count < STEP * STEP
        ? (['kilobyte', count / STEP] as const)
        : (['megabyte', count / (STEP * STEP)] as const);
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: unit === 'byte' ? 'long' : 'short',
    maximumFractionDigits: size < 10 && unit !== 'byte' ? 1 : 0,
  }).format(size);
}
