/** Values as text: numbers in the reader's language, units as people write them. */
import { inLanguage } from '../api/attribute';
import { moment } from './ages';
import { clock } from './clock.svelte';
import { numberFormat } from './formats';
import { frame } from './frame.svelte';
import { preferences, t } from './preferences.svelte';
import { hasTerm } from '../words/translate';

/** At most four significant digits below a thousand: what a reading on a screen can mean. */
export function number(value: number, language: string): string {
  if (Math.abs(value) >= 1000) return whole(value, language);
  return numberFormat(language, { maximumSignificantDigits: 4, useGrouping: 'min2' }).format(value);
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

/** The value of an attribute as a person reads it: measure, moment, word of the trade, or text. */
export function valueText(name: string, value: unknown, unit: string | null | undefined): string {
  const { language } = preferences;
  if (typeof value === 'number') return measure(value, unit, language);
  if (typeof value === 'boolean') return t(value ? 'value.yes' : 'value.no');
  const words = inLanguage(value, language);
  if (words === undefined) return JSON.stringify(value);
  if (INSTANT.test(words)) return moment(Date.parse(words), clock.now, frame.zone, language);
  return termOf(name, words);
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function termOf(name: string, value: string): string {
  if (name === 'sector') return frame.sector(value);
  if (name === 'severity') return frame.severity(value);
  return hasTerm(value) ? t(`term.${value}`) : frame.term(value);
}

/** A place as people write it: latitude first for a point, else the kind of its geometry. */
export function placeText(value: unknown): string {
  const { type, coordinates } = value as { type: string; coordinates: unknown };
  if (type !== 'Point') return type;
  const [lon, lat] = coordinates as [number, number];
  return `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
}

/** A count, with its thousands set apart as the language does it. */
export const whole = (value: number, language: string): string =>
  numberFormat(language, { maximumFractionDigits: 0 }).format(value);
