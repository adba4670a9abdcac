/** A setting's or limit's number with its unit, as people of the language write it. */
import { length } from './ages';
import { whole } from './values';

const UNITS = ['byte', 'kilobyte', 'megabyte'] as const;

/** Bytes in binary steps, since limits are powers of two: `256 kB`. */
export function bytes(value: number, language: string): string {
  let [amount, step] = [value, 0];
  while (amount >= 1024 && step < UNITS.length - 1) [amount, step] = [amount / 1024, step + 1];
  const unit = UNITS[step];
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    maximumFractionDigits: 1,
  }).format(amount);
}

/** Seconds: as minutes, hours or days where nothing is left over. */
export function seconds(value: number, language: string): string {
  if (value > 0 && value % 60 === 0) return length(value * 1000, language);
  return new Intl.NumberFormat(language, { style: 'unit', unit: 'second' }).format(value);
}

export function measure(value: number, unit: string, language: string): string {
  if (unit === 'B') return bytes(value, language);
  if (unit === 's') return seconds(value, language);
  return whole(value, language);
}
