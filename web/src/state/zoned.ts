/** The clock on the wall of the city, and back: what a field for date and time holds. */
import { dateFormat } from './formats';

const MINUTE = 60_000;

function format(zone: string): Intl.DateTimeFormat {
  return dateFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

/** `2015-07-01T14:05` in the zone. */
export function wall(at: number, zone: string): string {
  const parts = new Map(
    format(zone)
      .formatToParts(at)
      .map((one) => [one.type, one.value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/** The moment at which the zone's clock shows this; NaN for no time. Of two, the earlier. */
export function fromWall(text: string, zone: string): number {
  const asUtc = Date.parse(`${text}Z`);
  if (Number.isNaN(asUtc)) return NaN;
  const offset = (at: number): number => Date.parse(`${wall(at, zone)}Z`) - floor(at);
  const first = asUtc - offset(asUtc - offset(asUtc));
  const earlier = asUtc - offset(first - 180 * MINUTE);
  return wall(earlier, zone) === text ? earlier : first;
}

function floor(at: number): number {
  return Math.floor(at / MINUTE) * MINUTE;
}
