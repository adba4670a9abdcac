/** Calls of citizens, as the desk takes and answers them. */
import { get, post } from './http';
import type { OfWorld, Texts } from './model';
import type { Suggestion } from './themes';

export type CallState = 'new' | 'routed' | 'known' | 'done' | 'closed' | 'struck';
export type CallResult = 'confirmed' | 'notDone' | 'unreachable';

/** A call without its caller, as lists have it. */
export interface Call {
  id: string;
  change: number;
  number: string;
  callKind: 'repair' | 'request';
  theme: string | null;
  sector: string | null;
  address: string | null;
  building: string | null;
  location: GeoJSON.Geometry | null;
  channel: string;
  injured: boolean;
  happenedAt: string | null;
  reportedAt: string;
  enteredAt: string;
  late: boolean;
  by: string;
  onBehalf: string | null;
  state: CallState;
  callBack: CallResult | null;
  calledBackAt: string | null;
  callBackTries: number | null;
  reopened: number;
  closedAt: string | null;
  closeReason: string | null;
  foreignNumber: string | null;
  due: string | null;
  overdue: boolean;
  outage: string | null;
  incident: string | null;
  task: string | null;
  /** who said that it is not theirs, when and why; until it is sent again */
  returnedFrom: string | null;
  returnedAt: string | null;
  returnReason: string | null;
  corrects: string | null;
  correctedBy: string | null;
  zones: string[];
  organizations: string[];
}

/** Who called: told with one call, for the purpose of handling it. */
export interface Caller {
  words: string | null;
  callerName: string | null;
  callerTelephone: string | null;
  apartment: string | null;
}

export interface CallLine {
  id: string;
  kind: string;
  by: string;
  onBehalf: string | null;
  machine: boolean;
  at: string;
  note: string | null;
  reason: string | null;
  text: Texts | null;
  confidence?: number | null;
  outage: string | null;
  incident: string | null;
  task: string | null;
  other: string | null;
}

export interface CallsAnswer extends OfWorld {
  now: string;
  count: number;
  calls: Call[];
  counts: Record<'new' | 'routed' | 'known' | 'done' | 'overdue', number>;
}

export interface CallAnswer extends OfWorld {
  now: string;
  call: Call & Caller;
  suggested: Suggestion[];
  timeline: CallLine[];
}

/** An outage or a work at a house. */
export interface KnownCut {
  id: string;
  kind: string;
  resource: string;
  state: string;
  startsAt: string | null;
  promisedEnd: string | null;
  houses: number;
  calls: number;
  /** the sentence to read out, by language */
  say: Texts;
}

export interface KnownIncident {
  id: string;
  title: Texts | null;
  severity: string | null;
  openedAt: string | null;
  metres: number;
}

export interface Serving {
  /** a resource, or `house` for who manages it */
  for: string;
  organization: string;
  name: Texts;
  telephone: string;
}

export interface KnownHere extends OfWorld {
  now: string;
  outages: KnownCut[];
  works: KnownCut[];
  calls: Call[];
  callsCount: number;
  incidents: KnownIncident[];
  serves: Serving[];
}

export interface CallSettings {
  channels: string[];
  reasons: Record<string, Texts>;
  callBackTries: number;
  lateMinutes: number;
}

export interface Card {
  draft: string;
  building?: string;
  address?: string;
  name?: string;
  telephone?: string;
  apartment?: string;
  words?: string;
  theme?: string;
  suggested?: Suggestion[];
  channel: string;
  injured: boolean;
  happenedAt?: string;
  reportedAt?: string;
  foreignNumber?: string;
  outage?: string;
  incident?: string;
}

export interface Taken {
  id: string;
  number: string;
  state: CallState;
  change: number;
  incident: string | null;
  /** what is off there, with which it waits */
  outage?: string | null;
}

/** Former calls by a telephone, without their caller. */
export interface FormerCalls extends OfWorld {
  now: string;
  calls: Call[];
  count: number;
}

export type CallVerb =
  | 'attach'
  | 'detach'
  | 'route'
  | 'theme'
  | 'incident'
  | 'done'
  | 'callback'
  | 'close'
  | 'reopen'
  | 'strike'
  | 'note';

export interface CallOrder {
  expect?: number;
  text?: string;
  outage?: string;
  incident?: string;
  organization?: string;
  theme?: string;
  result?: CallResult;
  reason?: string;
}

export const calls = (asked: Record<string, string>) =>
  get<CallsAnswer, '/desk/calls'>('/desk/calls', {}, new URLSearchParams(asked));

export const call = (id: string) => get<CallAnswer, '/desk/calls/{id}'>('/desk/calls/{id}', { id });

export const known = (building: string) =>
  get<KnownHere, '/desk/calls/at'>('/desk/calls/at', {}, new URLSearchParams({ building }));

/** By what a person is searched stands in a body, never in an address. */
export const former = (telephone: string) =>
  post<FormerCalls, '/desk/calls/former'>('/desk/calls/former', {}, { telephone });

export const callSettings = () =>
  get<CallSettings, '/desk/calls/settings'>('/desk/calls/settings', {});

export const take = (card: Card) => post<Taken, '/desk/calls'>('/desk/calls', {}, card);

export const correct = (id: string, card: Card & { expect: number }) =>
  post<Taken, '/desk/calls/{id}/correct'>('/desk/calls/{id}/correct', { id }, card);

type OrderPath = `/desk/calls/{id}/${CallVerb}`;

export const order = (id: string, verb: CallVerb, body: CallOrder) =>
  post<{ id: string; state: CallState; change: number }, OrderPath>(
    `/desk/calls/{id}/${verb}`,
    { id },
    body,
  );
