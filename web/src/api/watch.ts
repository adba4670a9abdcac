/** Calls of the room `watch`: rules, what they would have said, what is suppressed. */
import type { Severity } from '../style/palette';
import { get, post } from './http';
import type { Texts } from './model';

export type Kind =
  'threshold' | 'count' | 'absence' | 'change' | 'rate' | 'nOfM' | 'sameHour' | 'match';

export interface RuleRow {
  id: string;
  title: Texts;
  sector: string;
  category: string;
  severity: Severity;
  type: string;
  kind: Kind;
  attribute: string;
  /** the file of the city's folder, and the line in it */
  file: string;
  line: number;
  open: number;
  suppressed: number;
  lastFired: string | null;
  firedInWeek: number;
}

export interface RuleInFull extends RuleRow {
  text: string;
}

export interface Firing {
  rule: string;
  key: string;
  severity: Severity;
  opened: string;
  /** null: still open at the end of the span */
  cleared: string | null;
  minutes: number | null;
  value: unknown;
  entities: number;
}

export interface Sums {
  fired: number;
  /** hours open in all, and the longest */
  hours: number;
  longest: number;
  /** percent of the span; null where there is no span */
  share: number | null;
  atOnce: number;
  open: number;
}

export interface TrialAnswer {
  begin: string | null;
  end: string | null;
  summaries: Sums[];
  firings: Firing[];
}

export type SuppressionState = 'planned' | 'active' | 'over' | 'cancelled';

export interface SuppressionRow {
  id: string;
  state: SuppressionState;
  rule: string;
  sector: string;
  entity: string;
  area: unknown;
  from: string;
  until: string;
  /** open alerts that it holds down */
  alerts: number;
  reason: string;
  note: string | null;
  plannedBy: string;
}

export interface SuppressionsAnswer {
  suppressions: SuppressionRow[];
  reasons: string[];
}

export interface Plan {
  rule?: string;
  sector?: string;
  from?: string;
  until: string;
  reason: string;
  note?: string;
}

export const rules = (): Promise<RuleRow[]> => get('/watch/rules', {});
export const rule = (id: string): Promise<RuleInFull> => get('/watch/rules/{id}', { id });
export const tryRule = (id: string, from: string, to: string, text: string | null) =>
  post<TrialAnswer, '/watch/rules/{id}/test'>(
    '/watch/rules/{id}/test',
    { id },
    {
      from,
      to,
      ...(text === null ? {} : { text }),
    },
  );
export const suppressions = (): Promise<SuppressionsAnswer> => get('/watch/suppressions', {});
export const planSuppression = (plan: Plan): Promise<{ id: string }> =>
  post('/watch/suppressions', {}, plan);
export const cancelSuppression = (id: string): Promise<{ id: string }> =>
  post('/watch/suppressions/{id}/cancel', { id }, {});
