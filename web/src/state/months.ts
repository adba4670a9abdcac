/** A month as a calendar's rows: Monday first, days as ISO text. */

export interface Month {
  year: number;
  /** 1 to 12 */
  month: number;
}

const two = (value: number): string => String(value).padStart(2, '0');

export const isoDay = ({ year, month }: Month, day: number): string =>
  `${year}-${two(month)}-${two(day)}`;

export function monthOf(day: string): Month {
  return { year: Number(day.slice(0, 4)), month: Number(day.slice(5, 7)) };
}

export function moved({ year, month }: Month, months: number): Month {
  const at = year * 12 + month - 1 + months;
  return { year: Math.floor(at / 12), month: (at % 12) + 1 };
}

/** Weeks of seven places; null where the place belongs to another month. */
export function weeks(month: Month): (string | null)[][] {
  const first = new Date(Date.UTC(month.year, month.month - 1, 1));
  const length = new Date(Date.UTC(month.year, month.month, 0)).getUTCDate();
  const before = (first.getUTCDay() + 6) % 7;
  const places: (string | null)[] = [
    ...Array.from({ length: before }, () => null),
    ...Array.from({ length }, (_, index) => isoDay(month, index + 1)),
  ];
  while (places.length % 7 > 0) places.push(null);
  return Array.from({ length: places.length / 7 }, (_, index) =>
    places.slice(index * 7, index * 7 + 7),
  );
}

/** The day of a text that is one; null for anything else (2015-02-30). */
export function realDay(text: string): string | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) ? text : null;
}
