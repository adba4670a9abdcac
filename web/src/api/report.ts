/** The situation report as the node makes it: one JSON for page, print and partners. */
import { get, post } from './http';
import type { OfWorld, Texts } from './model';
import type { Acting } from './shifts';
import type { Severity } from '../style/palette';

/** What a line rests on: entities of a type that match `q`, as known at `at`. */
export interface Basis {
  type: string;
  q: string;
  at: string;
  /** the first of them; `count` is how many there are */
  ids: readonly string[];
  count: number;
  attribute?: string;
  from?: string | null;
  to?: string | null;
}

export interface Interval {
  /** null: not bounded on that side */
  low: number | null;
  high: number | null;
  confidence: number;
}

export interface GroupRow {
  name: string;
  /** the name by language, where the city has words for it */
  words: Texts | null;
  value: number | null;
  n: number;
  basis: Basis;
}

export interface Breakdown {
  by: string;
  label: Texts;
  of: number;
  rows: readonly GroupRow[];
}

export interface Figure extends OfWorld {
  id: string;
  label: Texts;
  value: number | null;
  unit: string;
  digits: number;
  /** why a value is unknown */
  why: Texts | null;
  interval: Interval | null;
  asOf: string;
  observedAt: string | null;
  stale: boolean;
  compare: { value: number | null; at: string; period: string } | null;
  trend: readonly { at: string; value: number | null }[];
  breakdown: Breakdown | null;
  note: Texts | null;
  basis: Basis;
}

export interface Trouble extends OfWorld {
  id: string;
  type: 'Alert' | 'Incident';
  title: Texts;
  severity: Severity;
  state: string;
  sector: string;
  since: string | null;
  owner: string | null;
  overdue: boolean;
  basis: Basis;
}

export interface SourceLine extends OfWorld {
  id: string;
  title: Texts;
  health: string;
  newestObservedAt: string | null;
  licence: string;
  span: string;
}

export interface SectorPart {
  name: string;
  title: Texts;
  summary: Texts;
  incidents: readonly Trouble[];
  alerts: readonly Trouble[];
  figures: readonly Figure[];
  sources: readonly SourceLine[];
}

export interface Criterion extends OfWorld {
  id: string;
  text: Texts;
  level: number;
  met: boolean;
  value: number | null;
  unit: string;
  /** of how many a share is */
  n: number | null;
  observedAt: string | null;
  /** too old to raise a level: unknown, and `observedAt` says when it was known last */
  stale: boolean;
  basis: Basis;
}

export interface Status extends OfWorld {
  level: number;
  word: Texts;
  proposed: number;
  proposedWord: Texts;
  confirmed: { level: number; by: string; at: string } | null;
  criteria: readonly Criterion[];
}

export interface Thing extends OfWorld {
  title: Texts;
  sector: string;
  severity: Severity | null;
  since: string | null;
  figure: string | null;
  basis: Basis;
}

export interface DueLine extends OfWorld {
  what: Texts;
  sector: string;
  due: string;
  count: number;
  breakdown: Breakdown | null;
  basis: Basis;
}

export interface ShiftLine extends OfWorld {
  post: string;
  title: Texts;
  onDuty: string;
  onBehalf: string | null;
  takenAt: string;
  handedOverAt: string | null;
  counts: Readonly<Record<string, number>>;
  basis: Basis;
}

export interface OutageLine extends OfWorld {
  id: string;
  text: Texts;
  note: Texts;
  basis: Basis;
}

export interface Report {
  id: string;
  world: string;
  file: string;
  day: string;
  at: string;
  status: Status;
  three: readonly Thing[];
  sectors: readonly SectorPart[];
  due: readonly DueLine[];
  /** who was on duty in the day before; absent where the city kept no shifts */
  duty?: { shifts: readonly ShiftLine[]; acting: readonly Acting[] };
  /** what is off, or was in the day before; absent where nothing was */
  outages?: readonly OutageLine[];
  calls?: Omit<OutageLine, 'id'>;
  neighbours: readonly Trouble[];
  notes: readonly { text: Texts }[];
  terms: Readonly<Record<string, Readonly<Record<string, Texts>>>>;
}

/** Which report: a day of the city and its hour; without, the last whose hour has come. */
export interface Asked {
  day: string | null;
  at: string | null;
}

function query({ day, at }: Asked): URLSearchParams {
  const asked = new URLSearchParams();
  if (day) asked.set('day', day);
  if (at) asked.set('at', at);
  return asked;
}

const REPORT = '/desk/report';

export const report = (asked: Asked): Promise<Report> =>
  get<Report, typeof REPORT>(REPORT, {}, query(asked));

/** The address of the same report as a file. */
export function reportFile(
  asked: Asked,
  format: 'html' | 'pdf' | 'json',
  language: string,
): string {
  const given = query(asked);
  given.set('format', format);
  if (format !== 'json') given.set('language', language);
  return `${REPORT}?${given}`;
}

/** The level that stands now; `change` 0: nobody has set one yet. */
export interface LevelNow {
  level: number | null;
  /** a report of that moment has it */
  knownAt: string | null;
  change: number;
}
export interface LevelOrder {
  expect: number;
  level: number;
  /** what the person saw proposed */
  proposed: number;
  reason?: string;
}

const STATUS = '/desk/status';

export const status = (): Promise<LevelNow> => get<LevelNow, typeof STATUS>(STATUS, {});
export const setStatus = (order: LevelOrder): Promise<LevelNow> =>
  post<LevelNow, typeof STATUS>(STATUS, {}, order);
