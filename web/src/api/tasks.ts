/** Tasks to organisations, as the desk answers them. */
import { fetchFile, get, post, uploadNamed } from './http';
import type { OfWorld, Texts } from './model';

export type TaskState = 'sent' | 'accepted' | 'onSite' | 'done' | 'returned' | 'withdrawn';

export interface Task {
  id: string;
  change: number;
  modifiedAt: string;
  /** of an incident, or of a call */
  incident: string | null;
  call: string | null;
  callKind: 'repair' | 'request' | null;
  address: string | null;
  reportedAt: string | null;
  organization: string;
  title: Texts | null;
  state: TaskState;
  step: string | null;
  priority: number | null;
  severity: string | null;
  sentAt: string;
  sentBy: string | null;
  acceptedAt: string | null;
  onSiteAt: string | null;
  endedAt: string | null;
  due: string;
  promised: string | null;
  approvedBy: string | null;
  paused: boolean;
  pausedAt: string | null;
  pauseReason: string | null;
  reason: string | null;
  overdue: boolean;
  escalatedTo: string | null;
  location: { type: string; coordinates: [number, number] } | null;
  note: string | null;
}

/** What a task belongs to. */
export interface TaskIncident {
  title: Texts | null;
  severity: string | null;
  state: string | null;
  priority: number | null;
  location: { type: string; coordinates: [number, number] } | null;
}

/** What the work needs of a call. */
export interface TaskCall {
  number: string | null;
  state: string | null;
  callKind: string | null;
  address: string | null;
  injured: boolean | null;
  happenedAt: string | null;
  reportedAt: string | null;
  reopened: number | null;
  location: { type: string; coordinates: [number, number] } | null;
}

/** Whom to ring, and at which flat: told while the task is open, and journalled. */
export interface Caller {
  name?: string;
  telephone?: string;
  apartment?: string;
}

export interface Photograph {
  id: string;
  mediaType: string;
  size: number;
  by: string;
  at: string;
}

export interface TaskAnswer extends OfWorld {
  now: string;
  task: Task;
  calls: Record<string, TaskCall>;
  caller: Caller | null;
  attachments: Photograph[];
}

/** A step of the incident's playbook, and the task it became. */
export interface Step {
  step: string;
  what: Texts;
  organization: string;
  /** minutes on the organisation's own clock */
  within: number;
  after: string;
  automatic: boolean;
  task: string | null;
}

export interface TasksAnswer extends OfWorld {
  now: string;
  count: number;
  tasks: Task[];
  incidents: Record<string, TaskIncident>;
  calls: Record<string, TaskCall>;
  steps?: Step[];
}

export interface Organization {
  id: string;
  key: string;
  kind: string;
  name: Texts;
  telephone: string;
  sectors: string[];
  calendar: string;
}

export type ReasonKind = 'pause' | 'return' | 'newTime';

export interface OrganizationsAnswer {
  organizations: Organization[];
  reasons: Record<ReasonKind, Record<string, Texts>>;
  desk: { within: number; telephone: string };
}

export type TaskVerb =
  | 'accept'
  | 'on-site'
  | 'done'
  | 'return'
  | 'new-time'
  | 'pause'
  | 'resume'
  | 'withdraw'
  | 'reopen'
  | 'note';

export interface TaskOrder {
  expect?: number;
  reason?: string;
  text?: string;
  promised?: string;
  approvedBy?: string;
}

export interface NewTask {
  incident: string;
  organization?: string;
  step?: string;
  text?: string;
}

export interface TaskDone {
  id: string;
  state: TaskState;
  change: number;
}

export const tasks = (asked: Record<string, string>) =>
  get<TasksAnswer, '/desk/tasks'>('/desk/tasks', {}, new URLSearchParams(asked));

export const task = (id: string) => get<TaskAnswer, '/desk/tasks/{id}'>('/desk/tasks/{id}', { id });

export const photograph = (id: string, file: File) =>
  uploadNamed<{ id: string }, '/desk/tasks/{id}/attachments'>(
    '/desk/tasks/{id}/attachments',
    { id },
    file,
  );

export const photographOf = (id: string, attachment: string): Promise<Blob> =>
  fetchFile('/desk/tasks/{id}/attachments/{attachment}', { id, attachment }, 'incident-handling');

export const organizations = () =>
  get<OrganizationsAnswer, '/desk/organizations'>('/desk/organizations', {});

export const send = (body: NewTask) => post<TaskDone, '/desk/tasks'>('/desk/tasks', {}, body);

type OrderPath = `/desk/tasks/{id}/${TaskVerb}`;

export const order = (id: string, verb: TaskVerb, body: TaskOrder) =>
  post<TaskDone, OrderPath>(`/desk/tasks/{id}/${verb}`, { id }, body);
