/** Calls of the console's own server half, and of the desk. */
import type { Assertion } from './guard';
import { get, post, remove } from './http';
import type {
  Features,
  Frame,
  IncidentAnswer,
  Replay,
  SessionAnswer,
  SituationAnswer,
  Texts,
} from './model';

export const session = () => get<SessionAnswer, '/console/session'>('/console/session', {});
export const pickRole = (role: string, organization?: string) =>
  post<SessionAnswer, '/console/session'>('/console/session', {}, { role, organization });
export const signIn = (name: string, password: string) =>
  post<SessionAnswer, '/console/session'>('/console/session', {}, { name, password });
export const signInByPasskey = (passkey: Assertion) =>
  post<SessionAnswer, '/console/session'>('/console/session', {}, { passkey });
export const switchRole = (role: string) =>
  post<SessionAnswer, '/console/session/role'>('/console/session/role', {}, { role });
export const signOut = () => remove('/console/session', {});

export const frame = () => get<Frame, '/console/frame'>('/console/frame', {});
export const situation = () => get<SituationAnswer, '/console/situation'>('/console/situation', {});
export const incident = (id: string) =>
  get<IncidentAnswer, '/console/incidents/{id}'>('/console/incidents/{id}', { id });
export const mapFile = (name: string) =>
  get<Features, '/console/map/{name}'>('/console/map/{name}', { name: `${name}.geojson` });

export const turnReplay = (wish: { running?: boolean; speed?: number }) =>
  post<Replay, '/console/replay'>('/console/replay', {}, wish);

export type Verb =
  | 'acknowledge'
  | 'activate'
  | 'stabilise'
  | 'close'
  | 'reopen'
  | 'assign'
  | 'prioritise'
  | 'retype'
  | 'note';

export interface Order {
  expect: number;
  reason?: string;
  text?: string;
  owner?: string;
  /** null: as the city's table says */
  priority?: number | null;
  incidentType?: string;
}

export interface OrderAnswer {
  id: string;
  state: string;
  change: number;
}

type OrderPath = `/desk/incidents/{id}/${Verb}`;

export const order = (id: string, verb: Verb, body: Order) =>
  post<OrderAnswer, OrderPath>(`/desk/incidents/{id}/${verb}`, { id }, body);

/** How this city's desk works: the reasons an incident may be closed with. */
export interface DeskSettings {
  reasons: Readonly<Record<string, Texts>>;
  /** those that only the node gives */
  machineReasons: Readonly<Record<string, Texts>>;
  types: Readonly<Record<string, Texts>>;
  /** the roles that hear of what nobody takes */
  roles: Readonly<Record<string, Texts>>;
  attachments: { largest: number; types: string[] };
}

export const deskSettings = () => get<DeskSettings, '/desk/settings'>('/desk/settings', {});
