/** The last day as bars: where on the axis each alert began and ended. */
import { rank, type Row } from './board';
import { dateFormat } from './formats';

export const HOUR = 3_600_000;
/** More bars than this in one row cannot be told apart. */
const MOST = 200;

export interface Bar {
  row: Row;
  from: number;
  to: number;
}

export function bars(rows: readonly Row[], sector: string, from: number, to: number): Bar[] {
  const part = (at: number): number => Math.min(1, Math.max(0, (at - from) / (to - from)));
  return rows
    .filter((row) => row.sector === sector && row.since <= to)
    .sort((a, b) => rank(a.severity) - rank(b.severity) || a.since - b.since)
    .slice(-MOST)
    .map((row) => ({ row, from: part(row.since), to: part(row.until ?? to) }));
}

/** Every third full hour of the zone between two moments. */
export function hours(from: number, to: number, zone: string): { at: number; part: number }[] {
  const hourOf = dateFormat('en', {
    timeZone: zone,
    hour: 'numeric',
    hourCycle: 'h23',
  });
  const ticks = [];
  for (let at = Math.ceil(from / HOUR) * HOUR; at <= to; at += HOUR) {
    const part = (at - from) / (to - from);
    if (Number(hourOf.format(at)) % 3 === 0 && part > 0.01) ticks.push({ at, part });
  }
  return ticks;
}
