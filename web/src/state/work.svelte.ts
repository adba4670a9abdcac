/** Orders to the desk, and what to tell a person when one was refused. */
import * as api from '../api/console';
import { Refusal, UNREACHED } from '../api/http';
import * as incidents from '../api/incidents';
import type { Row } from './board';
import { t } from './preferences.svelte';
import { toast } from './toast.svelte';

/** Give an order; true when the desk took it. What was typed stays with the caller. */
export const give = (id: string, verb: api.Verb, body: api.Order): Promise<boolean> =>
  attempt(async () => {
    await api.order(id, verb, body);
  });

/** Do something at the desk; true when it was taken, else the reader is told why not. */
export async function attempt(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    toast.clear();
    return true;
  } catch (error) {
    toast.show(explain(error));
    return false;
  }
}

/** Give an order that one click gives, and offer to take it back with one. */
export async function giveWithUndo(
  id: string,
  verb: api.Verb,
  expect: number,
  wanted: Partial<api.Order>,
  before: Partial<api.Order> | null,
  words: string,
): Promise<boolean> {
  try {
    const done = await api.order(id, verb, { expect, ...wanted });
    const back = () => give(id, verb, { expect: done.change, ...before });
    toast.show(words, before && { words: t('undo'), back });
    return true;
  } catch (error) {
    toast.show(explain(error));
    return false;
  }
}

/** Merge one incident into another, and offer to take that back. */
export async function mergeInto(one: Row, into: Row, text: string): Promise<boolean> {
  const more = text ? { text } : {};
  try {
    await incidents.merge(one.id, {
      expect: one.change,
      expectInto: into.change,
      into: into.id,
      ...more,
    });
    toast.show(t('merge.done', { title: into.title }), {
      words: t('undo'),
      back: () => unmerge(one.id, into.id),
    });
    return true;
  } catch (error) {
    toast.show(explain(error));
    return false;
  }
}

/** Let a merged incident be what it was; both are looked at as they stand now. */
export const unmerge = (id: string, into: string): Promise<boolean> =>
  attempt(async () => {
    const [one, other] = await Promise.all([api.incident(id), api.incident(into)]);
    await incidents.unmerge(id, {
      expect: one.incident.change,
      expectInto: other.incident.change,
    });
  });

export const acknowledge = (id: string, expect: number): Promise<boolean> =>
  give(id, 'acknowledge', { expect });

/** What to tell a person whose order was refused. */
export function explain(error: unknown): string {
  if (!(error instanceof Refusal) || error.status === UNREACHED) return t('error.unsaved');
  if (error.status === 409) return t('error.conflict');
  if (error.status === 403) return t('error.forbidden');
  return `${t('error.refused')} ${error.message}`;
}
