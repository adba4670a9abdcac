/** A file on its way into a source: where it stands, and what can be said of its end. */
import type { FileProgress, Preview } from '../api/sectors';

export type Step =
  | { at: 'choose' }
  | { at: 'looking'; name: string }
  | { at: 'preview'; file: File; preview: Preview }
  | { at: 'sending' }
  | { at: 'reading'; file: string; digest: string; all: number; known: FileProgress | null }
  | { at: 'done'; known: FileProgress };

const FORMS: Readonly<Record<string, string>> = {
  csv: 'CSV',
  jsonl: 'JSON Lines',
  xlsx: 'XLSX',
  geojson: 'GeoJSON',
  table: 'XLSX, CSV',
};

/** The form's name; the same in every language. */
export const formName = (format: string): string => FORMS[format] ?? format;

/** A file's name without the folder of its source. */
export const bareName = (file: string): string => file.split('/').pop() ?? file;

/** Read to its end: this very file, or a file that breaks off. */
export const isRead = (known: FileProgress, digest: string): boolean =>
  known.complete && (known.digest === digest || known.trouble !== null);

/** Rows that would be written, by what was looked at; null where not all of them were. */
export const promised = (preview: Preview): number | null =>
  preview.looked < preview.rows ? null : preview.accepted;
