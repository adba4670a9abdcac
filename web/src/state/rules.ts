/** Pure parts of the page of rules: where on a strip a firing lies, how a title reads. */
import type { Firing } from '../api/watch';

export interface Bar {
  /** share of the strip, 0 to 1 */
  from: number;
  width: number;
  firing: Firing;
}

/** Firings as bars on a strip from `begin` to `end` (ms); one that is open lasts to the end. */
export function bars(firings: readonly Firing[], begin: number, end: number): Bar[] {
  const span = Math.max(end - begin, 1);
  const place = (at: number): number => Math.min(Math.max((at - begin) / span, 0), 1);
  return firings.map((firing) => {
    const from = place(Date.parse(firing.opened));
    const to = firing.cleared === null ? 1 : place(Date.parse(firing.cleared));
    return { from, width: Math.max(to - from, 0), firing };
  });
}

/** Moments for the marks under a strip: `count` equal steps, both ends with them. */
export const marks = (begin: number, end: number, count = 4): number[] =>
  Array.from({ length: count + 1 }, (_, step) => begin + ((end - begin) * step) / count);

/** A title without its fields: `No heat: {count} requests` reads `No heat: … requests`. */
export const plainTitle = (template: string): string => template.replace(/\{\w+\}/g, '…');

/** The line of a file that a refusal names; null where it names none. */
export function lineOf(document: Readonly<Partial<Record<string, unknown>>>): number | null {
  const line = document['line'] ?? /:(\d+)/.exec(String(document['where'] ?? ''))?.[1];
  return line === undefined || line === null ? null : Number(line);
}
