/** The shape of each severity on a 16 by 16 field; the same on the page and on the map. */
import type { Severity } from './palette';

export const SHAPES: Record<Severity, string> = {
  informational: 'M8 4.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6Z',
  low: 'M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2Z',
  medium: 'M8 1.2 14.8 8 8 14.8 1.2 8Z',
  high: 'M8 1.4 15.2 14H.8Z',
  critical: 'M5.1.9h5.8l4.2 4.2v5.8l-4.2 4.2H5.1L.9 10.9V5.1Z',
};

/** The stroke inside the two that need a person: an exclamation mark. */
export const SIGNS: Partial<Record<Severity, string>> = {
  high: 'M8 6.2v3.6M8 11.8v.4',
  critical: 'M8 4.2v4.6M8 11.4v.4',
};
