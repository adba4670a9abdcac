/** Calls of the privacy officer: register, retention, one person, breaches. */
import { fileAt, get, post, postFor, postForFile } from './http';
import type { Texts } from './model';

export interface RegisterType {
  type: string;
  words: Texts;
  attributes: { name: string; words: Texts; tells: string }[];
  purpose: Texts;
  basis: Texts;
  recipients: Texts;
  seenBy: { purpose: string; words: Texts; roles: { id: string; words: Texts }[] }[];
  retention: { key: string; words: Texts; days: number; because: Texts }[];
}

export interface Register {
  profile: string;
  controller: Texts;
  officer: Texts;
  types: RegisterType[];
}

export interface RetentionRule {
  key: string;
  words: Texts;
  type: string;
  days: number;
  because: Texts;
  records: number;
  over: number;
  held: number;
  resting: boolean;
  next: string | null;
}

export interface Hold {
  id: string;
  change: number;
  state: 'held' | 'over' | 'lifted';
  entities: string[];
  rule: string | null;
  reason: string;
  until: string;
  by: string;
  onBehalf: string | null;
  at: string;
  liftedBy: string | null;
  liftedAt: string | null;
}

export interface Retention {
  sweep: string;
  rules: RetentionRule[];
  holds: Hold[];
}

export interface Erasure {
  number: number;
  at: string;
  kind: 'erasure' | 'correction';
  actor: string;
  role: string;
  onBehalf: string;
  rule: string;
  ground: string;
  records: number;
  of: number;
  entities: string[];
  attributes: string[];
}

export type By = Partial<Record<'telephone' | 'email' | 'name' | 'entity', string>>;

export interface KeptRecord {
  id: string;
  type: string;
  about: boolean;
  /** how many values it keeps of others, which stay */
  beside: number;
  change: number;
  since: string | null;
  facts: Record<string, unknown>;
  values: { attribute: string; tells: string; kept: { ref: string; value: unknown }[] }[];
}

export interface Look {
  number: number;
  at: string;
  kind: string;
  actor: string;
  role: string;
  purpose: string;
  onBehalf: string;
  attributes: string[];
}

/** An incident that their calls are about. `goes`: it is told by them alone. */
export interface TheirIncident {
  id: string;
  goes: boolean;
  attachments: number;
}

export interface FoundPerson {
  records: KeptRecord[];
  incidents: TheirIncident[];
  looked: Look[];
  held: string[];
}

export interface Notice {
  id: string;
  change: number;
  duty: string;
  due: string | null;
  toldAt: string | null;
  by: string | null;
  foreignNumber: string | null;
  overdue: boolean;
  words: Texts;
  cites: string;
}

export interface Breach {
  id: string;
  change: number;
  text: string;
  happenedAt: string | null;
  noticedAt: string;
  peopleAffected: number | null;
  measures: string | null;
  state: 'open' | 'closed';
  by: string;
  closedAt: string | null;
  dataKinds: string[];
  notices: Notice[];
}

export interface Breaches {
  duties: { key: string }[];
  breaches: Breach[];
}

export const register = (): Promise<Register> => get('/privacy/register', {});
export const registerAt = (format: 'csv' | 'html', language: string): string =>
  fileAt('/privacy/register', {}, new URLSearchParams({ format, language }));
export const flowsAt = (language: string): string =>
  fileAt('/privacy/flows', {}, new URLSearchParams({ language }));

export const retention = (): Promise<Retention> => get('/privacy/retention', {});
export const erasures = (
  before: number | null,
): Promise<{ erasures: Erasure[]; next: number | null }> =>
  get(
    '/privacy/erasures',
    {},
    before === null ? undefined : new URLSearchParams({ before: String(before) }),
  );
export const hold = (wish: {
  reason: string;
  until: string;
  rule?: string;
  entities?: string[];
}): Promise<{ id: string }> => post('/privacy/holds', {}, wish);
export const lift = (one: Hold): Promise<unknown> =>
  post('/privacy/holds/{id}/lift', { id: one.id }, { expect: one.change });

/** Why persons are looked at here: the person concerned asked. */
const ASKED = 'subject-request';
export type ExportFormat = 'json' | 'pdf';

export const person = (by: By): Promise<FoundPerson> =>
  postFor('/privacy/person', {}, { by }, ASKED);
export const exported = (by: By, format: ExportFormat, language: string): Promise<Blob> =>
  postForFile('/privacy/person/export', {}, { by, format, language }, ASKED);
export const correct = (wish: {
  entity: string;
  attribute: string;
  value: string;
  expect: number;
}): Promise<unknown> => postFor('/privacy/person/correct', {}, wish, ASKED);
export const erase = (wish: {
  by: By;
  word: string;
  ground: string;
  entities: string[];
}): Promise<{ values: number }> => postFor('/privacy/person/erase', {}, wish, ASKED);

export const breaches = (): Promise<Breaches> => get('/privacy/breaches', {});
export const openBreach = (wish: {
  text: string;
  noticedAt: string;
  happenedAt?: string;
  dataKinds: string[];
  peopleAffected?: number;
  measures: string;
}): Promise<{ id: string }> => post('/privacy/breaches', {}, wish);
export const moreOfBreach = (
  one: Breach,
  wish: { peopleAffected?: number; measures?: string; close?: boolean },
): Promise<unknown> =>
  post('/privacy/breaches/{id}', { id: one.id }, { ...wish, expect: one.change });
export const told = (one: Notice, toldAt: string, foreignNumber: string): Promise<unknown> =>
  post('/privacy/notices/{id}/told', { id: one.id }, { expect: one.change, toldAt, foreignNumber });
