/** States of calls, lines of their life and what is supplied, in words. */
import type { CallLine, CallState } from '../api/calls';
import type { Key } from '../words/translate';
import { catalogue } from './catalogue.svelte';
import { t } from './preferences.svelte';

const RESOURCES: Readonly<Record<string, Key>> = {
  coldWater: 'call.for.coldWater',
  hotWater: 'call.for.hotWater',
  heat: 'call.for.heat',
  power: 'call.for.power',
  gas: 'call.for.gas',
  lift: 'call.for.lift',
  road: 'call.for.road',
  house: 'call.for.house',
};

/** What somebody supplies: a resource of the vocabulary, or the house itself. */
export function forName(what: string): string {
  const key = RESOURCES[what];
  return key ? t(key) : what;
}

export const callStateName = (state: CallState): string => t(`call.state.${state}`);

const KINDS: Readonly<Record<string, Key>> = {
  'call-taken': 'entry.call-taken',
  'call-attached': 'entry.call-attached',
  'call-detached': 'entry.call-detached',
  'call-theme': 'entry.call-theme',
  'call-joined': 'entry.call-joined',
  'call-done': 'entry.call-done',
  'call-closed': 'entry.call-closed',
  'call-reopened': 'entry.call-reopened',
  'call-struck': 'entry.call-struck',
  'call-note': 'entry.call-note',
  'call-overdue': 'entry.call-overdue',
  'call-forward-overdue': 'entry.call-forward-overdue',
  'call-routed': 'entry.call-routed',
  'task-returned': 'entry.call-returned',
  restored: 'entry.restored',
  'outage-confirmed': 'entry.outage-confirmed',
  'outage-running': 'entry.outage-confirmed',
  'outage-cancelled': 'entry.outage-cancelled',
  'task-sent': 'entry.call.task-sent',
  'task-accepted': 'entry.task-accepted',
  'task-on-site': 'entry.task-on-site',
  'task-done': 'entry.task-done',
  'task-note': 'entry.task-note',
  'task-reopened': 'entry.task-reopened',
  'task-withdrawn': 'entry.task-withdrawn',
  'task-joined-outage': 'entry.task-joined-outage',
  'task-paused': 'entry.task-paused',
  'task-resumed': 'entry.task-resumed',
};
const RESULTS: Readonly<Record<string, Key>> = {
  confirmed: 'call.result.confirmed',
  notDone: 'call.result.notDone',
  unreachable: 'call.result.unreachable',
};

export function resultName(result: string): string {
  const key = RESULTS[result];
  return key ? t(key) : result;
}

/** A line of a call's life as a sentence. */
export function lineWords(line: CallLine): string {
  if (line.kind === 'call-called-back')
    return t('entry.call-called-back', { result: resultName(line.reason ?? '') });
  if (line.kind === 'call-sent-alone')
    return t('entry.call-sent-alone', { confidence: (line.confidence ?? 0).toFixed(2) });
  if (line.kind === 'task-withdrawn' && line.reason === 'joined-outage')
    return t('entry.task-withdrawn.joined-outage');
  const key = KINDS[line.kind];
  const words = key ? t(key) : line.kind;
  return line.kind === 'call-closed' && line.reason
    ? `${words}: ${catalogue.reason(line.reason)}`
    : words;
}
