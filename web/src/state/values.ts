/** Values as text: numbers in the reader's language, units as people write them. */
import { frame } from './frame.svelte';

const formats = new Map<string, Intl.NumberFormat>();

/** At most four significant digits below a thousand: what a reading on a screen can mean. */
export function number(value: number, language: string): string {
  let format = formats.get(language);
  if (!format) {
    format = new Intl.NumberFormat(language, { maximumSignificantDigits: 4, useGrouping: 'min2' });
    formats.set(language, format);
  }
  return Math.abs(value) >= 1000
    ? new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(value)
    : format.format(value);
}

export function measure(
  value: number | string,
  unit: string | null | undefined,
  language: string,
): string {
  if (typeof value === 'string') return value;
  const symbol = frame.unit(unit);
  return symbol ? `${number(value, language)}\u00a0${symbol}` : number(value, language);
}

/** A place as people write it: latitude first for a point, else the kind of its geometry. */
export function placeText(value: unknown): string {
  const { type, coordinates } = value as { type: string; coordinates: unknown };
  if (type !== 'Point') return type;
  const [lon, lat] = coordinates as [number, number];
  return `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
}
