/** The city's catalogue of themes, and which one words mean. */
import { get, post } from './http';

export interface Theme {
  key: string;
  words: Record<string, string>;
  sector: string;
  resource: string | null;
  kind: 'repair' | 'request';
  serviceMinutes: number | null;
  incidentType: string | null;
  examples: string[];
}

/**
 * What the suggestion learned from last, and how often it named what clerks chose, of choices it
 * had not seen. `bar`: from which confidence on the first may stand without a clerk.
 */
export interface Learned {
  at: string;
  phrases: number;
  choices: number;
  right: number | null;
  amongThree: number | null;
  bar: { confidence: number; share: number; precision: number } | null;
}

/** What was shown beside what was chosen, over some days. */
export interface Quality {
  now: string;
  since: string;
  calls: number;
  shown: number;
  right: number;
  amongThree: number;
  themes: { theme: string; chosen: number; first: number; right: number; amongThree: number }[];
  confusions: { suggested: string; chosen: string; count: number }[];
  bands: { from: number; calls: number; right: number }[];
  learned: Learned | null;
  alone: number | null;
  least: number;
}

export interface Suggestion {
  theme: string;
  confidence: number;
}

export const catalogue = () =>
  get<{ themes: Theme[]; learned: Learned | null }, '/desk/themes'>('/desk/themes', {});

export const quality = (days: number) =>
  get<Quality, '/desk/themes/quality'>(
    '/desk/themes/quality',
    {},
    new URLSearchParams({ days: String(days) }),
  );

export const suggest = (words: string) =>
  post<{ suggestions: Suggestion[]; alone: boolean }, '/desk/themes/suggest'>(
    '/desk/themes/suggest',
    {},
    { words },
  );
