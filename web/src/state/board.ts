/** What the board shows, worked out of the situation: sectors, queue, the last day. All pure. */
import {
  attribute,
  instant,
  point,
  targets,
  text,
  typesOf,
  valueOf,
  words,
} from '../api/attribute';
import type { Held } from '../api/model';
import { SEVERITIES, type Severity } from '../style/palette';
import type { Situation } from './situation';

export type State = 'new' | 'acknowledged' | 'active' | 'stable' | 'closed';
export const STATES: readonly State[] = ['new', 'acknowledged', 'active', 'stable', 'closed'];

export interface Row {
  id: string;
  kind: 'incident' | 'alert';
  severity: Severity;
  title: string;
  sector: string;
  state: State | 'open' | 'cleared';
  since: number;
  until: number | null;
  due: number | null;
  overdue: boolean;
  owner: string | null;
  location: readonly [number, number] | null;
  /** nobody has taken it yet */
  fresh: boolean;
  change: number;
  /** 1 is done first */
  priority: number | null;
  type: string | null;
  /** the role that heard of it because nobody took it */
  escalatedTo: string | null;
  mergedInto: string | null;
  /** how many alerts it gathers */
  alerts: number;
}

export interface SectorState {
  name: string;
  open: number;
  worst: Severity | null;
  newest: number | null;
  health: string | null;
}

export const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

export function severityOf(held: Held): Severity {
  const found = text(held.entity, 'severity');
  return SEVERITIES.find((one) => one === found) ?? 'informational';
}

function time(held: Held, name: string): number | null {
  const found = instant(held.entity, name);
  return found ? Date.parse(found) : null;
}

export function rowOf(held: Held, language: string): Row {
  const { entity } = held;
  const incident = typesOf(entity).includes('Incident');
  const state = (text(entity, 'state') ?? (incident ? 'new' : 'open')) as Row['state'];
  // by when somebody should have taken it: of no use once somebody has
  const due = state === 'new' ? time(held, 'due') : null;
  return {
    id: entity.id,
    kind: incident ? 'incident' : 'alert',
    severity: severityOf(held),
    title: words(entity, 'title', language) ?? words(entity, 'description', language) ?? entity.id,
    sector: text(entity, 'sector') ?? text(entity, 'category') ?? '',
    state,
    since: time(held, incident ? 'openedAt' : 'dateIssued') ?? Date.parse(held.modified),
    until: time(held, incident ? 'closedAt' : 'clearedAt'),
    due,
    overdue: false,
    owner: text(entity, 'owner') ?? null,
    location: point(entity) ?? null,
    fresh: incident ? state === 'new' : state === 'open',
    change: held.change,
    priority: priorityOf(held),
    type: text(entity, 'incidentType') ?? null,
    escalatedTo: text(entity, 'escalatedTo') ?? null,
    mergedInto: targets(entity, 'mergedInto')[0] ?? null,
    alerts: targets(entity, 'alerts').length,
  };
}

function priorityOf(held: Held): number | null {
  const value = valueOf(attribute(held.entity, 'priority'));
  return typeof value === 'number' ? value : null;
}

/** Worst first; of those as bad what nobody has taken, then what still moves; newest first within. */
export function order(a: Row, b: Row): number {
  return (
    rank(b.severity) - rank(a.severity) ||
    Number(b.fresh) - Number(a.fresh) ||
    Number(a.state === 'stable') - Number(b.state === 'stable') ||
    b.since - a.since ||
    (a.id < b.id ? -1 : 1)
  );
}

/** Open incidents, and open alerts that stand in no incident yet. */
export function queueOf(situation: Situation, language: string, now: number): Row[] {
  const incidents = [...situation.incidents.values()];
  const covered = new Set(incidents.flatMap((held) => targets(held.entity, 'alerts')));
  const alerts = [...situation.alerts.values()].filter((held) => !covered.has(held.entity.id));
  return [...incidents, ...alerts]
    .map((held) => rowOf(held, language))
    .filter((row) => row.state !== 'closed' && row.state !== 'cleared')
    .map((row) => ({ ...row, overdue: row.due !== null && row.due < now }))
    .sort(order);
}

/** Alerts and incidents that were open at any moment of the last `span` milliseconds. */
export function recent(situation: Situation, language: string, from: number): Row[] {
  return [...situation.alerts.values()]
    .map((held) => rowOf(held, language))
    .filter((row) => row.state === 'open' || (row.until ?? row.since) >= from);
}

/** Sectors with something on the map or news: a list of districts alone is none for a chip. */
export function sectorsOf(situation: Situation, names: readonly string[]): SectorState[] {
  const states = new Map<string, SectorState>();
  const state = (name: string): SectorState => {
    let found = states.get(name);
    if (!found) {
      found = { name, open: 0, worst: null, newest: null, health: null };
      states.set(name, found);
    }
    return found;
  };
  for (const held of situation.sources.values()) {
    const sector = text(held.entity, 'sector');
    if (sector) seeSource(state(sector), held);
  }
  const newest = new Map<string, string>();
  for (const { sector, at } of situation.points.values()) {
    const known = newest.get(sector);
    if (known === undefined || later(at ?? '', known)) newest.set(sector, at ?? '');
  }
  for (const [sector, at] of newest) see(state(sector), at);
  for (const held of situation.alerts.values()) {
    const sector = text(held.entity, 'sector');
    if (sector && text(held.entity, 'state') !== 'cleared') count(state(sector), severityOf(held));
  }
  return names
    .flatMap((name) => states.get(name) ?? [])
    .filter((one) => newest.has(one.name) || hasNews(one));
}

/** Asked of ten thousand things in a frame: times of one form are compared as they are written. */
function later(at: string, than: string): boolean {
  return at.length === than.length ? at > than : !(Date.parse(at) <= Date.parse(than));
}

function hasNews(state: SectorState): boolean {
  return state.newest !== null || state.open > 0 || HEALTH.indexOf(state.health ?? 'ok') > WELL;
}

function see(state: SectorState, at: string | null | undefined): void {
  const moment = at ? Date.parse(at) : NaN;
  if (!Number.isNaN(moment) && moment > (state.newest ?? -Infinity)) state.newest = moment;
}

/** The best first; what nobody reads on purpose is no worse than what is in order. */
const WELL = 2;
const HEALTH = [
  ...['ok', 'unlisted', 'paused', 'flooding', 'clock', 'late', 'quarantined'],
  ...['columns', 'failing'],
];

function seeSource(state: SectorState, held: Held): void {
  see(state, instant(held.entity, 'newestObservedAt'));
  const health = text(held.entity, 'health') ?? 'ok';
  if (HEALTH.indexOf(health) > HEALTH.indexOf(state.health ?? '')) state.health = health;
}

function count(state: SectorState, severity: Severity): void {
  state.open += 1;
  if (!state.worst || rank(severity) > rank(state.worst)) state.worst = severity;
}
