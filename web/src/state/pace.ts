/** How the node's time goes on while this page waits for its next word. */

/** The node's time at a moment of this machine, and what passes there in a second of here. */
export interface Pace {
  node: number;
  here: number;
  rate: number;
  end: number | null;
}

export const TICK = 1000;
const QUICK = 250;

export function nodeTime(pace: Pace, here: number): number {
  const passed = pace.node + (here - pace.here) * pace.rate;
  return pace.end === null ? passed : Math.min(passed, pace.end);
}

/** A replay moves by minutes in a second: told more often, it moves like a clock and not in leaps. */
export const tickOf = (rate: number): number => (rate > 10 ? QUICK : TICK);

/** The days of a span in words: `15 July 2015`, `15–17 July 2015`. A midnight ends the day before. */
export function daysOf(from: string, to: string, zone: string, language: string): string {
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    timeZone: zone,
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
  return format.formatRange(Date.parse(from), Date.parse(to) - 1);
}
