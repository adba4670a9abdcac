/** Tasks as the screens order them, and which orders a state takes. All pure. */
import type { Task, TaskState, TaskVerb } from '../api/tasks';
import { address } from './place';

const OPEN: readonly TaskState[] = ['sent', 'accepted', 'onSite'];

/** What to ask the desk for: all that is open, and the latest of what has ended. */
export const ASK_OPEN = { state: 'open', limit: '1000' };
export const ASK_ENDED = { state: 'done,returned,withdrawn', limit: '100' };

const NEXT: Readonly<Partial<Record<TaskState, TaskVerb>>> = {
  sent: 'accept',
  accepted: 'on-site',
  onSite: 'done',
};

export const isOpen = (task: Task): boolean => OPEN.includes(task.state);

/** The step that an open task takes next; a paused one goes on first. */
export const nextOf = (task: Task): TaskVerb | undefined =>
  task.paused && isOpen(task) ? 'resume' : NEXT[task.state];

/** One step back: the way to undo what was just ordered. */
export const undoes = (verb: TaskVerb): TaskVerb | null => {
  if (verb === 'pause') return 'resume';
  return ['accept', 'on-site', 'done', 'return', 'withdraw'].includes(verb) ? 'reopen' : null;
};

/** From when on it is late: a new time that was approved counts where it is later. */
export function limitOf(task: Task): number {
  const due = Date.parse(task.due);
  return task.promised ? Math.max(due, Date.parse(task.promised)) : due;
}

export const isLate = (task: Task, now: number): boolean =>
  isOpen(task) && !task.paused && (task.overdue || limitOf(task) < now);

/** Where what it belongs to stands: its call, or its incident. */
export const addressOf = (task: Task): string =>
  address(
    task.call ? { page: 'call', id: task.call } : { page: 'incident', id: task.incident ?? '' },
  );

/** Late ones first, then what nobody took, then what is due sooner; ended ones last. */
export function inOrder(tasks: readonly Task[], now: number): Task[] {
  const place = (task: Task): number => {
    if (!isOpen(task)) return 3;
    if (isLate(task, now)) return 0;
    return task.state === 'sent' ? 1 : 2;
  };
  return [...tasks].sort(
    (a, b) =>
      place(a) - place(b) ||
      (isOpen(a) ? limitOf(a) - limitOf(b) : Date.parse(b.sentAt) - Date.parse(a.sentAt)) ||
      (a.id < b.id ? -1 : 1),
  );
}
