/** Calls of the desk about shifts, duties and who acts for whom. */
import { fileAt, get, post } from './http';
import type { SessionAnswer, Texts } from './model';

export interface Planned {
  from: string;
  until: string;
}

export interface Line {
  id: string;
  kind: string;
  by: string;
  onBehalf: string | null;
  machine: boolean;
  at: string;
  text: Texts | null;
  note: string | null;
}

export interface ShiftHead {
  id: string;
  change: number;
  post: string;
  onDuty: string;
  onBehalf: string | null;
  state: 'running' | 'handedOver';
  takenAt: string;
  plannedFrom: string | null;
  plannedUntil: string | null;
  handedOverAt: string | null;
  handedOverBy: string | null;
  digest: string | null;
  outgoingSignedBy: string | null;
  outgoingSignedAt: string | null;
  incomingSignedBy: string | null;
  incomingSignedAt: string | null;
}

export interface Shift extends ShiftHead {
  lines: readonly Line[];
}

export interface DutyNow {
  id: string;
  change: number;
  duty: string;
  title: Texts;
  due: string;
  missedFrom: string;
  state: 'due' | 'done' | 'missed';
  doneBy: string | null;
  onBehalf: string | null;
  doneAt: string | null;
  escalatedTo: string | null;
}

export interface DutyToCome {
  duty: string;
  title: Texts;
  due: string;
}

export interface PostNow {
  post: string;
  title: Texts;
  roles: readonly string[];
  planned: Planned | null;
  next: Planned | null;
  shift: Shift | null;
  duties: readonly DutyNow[];
  coming: readonly DutyToCome[];
}

export interface ShiftsAnswer {
  now: string;
  posts: readonly PostNow[];
}

export interface OnDutyAnswer {
  now: string;
  posts: readonly {
    post: string;
    title: Texts;
    shift: { onDuty: string; onBehalf: string | null; takenAt: string } | null;
  }[];
}

export interface Case {
  id: string;
  title: Texts;
  severity: string;
  state: string;
  owner: string | null;
  openedAt: string | null;
  closedAt: string | null;
  reason: string | null;
  due: string | null;
  overdue: boolean;
}

export interface Sheet {
  shift: string;
  world: string;
  title: Texts;
  onDuty: string;
  onBehalf: string | null;
  takenAt: string;
  handedOverAt: string;
  handedOverBy: string;
  counts: Readonly<Record<string, number>>;
  opened: readonly Case[];
  worked: readonly Case[];
  closed: readonly Case[];
  stillOpen: readonly Case[];
  tasksOverdue: readonly { id: string; title: Texts; organization: string; due: string | null }[];
  duties: readonly {
    id: string;
    title: Texts;
    due: string;
    state: 'due' | 'done' | 'missed';
    by: string | null;
    at: string | null;
    late: boolean;
  }[];
  levelBefore: number | null;
  levels: readonly { at: string; level: number }[];
  sources: readonly { id: string; title: Texts; health: string; newestObservedAt: string | null }[];
  notes: readonly { at: string; by: string; text: string | null }[];
  acting: readonly Acting[];
}

export interface Acting {
  id: string;
  principal: string;
  acting: string;
  role: string;
  from: string;
  until: string;
  ground: string | null;
}

export interface SheetAnswer extends ShiftHead {
  frozen: boolean;
  intact: boolean;
  digest: string;
  sheet: Sheet;
}

export interface Signature {
  digest: string;
  password?: string;
  confirm?: boolean;
}

export interface Appointment extends Acting {
  change: number;
  state: 'waiting' | 'inForce' | 'ended' | 'revoked';
  rights: readonly string[];
  appointedBy: string;
  revokedBy: string | null;
}

export interface RoleToGive {
  id: string;
  words: Texts;
  rights: readonly string[];
}

export interface AppointmentsAnswer {
  now: string;
  appointments: readonly Appointment[];
  roles: Readonly<Record<string, Texts>>;
  appoints: {
    principal: string;
    anybody: boolean;
    people: readonly string[];
    roles: readonly RoleToGive[];
  } | null;
}

export interface AppointmentWish {
  principal: string;
  role: string;
  acting: string;
  from: string;
  until: string;
  ground: string;
  rights: readonly string[];
}

export const current = () => get<ShiftsAnswer, '/desk/shifts/current'>('/desk/shifts/current', {});
export const onDuty = () => get<OnDutyAnswer, '/desk/shifts/on-duty'>('/desk/shifts/on-duty', {});
export const sheetOf = (id: string) =>
  get<SheetAnswer, '/desk/shifts/{id}/sheet'>('/desk/shifts/{id}/sheet', { id });
export const sheetFile = (id: string, format: string, language: string): string =>
  fileAt('/desk/shifts/{id}/sheet', { id }, new URLSearchParams({ format, language }));

export const take = (wish: {
  post: string;
  expect: number;
  sign?: Signature | undefined;
  relieve?: boolean;
}) => post<{ id: string }, '/desk/shifts/take'>('/desk/shifts/take', {}, wish);
export const handOver = (wish: { shift: string; expect: number; text: string }) =>
  post<{ digest: string }, '/desk/shifts/hand-over'>('/desk/shifts/hand-over', {}, wish);
export const sign = (shift: string, signature: Signature) =>
  post<{ id: string }, '/desk/shifts/sign'>('/desk/shifts/sign', {}, { shift, sign: signature });
export const note = (at: string, text: string) =>
  post<{ post: string }, '/desk/shifts/note'>('/desk/shifts/note', {}, { post: at, text });
export const done = (id: string, expect: number) =>
  post<{ id: string }, '/desk/duties/{id}/done'>('/desk/duties/{id}/done', { id }, { expect });

export const appointments = () =>
  get<AppointmentsAnswer, '/desk/appointments'>('/desk/appointments', {});
export const appoint = (wish: AppointmentWish) =>
  post<{ id: string }, '/desk/appointments'>('/desk/appointments', {}, wish);
export const revoke = (id: string, expect: number) =>
  post<{ id: string }, '/desk/appointments/{id}/revoke'>(
    '/desk/appointments/{id}/revoke',
    { id },
    { expect },
  );
export const act = (appointment: string) =>
  post<SessionAnswer, '/console/session/acting'>('/console/session/acting', {}, { appointment });
