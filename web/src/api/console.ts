/** Calls of the console's own server half, and of the desk. */
import { call, get, post } from './http';
import type {
  Features,
  Frame,
  IncidentAnswer,
  SessionAnswer,
  SituationAnswer,
  Texts,
} from './model';

export const session = (): Promise<SessionAnswer> => get('/console/session');
export const pickRole = (role: string): Promise<SessionAnswer> =>
  post('/console/session', { role });
export const signIn = (name: string, password: string): Promise<SessionAnswer> =>
  post('/console/session', { name, password });
export const signOut = (): Promise<void> => call('DELETE', '/console/session');

export const frame = (): Promise<Frame> => get('/console/frame');
export const situation = (): Promise<SituationAnswer> => get('/console/situation');
export const incident = (id: string): Promise<IncidentAnswer> =>
  get(`/console/incidents/${encodeURIComponent(id)}`);
export const mapFile = (name: string): Promise<Features> => get(`/console/map/${name}.geojson`);

export type Verb =
  'acknowledge' | 'activate' | 'stabilise' | 'close' | 'reopen' | 'assign' | 'note';

export interface Order {
  expect: number;
  reason?: string;
  text?: string;
  owner?: string;
}

export interface OrderAnswer {
  id: string;
  state: string;
  change: number;
}

export const order = (id: string, verb: Verb, body: Order): Promise<OrderAnswer> =>
  post(`/desk/incidents/${encodeURIComponent(id)}/${verb}`, body);

/** How this city's desk works: the reasons an incident may be closed with. */
export interface DeskSettings {
  reasons: Readonly<Record<string, Texts>>;
}

export const deskSettings = (): Promise<DeskSettings> => get('/desk/settings');
