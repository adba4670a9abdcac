/** Outages and planned works, as the desk answers them. */
import { fileAt, get, post } from './http';
import type { OfWorld, Texts } from './model';

export type CutState = 'proposed' | 'confirmed' | 'announced' | 'running' | 'ended' | 'cancelled';
export type CutKind = 'Outage' | 'PlannedWork';
export type CutVerb = 'confirm' | 'promise' | 'report' | 'area' | 'end' | 'cancel';

export interface SocialObject {
  category: string;
  name: string;
}

/** An outage or a planned work. */
export interface Cut {
  id: string;
  kind: CutKind;
  change: number;
  resource: string;
  state: CutState | null;
  planned: boolean;
  cause: string;
  organization: string | null;
  title: Texts | null;
  startsAt: string | null;
  promisedEnd: string | null;
  firstPromisedEnd: string | null;
  promiseChanges: number;
  endedAt: string | null;
  zones: string[];
  buildings: string[];
  houses: number;
  people: number | null;
  children: number | null;
  socialObjects: SocialObject[];
  calls: number;
  nextReportAt: string | null;
  reportOverdue: boolean;
  reportedAt: string | null;
  countedAt: string | null;
  notFound: string[];
  /** whose count of houses it is; null: the city's own, by its addresses */
  housesFrom?: 'network' | null;
  /** entities of a sector that say it is off */
  faults?: string[];
  /** where the network's fault is, while its houses are not known */
  place?: [number, number] | null;
  refIncident: string | null;
}

export interface Names {
  organizations: Record<string, Texts>;
  zones: Record<string, string>;
  buildings: Record<string, string>;
  faults?: Record<string, string>;
}

export interface OutagesAnswer extends OfWorld {
  now: string;
  outages: Cut[];
  names: Names;
}

export interface CutLine {
  id: string;
  change: number;
  kind: string;
  by: string;
  onBehalf: string | null;
  machine: boolean;
  at: string;
  reason: string | null;
  promisedEnd: string | null;
  note: string | null;
  /** of a line about a task: who has it, and who approved its new time */
  organizations: string[];
  owner: string | null;
}

export interface AttachedCall {
  id: string;
  number: string | null;
  state: string | null;
  reportedAt: string | null;
  theme: string | null;
  address: string | null;
}

export interface OutageAnswer extends OfWorld {
  now: string;
  outage: Cut;
  lines: CutLine[];
  promises: CutLine[];
  attached: AttachedCall[];
  /** open alerts that wake nobody because of it */
  quieted: { id: string; title: Texts | null }[];
  sentences: Record<string, string>;
  names: Names;
}

export interface Zone {
  id: string;
  name: string | null;
  resource: string | null;
  organization: string | null;
}

export interface Choices {
  resources: { name: string; words: Texts; incidentType: string }[];
  causes: Record<string, Texts>;
  reasons: Record<string, Texts>;
  proposal: { calls: number; minutes: number };
  reportMinutes: number;
  zones: Zone[];
}

export interface Counted {
  houses: number;
  people: number | null;
  children: number | null;
  socialObjects: SocialObject[];
  housesFrom?: 'network' | null;
}

export interface Opening {
  resource: string;
  zones: string[];
  buildings: string[];
  cause: string;
  organization?: string;
  startsAt?: string;
  promisedEnd?: string;
  title?: string;
  text?: string;
}

export interface CutOrder {
  expect: number;
  promisedEnd?: string;
  reason?: string;
  text?: string;
  cause?: string;
  zones?: string[];
  buildings?: string[];
}

export interface CutDone {
  id: string;
  state: CutState;
  change: number;
  incident: string | null;
}

export const outages = (days = 1): Promise<OutagesAnswer> =>
  get('/desk/outages', {}, new URLSearchParams({ days: String(days) }));

export const outage = (id: string): Promise<OutageAnswer> => get('/desk/outages/{id}', { id });

export const choices = (): Promise<Choices> => get('/desk/outages/settings', {});

export const count = (zones: readonly string[], buildings: readonly string[]): Promise<Counted> =>
  get(
    '/desk/outages/count',
    {},
    new URLSearchParams({ zones: zones.join(','), buildings: buildings.join(',') }),
  );

export const open = (kind: CutKind, body: Opening): Promise<CutDone> =>
  kind === 'Outage' ? post('/desk/outages', {}, body) : post('/desk/works', {}, body);

export const order = (id: string, verb: CutVerb, body: CutOrder): Promise<CutDone> =>
  post<CutDone, `/desk/outages/{id}/${CutVerb}`>(`/desk/outages/{id}/${verb}`, { id }, body);

/** The printed card of one, in a form and a language. */
export const cardAt = (id: string, format: 'html' | 'pdf', language: string): string =>
  fileAt('/desk/outages/{id}/card', { id }, new URLSearchParams({ format, language }));
