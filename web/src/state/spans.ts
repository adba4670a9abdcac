/** Which time a chart shows, and where a slider's ends lie. */
import type { Look, Range } from './look';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const LENGTH: Record<Exclude<Range, 'all'>, number> = {
  day: DAY,
  week: 7 * DAY,
  month: 31 * DAY,
  season: 92 * DAY,
};

export interface Span {
  /** null: from the first value on */
  from: number | null;
  to: number;
}

/**
 * The span of a range. It ends with what is newest when nothing newer will come: a month of a
 * source that fell silent in autumn is its last month, not this empty one.
 */
export function spanOf(look: Look, newest: number | null, limit: number): Span {
  if (look.from && look.to) return { from: Date.parse(look.from), to: Date.parse(look.to) };
  const range = look.range ?? 'month';
  const length = range === 'all' ? 0 : LENGTH[range];
  const silent = newest !== null && newest < limit - (length || DAY);
  const to = silent ? newest + 1 : limit;
  return range === 'all' ? { from: null, to } : { from: to - length, to };
}

/** The same length, a half of it earlier or later, but not past the limit. */
export function moved(span: { from: number; to: number }, steps: number, limit: number): Span {
  const length = span.to - span.from;
  const to = Math.min(limit, span.to + (steps * length) / 2);
  return { from: to - length, to };
}

/** The ends of a slider that covers `length` around a moment, and never the time to come. */
export function around(at: number, length: number, now: number): { from: number; to: number } {
  const to = Math.min(now, at + length / 2);
  return { from: to - length, to };
}
