/** What the report page says about a figure, beside the figure itself. */
import { inLanguage } from '../api/attribute';
import type { Texts } from '../api/model';
import type { Figure, SectorPart, Trouble } from '../api/report';
import { SEVERITIES } from '../style/palette';
import { hasKey } from '../words/translate';
import { moment } from './ages';
import { clock } from './clock.svelte';
import { frame, sentence } from './frame.svelte';
import { preferences, t } from './preferences.svelte';

/** A text of the report as the begin of a line. */
export const said = (texts: Texts): string =>
  sentence(inLanguage(texts, preferences.language) ?? '');

/** How many open troubles of a sector, and groups of a figure, a page names. */
export const TROUBLES = 3;
export const GROUPS = 3;

export function figureText(value: number | null, digits: number): string {
  return value === null ? t('value.unknown') : written(value, digits, 'negative');
}

/** As the printed report writes a number: a hyphen never stands for a minus. */
function written(value: number, digits: number, signDisplay: 'negative' | 'exceptZero'): string {
  return new Intl.NumberFormat(preferences.language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: preferences.language === 'en' ? 'auto' : 'min2',
    signDisplay,
  })
    .format(value)
    .replace('-', '\u2212');
}

export function withUnit(value: number | null, digits: number, unit: string): string {
  const symbol = value === null ? '' : frame.unit(unit);
  const text = figureText(value, digits);
  return symbol ? `${text}\u00a0${symbol}` : text;
}

/** Both ends of where the true value lies, or the one that is known. */
export function intervalText({ interval, value, digits }: Figure): string {
  if (!interval || value === null) return '';
  const { low, high } = interval;
  if (low === null) return high === null ? '' : `≤ ${figureText(high, digits)}`;
  if (high === null) return `≥ ${figureText(low, digits)}`;
  return `${figureText(low, digits)} – ${figureText(high, digits)}`;
}

/** What it was then, and by how much it changed since. */
export function changeText(figure: Figure): string {
  const { compare, value, digits } = figure;
  if (!compare || compare.value === null || value === null) return '';
  const period = periodText(compare.period, compare.at, figure.asOf);
  const change = written(value - compare.value, digits, 'exceptZero');
  if (!/[1-9]/.test(change)) return t('report.same', { period });
  return t('report.compare', { change, value: figureText(compare.value, digits), period });
}

function periodText(period: string, at: string, near: string): string {
  const key = `report.period.${period}`;
  if (hasKey(key)) return t(key);
  return t('report.period.other', { moment: momentNear(at, near) });
}

/** A moment as seen from the report's own: the time alone where it is the same day. */
export const momentNear = (at: string, near: string): string =>
  moment(Date.parse(at), Date.parse(near), frame.zone, preferences.language);

const rank = (one: Trouble): number =>
  2 * SEVERITIES.indexOf(one.severity) + (one.type === 'Incident' ? 1 : 0);

/** Open in a sector, the worst first; of two as bad the incident, somebody works on it. */
export const troublesOf = (sector: SectorPart): Trouble[] =>
  [...sector.incidents, ...sector.alerts].sort((a, b) => rank(b) - rank(a));

/** The level's step on the scale of severities, for its colour. */
export const levelSeverity = (level: number) =>
  SEVERITIES[Math.min(Math.max(level, 1), SEVERITIES.length) - 1] ?? 'informational';

/** The report of this very moment. */
export const ofNow = () => ({ day: null, at: new Date(clock.now).toISOString() });

/** The hour of an instant in the city's zone, as a time field writes it. */
export function hourOf(at: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: frame.zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(Date.parse(at));
}
