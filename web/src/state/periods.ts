/** Weeks and months of the city, from midnight to midnight by its clock; a week begins on Monday. */
import { fromWall, wall } from './zoned';

export const PERIODS = ['week', 'last-week', 'month', 'last-month'] as const;
export type Period = (typeof PERIODS)[number];

const DAY = 86_400_000;

export interface Window {
  from: number;
  to: number;
}

export function windowOf(period: Period, now: number, zone: string): Window {
  const today = wall(now, zone).slice(0, 10);
  const first = period.endsWith('week') ? monday(today) : `${today.slice(0, 8)}01`;
  const next = period.endsWith('week') ? plus(first, 7) : month(first, 1);
  const before = period.endsWith('week') ? plus(first, -7) : month(first, -1);
  const midnight = (day: string): number => fromWall(`${day}T00:00`, zone);
  return period.startsWith('last')
    ? { from: midnight(before), to: midnight(first) }
    : { from: midnight(first), to: midnight(next) };
}

const plus = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00Z`) + days * DAY).toISOString().slice(0, 10);

function monday(day: string): string {
  const weekday = (new Date(`${day}T00:00Z`).getUTCDay() + 6) % 7;
  return plus(day, -weekday);
}

function month(first: string, months: number): string {
  const at = new Date(`${first}T00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + months);
  return at.toISOString().slice(0, 10);
}
