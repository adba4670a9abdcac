/** Orders to the desk, and what to tell a person when one was refused. */
import * as api from '../api/console';
import { Refusal, UNREACHED } from '../api/http';
import { t } from './preferences.svelte';
import { toast } from './toast.svelte';

/** Give an order; true when the desk took it. What was typed stays with the caller. */
export async function give(id: string, verb: api.Verb, body: api.Order): Promise<boolean> {
  try {
    await api.order(id, verb, body);
    toast.clear();
    return true;
  } catch (error) {
    toast.show(explain(error));
    return false;
  }
}

export const acknowledge = (id: string, expect: number): Promise<boolean> =>
  give(id, 'acknowledge', { expect });

/** What to tell a person whose order was refused. */
export function explain(error: unknown): string {
  if (!(error instanceof Refusal) || error.status === UNREACHED) return t('error.unsaved');
  if (error.status === 409) return t('error.conflict');
  if (error.status === 403) return t('error.forbidden');
  return `${t('error.refused')} ${error.message}`;
}
