/** Calls of the city's settings: the files of its folder, edited here (docs/settings.md). */
import { Refusal, get, post, put } from './http';

export type Difference = 'none' | 'edited' | 'folder' | 'both';

/** Where a room stumbles; `line` 0 where nobody can say. */
export interface Fault {
  path: string;
  line: number;
  field: string;
  detail: string;
  rule: string;
  remedy: string;
}

export interface SettingSummary {
  path: string;
  kind: string;
  area: string;
  state: 'inForce' | 'removed' | 'new';
  /** the number to send as `expect` */
  change: number;
  origin: 'folder' | 'console';
  editedBy?: string;
  editedAt?: string;
  comment?: string;
  difference: Difference;
  mayEdit: boolean;
  fault: Partial<Fault> | null;
}

export interface Kind {
  kind: string;
  several: boolean;
  mayEdit: boolean;
}

export interface SettingsAnswer {
  files: SettingSummary[];
  /** what stays the folder's alone */
  apart: string[];
  kinds: Kind[];
  /** kinds that nobody edits while this node runs: the sources of a replay */
  fixed: string[];
}

export interface SettingAnswer extends SettingSummary {
  text: string;
  values: unknown;
  /** the folder's file, where it is another */
  folder?: { digest: string; text: string; fault: string };
}

export interface Version {
  change: number;
  at: string;
  by: string;
  origin: 'folder' | 'console';
  comment: string;
  state: 'inForce' | 'removed';
}

export interface Edited {
  path: string;
  change: number;
  digest: string;
  /** rooms that began anew */
  rooms: string[];
}

const ALL = '/settings';
const ONE = '/settings/{path}';
const VERSIONS = '/settings/{path}/versions';
const VERSION = '/settings/{path}/versions/{change}';
const CHECK = '/settings/{path}/check';
const REMOVE = '/settings/{path}/remove';
const UNDO = '/settings/{path}/undo';
const CHOOSE = '/settings/{path}/choose';

export const settings = () => get<SettingsAnswer, typeof ALL>(ALL, {});
export const setting = (path: string) => get<SettingAnswer, typeof ONE>(ONE, { path });
export const versions = (path: string) => get<Version[], typeof VERSIONS>(VERSIONS, { path });
export const version = (path: string, change: number) =>
  get<Version & { text: string }, typeof VERSION>(VERSION, { path, change: String(change) });

interface Edit {
  expect: number;
  text: string;
  comment: string;
  /** digest of the folder's file that this edit settles */
  folder?: string;
}
export const edit = (path: string, body: Edit) => put<Edited, typeof ONE>(ONE, { path }, body);

/** Try a text; nothing is kept. */
export const check = (path: string, text: string) =>
  post<{ good: boolean }, typeof CHECK>(CHECK, { path }, { text });

export const remove = (path: string, expect: number, comment: string) =>
  post<Edited, typeof REMOVE>(REMOVE, { path }, { expect, comment });

export const undo = (path: string, expect: number, version: number, comment: string) =>
  post<Edited, typeof UNDO>(UNDO, { path }, { expect, version, comment });

export const choose = (path: string, expect: number, take: 'folder' | 'console', folder: string) =>
  post<Edited, typeof CHOOSE>(CHOOSE, { path }, { expect, take, folder });

/** Where a refused text stumbles; null where it was refused for another reason. */
export function faultOf(error: unknown): Fault | null {
  if (!(error instanceof Refusal) || error.status !== 422) return null;
  const { path, line, field, rule } = error.document;
  if (typeof path !== 'string') return null;
  return {
    path,
    line: Number(line ?? 0),
    field: String(field ?? ''),
    detail: error.detail,
    rule: String(rule ?? ''),
    remedy: error.remedy,
  };
}
