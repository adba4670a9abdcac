/** Tasks to organisations, as the desk answers them. */
import { get, post } from './http';
import type { OfWorld, Texts } from './model';

export type TaskState = 'sent' | 'accepted' | 'onSite' | 'done' | 'returned' | 'withdrawn';

export interface Task {
  id: string;
  change: number;
  modifiedAt: string;
  incident: string;
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

export const organizations = () =>
  get<OrganizationsAnswer, '/desk/organizations'>('/desk/organizations', {});

export const send = (body: NewTask) => post<TaskDone, '/desk/tasks'>('/desk/tasks', {}, body);

type OrderPath = `/desk/tasks/{id}/${TaskVerb}`;

export const order = (id: string, verb: TaskVerb, body: TaskOrder) =>
  post<TaskDone, OrderPath>(`/desk/tasks/{id}/${verb}`, { id }, body);
