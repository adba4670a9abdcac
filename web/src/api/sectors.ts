/** Calls of the room `sectors`: sources, what was refused of them, and files for them. */
import { get, post, upload } from './http';
import type { Texts } from './model';

export type Health =
  | 'ok'
  | 'late'
  | 'failing'
  | 'quarantined'
  | 'columns'
  | 'clock'
  | 'flooding'
  | 'paused'
  | 'unlisted'
  | 'none';
export type Way = 'folder' | 'poll' | 'subscription';

export interface RowCounts {
  read: number;
  accepted: number;
  refused: number;
  flagged: number;
}

export interface SourceSummary {
  name: string;
  id: string;
  title: Texts;
  sector: string;
  type: string;
  /** files of a folder, an address that is asked, or one that sends by itself */
  way: Way;
  /** one text, or one per language */
  note: string | Texts;
  span: string | Texts;
  licence: string | Texts;
  /** seconds within which it speaks again; null: it promises nothing */
  every: number | null;
  health: Health;
  newest: string | null;
  lastReadAt: string | null;
  /** seconds by which the newest value was old when it was last read */
  lag: number | null;
  rows: RowCounts;
  troubles: string[];
}

export interface Trouble {
  line: number;
  rule: string;
  detail: string;
}

export interface FileCounts extends RowCounts {
  file: string;
  complete: boolean;
  trouble: Trouble | null;
}

export interface Expects {
  /** null: its rows come in no files */
  format: string | null;
  files: string[];
  delimiter: string | null;
  encoding: string | null;
  zone: string;
  columns: string[];
}

/** One setting of a source's connector; a secret is named by where it is kept. */
export interface Setting {
  name: string;
  kind: string;
  unit: '' | 's' | 'B' | '1';
  words: Texts;
  value: string | number | boolean | string[] | null;
  isDefault: boolean;
}

export interface Connector {
  name: string;
  title: Texts;
  about: Texts;
  way: Way;
  standard: { name: string; version: string; link: string } | null;
  health: Texts;
  documentation: string;
  settings: Setting[];
  limits: { value: number; unit: 's' | 'B' | '1'; words: Texts }[];
}

/** What was noticed of a source that is no file; durations are seconds. */
export interface Behaviour {
  paused: string;
  closed: boolean;
  problem: string;
  failures: number;
  failedAt: string | null;
  answeredAt: string | null;
  arrivedAt: string | null;
  dueAt: string | null;
  clock: {
    skew: number | null;
    allowed: number;
    refusedBeyond: number;
    wrong: boolean;
    seenAt: string | null;
  };
  flood: {
    most: number;
    way: 'delay' | 'newest';
    now: boolean;
    seenAt: string | null;
    delayed: number;
    coalesced: number;
    dropped: number;
  };
  columns: { gone: string[]; new: string[]; lacking: boolean; changedAt: string | null };
  fades: number;
}

export interface LastRow {
  id: string;
  observedAt: string | null;
  arrivedAt: string;
}

export interface SourceAnswer extends SourceSummary {
  now: string;
  connector: Connector;
  /** null: files, which come by themselves */
  behaviour: Behaviour | null;
  last?: LastRow[];
  expects: Expects;
  refusals: Readonly<Record<string, number>>;
  flags: Readonly<Record<string, number>>;
  fileCount: number;
  files: FileCounts[];
}

export interface RefusedRow {
  file: string;
  line: number;
  field: string;
  rule: string;
  detail: string;
  cells: Readonly<Record<string, unknown>>;
  /** why cells are missing: the source is personal, or the role may not see them */
  withheld: 'personal' | 'role' | null;
}

export interface SampleAttribute {
  name: string;
  hidden: boolean;
  value?: unknown;
  unit?: string | null;
  was?: unknown;
}

export interface SampleRow {
  line: number;
  id: string | null;
  type: string | null;
  known: boolean;
  flags: string[];
  attributes: SampleAttribute[];
}

/** What a file would give: the answer of a dry run. */
export interface Preview {
  file: string;
  size: number;
  replaces: boolean;
  rows: number;
  looked: number;
  accepted: number;
  refused: number;
  rules: { rule: string; count: number; rows: RefusedRow[] }[];
  flags: Readonly<Record<string, number>>;
  trouble: Trouble | null;
  /** of a table of somebody else: what was understood, and by which header */
  columns: Readonly<Record<string, string>>;
  /** `gone`: that a whole list would name no more */
  entities: { all: number; asked: number; known: number; gone: number };
  /** of entities that the shown rows refer to: what people call them */
  names: Readonly<Record<string, unknown>>;
  sample: SampleRow[];
}

export interface Rerun {
  files: number;
  read: number;
  accepted: number;
  refused: number;
  changed: number;
}

/** A file of the inbox; read to its end when its digest is the one of what was sent. */
export interface FileProgress extends FileCounts {
  digest: string;
}

const SOURCES = '/sectors/sources';
const SOURCE = '/sectors/sources/{source}';
const REFUSED = '/sectors/sources/{source}/refused';
const PREVIEW = '/sectors/sources/{source}/preview';
const FILES = '/sectors/sources/{source}/files';
const FILE = '/sectors/sources/{source}/files/{file}';
const POLL = '/sectors/sources/{source}/poll';
const PAUSE = '/sectors/sources/{source}/pause';
const RESUME = '/sectors/sources/{source}/resume';
const RERUN = '/sectors/sources/{source}/rerun';

export const PAGE = 50;
export const LARGEST_MB = 32;

export const sources = () =>
  get<{ now: string; sources: SourceSummary[] }, typeof SOURCES>(SOURCES, {});

export const source = (name: string) => get<SourceAnswer, typeof SOURCE>(SOURCE, { source: name });

export function refused(name: string, rule: string, after: string | null) {
  const query = new URLSearchParams({ rule, limit: String(PAGE) });
  if (after) query.set('after', after);
  return get<{ rows: RefusedRow[]; next: string | null }, typeof REFUSED>(
    REFUSED,
    { source: name },
    query,
  );
}

export const rerun = (name: string) =>
  post<Rerun, typeof RERUN>(RERUN, { source: name }, undefined);

export const poll = (name: string) => post<void, typeof POLL>(POLL, { source: name }, undefined);

export const pause = (name: string, reason: string) =>
  post<void, typeof PAUSE>(PAUSE, { source: name }, { reason });

export const resume = (name: string) =>
  post<void, typeof RESUME>(RESUME, { source: name }, undefined);

export const preview = (name: string, file: File) =>
  upload<Preview, typeof PREVIEW>(PREVIEW, { source: name }, named(file), file);

export const bring = (name: string, file: File) =>
  upload<{ file: string; digest: string }, typeof FILES>(
    FILES,
    { source: name },
    named(file),
    file,
  );

export const progress = (name: string, file: string) =>
  get<FileProgress, typeof FILE>(FILE, { source: name, file });

const named = (file: File): URLSearchParams => new URLSearchParams({ name: file.name });
