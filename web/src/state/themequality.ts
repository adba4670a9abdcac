/** The figures of the suggestion as shares and bands. Pure. */
import type { Quality } from '../api/themes';

/** A share, or null where there is nothing to take a share of. */
export const share = (part: number, of: number): number | null => (of > 0 ? part / of : null);

export interface Band {
  from: number;
  to: number;
  calls: number;
  /** how often it came true; null where it was never said */
  share: number | null;
}

/** What was said, and how often it came true, surest first. */
export const bands = (told: Quality): Band[] =>
  told.bands
    .map((one, place) => ({
      from: one.from,
      to: told.bands[place + 1]?.from ?? 1,
      calls: one.calls,
      share: share(one.right, one.calls),
    }))
    .reverse();

/** Why no call goes without a clerk, or that some do. */
export function alone(told: Quality): 'off' | 'few' | 'unproved' | 'on' {
  if (told.alone === null) return 'off';
  if (told.learned?.bar) return 'on';
  return (told.learned?.choices ?? 0) < told.least ? 'few' : 'unproved';
}
