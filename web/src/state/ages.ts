/** Ages and moments as text. Units and plural forms are the platform's own for the language. */
import { dateFormat, numberFormat, relativeFormat } from './formats';

type Unit = 'second' | 'minute' | 'hour' | 'day' | 'year';

export interface Span {
  amount: number;
  unit: Unit;
}

/** The largest whole unit of a span; under two of the larger, the smaller one says more. */
export function spanOf(milliseconds: number): Span {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 100) return { amount: seconds, unit: 'second' };
  if (seconds < 100 * 60) return { amount: Math.floor(seconds / 60), unit: 'minute' };
  if (seconds < 48 * 3600) return { amount: Math.floor(seconds / 3600), unit: 'hour' };
  const days = Math.floor(seconds / 86_400);
  if (days < 731) return { amount: days, unit: 'day' };
  return { amount: Math.floor(days / 365.25), unit: 'year' };
}

/** `4 min`, `4 мин`: for columns. */
export function short(milliseconds: number, language: string): string {
  const { amount, unit } = spanOf(milliseconds);
  return numberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(amount);
}

/** A length without a rest: `1 hr`, `7 days`, as periods are long. */
export function length(milliseconds: number, language: string): string {
  const units = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
  ] as const;
  const [unit, one] = units.find((each) => milliseconds % each[1] === 0) ?? units[2];
  const format = numberFormat(language, { style: 'unit', unit, unitDisplay: 'short' });
  return format.format(milliseconds / one);
}

/** What the page's clock may lag behind: it goes on once a second. */
const LAG = 2000;
const isNow = (milliseconds: number): boolean => milliseconds > -LAG && milliseconds < 1000;

/** What this page's clock lags behind is no time to come; a replay's clock lags the faster it goes. */
export function settled(milliseconds: number, rate: number): number {
  return milliseconds < 0 && milliseconds > -LAG * rate ? 0 : milliseconds;
}

/** An age for columns: `4 min`; `now`; and `in 4 min.` of what is yet to come. */
export function aged(milliseconds: number, language: string): string {
  return milliseconds < 1000
    ? relative(milliseconds, language, 'short')
    : short(milliseconds, language);
}

/** `4 minutes ago`, `4 минуты назад`: for people who read slowly and for screen readers. */
export function ago(milliseconds: number, language: string): string {
  return relative(milliseconds, language, 'long');
}

/** No length of time is told of what lies ahead as if it had passed. */
function relative(
  milliseconds: number,
  language: string,
  style: Intl.RelativeTimeFormatStyle,
): string {
  const now = isNow(milliseconds);
  const { amount, unit } = now ? spanOf(0) : spanOf(Math.abs(milliseconds));
  const format = relativeFormat(language, { style, numeric: now ? 'auto' : 'always' });
  return format.format(milliseconds < 0 ? amount : -amount, unit);
}

/**
 * A moment in the city's zone: the time alone when it was today, else with its date; with its
 * year when that is not this year, or 2015 reads like today.
 */
export function moment(at: number, now: number, zone: string, language: string): string {
  const time = clockTime(at, zone, language);
  const year = yearOf(at, zone);
  if (year !== yearOf(now, zone)) return `${day(at, zone, language)} ${year}, ${time}`;
  return day(at, zone, language) === day(now, zone, language)
    ? time
    : `${day(at, zone, language)}, ${time}`;
}

function yearOf(at: number, zone: string): string {
  return dateFormat('en', { timeZone: zone, year: 'numeric' }).format(at);
}

export function clockTime(at: number, zone: string, language: string, seconds = false): string {
  const options: Intl.DateTimeFormatOptions = {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  };
  if (seconds) options.second = '2-digit';
  return dateFormat(language, options).format(at);
}

export function day(at: number, zone: string, language: string): string {
  const options: Intl.DateTimeFormatOptions = { timeZone: zone, day: 'numeric', month: 'short' };
  return dateFormat(dated(language), options).format(at);
}

export function weekday(at: number, zone: string, language: string): string {
  const options: Intl.DateTimeFormatOptions = {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'long',
  };
  return dateFormat(dated(language), options).format(at);
}

/** Plain `en` would write month before day, which European desks misread. */
function dated(language: string): string {
  return language === 'en' ? 'en-GB' : language;
}

export function full(at: number, zone: string, language: string): string {
  const options: Intl.DateTimeFormatOptions = {
    timeZone: zone,
    dateStyle: 'medium',
    timeStyle: 'long',
  };
  return dateFormat(dated(language), options).format(at);
}
