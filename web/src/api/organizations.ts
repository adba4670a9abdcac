/** What organisations got, did and owe, and whom to call at each. */
import { get, post } from './http';
import type { OfWorld } from './model';

export const COLUMNS = [
  'openOverdue',
  'overdue',
  'received',
  'done',
  'extended',
  'returned',
  'reopened',
  'open',
] as const;
export type Column = (typeof COLUMNS)[number];
export type Counts = Record<Column, number>;

export interface WorkRow extends Counts {
  organization: string;
}

export interface WorkTable extends OfWorld {
  now: string;
  from: string;
  to: string;
  organizations: WorkRow[];
  total: Counts;
}

export type Post = 'dispatcher' | 'foreman' | 'engineer' | 'head' | 'other';
export const POSTS: readonly Post[] = ['dispatcher', 'foreman', 'engineer', 'head', 'other'];

export interface Contact {
  id: string;
  organization: string;
  telephone: string;
  post: Post;
  from: string;
  until: string | null;
  substituteFor: string | null;
  calendar: string | null;
  name: string | null;
  change: number;
}

export interface ContactsAnswer extends OfWorld {
  now: string;
  mayKeep: boolean;
  contacts: Contact[];
  onDuty: Record<string, { contacts: string[]; telephone: string }>;
  calendars: Hours[];
}

/** A working calendar of the city, and its hours of today. */
export interface Hours {
  key: string;
  today: string[];
}

export interface Keeping {
  organization?: string;
  telephone: string;
  post: Post;
  name?: string;
  from?: string;
  until?: string;
  substituteFor?: string;
  calendar?: string;
  expect?: number;
}

export const table = (asked: Record<string, string>) =>
  get<WorkTable, '/desk/organizations/table'>(
    '/desk/organizations/table',
    {},
    new URLSearchParams(asked),
  );

/** Where the same table is read as a file for a spreadsheet. */
export const tableFile = (
  asked: Record<string, string>,
  format: 'xlsx' | 'csv',
  language: string,
): string => `/desk/organizations/table?${new URLSearchParams({ ...asked, format, language })}`;

export const contacts = (organization: string) =>
  get<ContactsAnswer, '/desk/contacts'>(
    '/desk/contacts',
    {},
    new URLSearchParams({ organization }),
  );

interface Kept {
  id: string;
  change: number;
}

export const keep = (body: Keeping) => post<Kept, '/desk/contacts'>('/desk/contacts', {}, body);

export const change = (id: string, body: Keeping) =>
  post<Kept, '/desk/contacts/{id}/change'>('/desk/contacts/{id}/change', { id }, body);

export const end = (id: string, expect: number) =>
  post<Kept, '/desk/contacts/{id}/end'>('/desk/contacts/{id}/end', { id }, { expect });
