/** Calls of the room `sectors`: sources, what was refused of them, and files for them. */
import { get, post, upload } from './http';
import type { Texts } from './model';

export type Health = 'ok' | 'late' | 'failing' | 'quarantined' | 'none';

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
  format: string;
  files: string[];
  delimiter: string | null;
  encoding: string;
  zone: string;
  columns: string[];
}

export interface SourceAnswer extends SourceSummary {
  now: string;
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
  entities: { all: number; asked: number; known: number };
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
