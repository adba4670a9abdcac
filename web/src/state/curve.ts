/** A figure's last weeks between 0 and 1, as the printed report draws them too. */
import type { Figure } from '../api/report';

export type Point = readonly [number, number];

export interface Curve {
  /** an unknown day breaks the line */
  runs: readonly (readonly Point[])[];
  last: Point;
  /** where the true value of today lies */
  band: readonly [number, number] | null;
  low: number;
  high: number;
  from: string;
  to: string;
}

export function curveOf(figure: Pick<Figure, 'trend' | 'interval'>): Curve | null {
  const known = figure.trend.filter((one) => one.value !== null);
  const first = known[0];
  const end = known.at(-1);
  if (!first || !end || known.length < 2) return null;
  const values = known.map((one) => one.value as number);
  const { low, high } = figure.interval ?? { low: null, high: null };
  const band = low === null || high === null ? null : ([low, high] as const);
  const ends = [...values, ...(band ?? [])];
  const least = Math.min(...ends);
  const size = Math.max(...ends) - least;
  const y = (value: number): number => (size ? (value - least) / size : 0.5);

  const times = figure.trend.map((one) => Date.parse(one.at));
  const start = times[0] ?? 0;
  const length = Math.max(1, (times.at(-1) ?? 0) - start);
  const runs: Point[][] = [[]];
  figure.trend.forEach(({ value }, index) => {
    if (value === null) runs.push([]);
    else runs.at(-1)?.push([((times[index] ?? 0) - start) / length, y(value)]);
  });
  const drawn = runs.filter((run) => run.length > 0);
  const last = drawn.at(-1)?.at(-1);
  if (!last) return null;
  return {
    runs: drawn,
    last,
    band: band && [y(band[0]), y(band[1])],
    low: Math.min(...values),
    high: Math.max(...values),
    from: first.at,
    to: end.at,
  };
}
