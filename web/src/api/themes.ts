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

/** What the suggestion learned from last. `bar`: from this confidence on it may stand alone. */
export interface Learned {
  at: string;
  phrases: number;
  choices: number;
  bar: number | null;
}

export interface Suggestion {
  theme: string;
  confidence: number;
}

export const catalogue = () =>
  get<{ themes: Theme[]; learned: Learned | null }, '/desk/themes'>('/desk/themes', {});

export const suggest = (words: string) =>
  post<{ suggestions: Suggestion[]; alone: boolean }, '/desk/themes/suggest'>(
    '/desk/themes/suggest',
    {},
    { words },
  );
