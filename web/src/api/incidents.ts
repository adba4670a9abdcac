/** Calls of the desk about duplicates, struck lines and attachments. */
import type { OrderAnswer } from './console';
import { fetchFile, get, post, uploadNamed } from './http';
import type { Texts } from './model';

/** An open incident that may be the same, and why. */
export interface Suggestion {
  id: string;
  change: number;
  title: Texts | string | null;
  severity: string | null;
  state: string;
  openedAt: string;
  score: number;
  metres: number | null;
  minutes: number;
  words: string[];
  same_category: boolean;
  entities: string[];
}

export interface DuplicatesAnswer {
  change: number;
  suggestions: Suggestion[];
}

export const duplicates = (id: string) =>
  get<DuplicatesAnswer, '/desk/incidents/{id}/duplicates'>('/desk/incidents/{id}/duplicates', {
    id,
  });

export interface RaiseOrder {
  incidentType: string;
  severity: string;
  sector: string;
  text: string;
}

/** Open an incident by hand. */
export const raise = (body: RaiseOrder) =>
  post<OrderAnswer, '/desk/incidents'>('/desk/incidents', {}, body);

export interface MergeOrder {
  expect: number;
  expectInto: number;
  into?: string;
  text?: string;
}

export const merge = (id: string, body: MergeOrder) =>
  post<OrderAnswer, '/desk/incidents/{id}/merge'>('/desk/incidents/{id}/merge', { id }, body);
export const unmerge = (id: string, body: MergeOrder) =>
  post<OrderAnswer, '/desk/incidents/{id}/unmerge'>('/desk/incidents/{id}/unmerge', { id }, body);

export const strike = (id: string, entry: string, text: string) =>
  post<OrderAnswer, '/desk/incidents/{id}/strike'>(
    '/desk/incidents/{id}/strike',
    { id },
    { entry, text },
  );

export const attach = (id: string, file: File) =>
  uploadNamed<{ id: string }, '/desk/incidents/{id}/attachments'>(
    '/desk/incidents/{id}/attachments',
    { id },
    file,
  );
/** The file itself, for the purpose that the journal will name. */
export const attachment = (id: string, attachment: string): Promise<Blob> =>
  fetchFile(
    '/desk/incidents/{id}/attachments/{attachment}',
    { id, attachment },
    'incident-handling',
  );
