/** What a wall asks the desk for beside the live situation. */
import { get } from './http';
import type { Texts } from './model';

export interface LevelNow {
  level: number | null;
  proposedLevel: number | null;
  proposedAt: string | null;
  confirmedLevel: number | null;
  confirmedBy: string | null;
  confirmedAt: string | null;
}

export interface Duty {
  id: string;
  title: Texts;
  due: string;
  state: 'due' | 'done' | 'missed';
}

export interface Post {
  post: string;
  title: Texts;
  shift: { onDuty: string; onBehalf: string | null; state: string; takenAt: string } | null;
  duties: readonly Duty[];
  coming: readonly { duty: string; title: Texts; due: string }[];
}

export interface Task {
  id: string;
  title: Texts | null;
  organization: string;
  state: 'sent' | 'accepted' | 'onSite';
  sentAt: string;
  due: string | null;
  paused: boolean | null;
  overdue: boolean | null;
}

interface Answer {
  now: string;
}

export const level = () => get<LevelNow, '/desk/status'>('/desk/status', {});
export const shifts = () =>
  get<Answer & { posts: readonly Post[] }, '/desk/shifts/current'>('/desk/shifts/current', {});
export const tasks = () =>
  get<Answer & { count: number; tasks: readonly Task[] }, '/desk/tasks'>(
    '/desk/tasks',
    {},
    new URLSearchParams({ state: 'sent,accepted,onSite', limit: '50' }),
  );
export const organizations = () =>
  get<{ organizations: readonly { id: string; name: Texts }[] }, '/desk/organizations'>(
    '/desk/organizations',
    {},
  );
