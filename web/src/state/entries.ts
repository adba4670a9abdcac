/** One line of an incident's timeline, with people and the machine told apart. */
import { attribute, instant, targets, text, valueOf, words } from '../api/attribute';
import type { Held } from '../api/model';
import type { Key } from '../words/translate';
import { desk } from './desk.svelte';
import { frame } from './frame.svelte';
import { organizations } from './organizations.svelte';
import { personName } from './people';
import { t } from './preferences.svelte';

export interface Entry {
  id: string;
  kind: string;
  at: number;
  number: number;
  machine: boolean;
  by: string;
  words: string;
  reason: string | null;
  note: string | null;
  /** who wrote it, as the node names them */
  actor: string;
  /** the incident it was written for: another one where that was merged in */
  incident: string | null;
  /** the call that it tells of */
  call: string | null;
  /** the line that this one strikes */
  strikes: string | null;
}

const KINDS: Readonly<Record<string, Key>> = {
  opened: 'entry.opened',
  escalated: 'entry.escalated',
  cleared: 'entry.cleared',
  'raised-again': 'entry.raised-again',
  acknowledged: 'entry.acknowledged',
  activated: 'entry.activated',
  stabilised: 'entry.stabilised',
  closed: 'entry.closed',
  reopened: 'entry.reopened',
  assigned: 'entry.assigned',
  note: 'entry.note',
  overdue: 'entry.overdue',
  'task-sent': 'entry.task-sent',
  'task-accepted': 'entry.task-accepted',
  'task-on-site': 'entry.task-on-site',
  'task-done': 'entry.task-done',
  'task-returned': 'entry.task-returned',
  'task-new-time': 'entry.task-new-time',
  'task-paused': 'entry.task-paused',
  'task-resumed': 'entry.task-resumed',
  'task-withdrawn': 'entry.task-withdrawn',
  'task-reopened': 'entry.task-reopened',
  'task-note': 'entry.task-note',
  'task-joined-outage': 'entry.task-joined-outage',
  'task-overdue': 'entry.task-overdue',
  'tasks-done': 'entry.tasks-done',
  grouped: 'entry.grouped',
  prioritised: 'entry.prioritised',
  retyped: 'entry.retyped',
  merged: 'entry.merged',
  'merged-in': 'entry.merged-in',
  unmerged: 'entry.unmerged',
  'unmerged-from': 'entry.unmerged-from',
  'escalated-to': 'entry.escalated-to',
  struck: 'entry.struck',
  'opened-by-call': 'entry.opened-by-call',
  'call-joined': 'entry.call-joined',
  attached: 'entry.attached',
  'outage-area': 'entry.outage-area',
  'outage-cancelled': 'entry.outage-cancelled',
  'outage-confirmed': 'entry.outage-confirmed',
  'outage-fault-restored': 'entry.outage-fault-restored',
  'outage-ended': 'entry.outage-ended',
  'outage-opened': 'entry.outage-opened',
  'outage-promised': 'entry.outage-promised',
  'outage-reported': 'entry.outage-reported',
  'outage-report-overdue': 'entry.outage-report-overdue',
};

export function entryOf(held: Held, language: string): Entry {
  const { entity } = held;
  const kind = text(entity, 'kind') ?? '';
  const machine = valueOf(attribute(entity, 'machine')) === true;
  const reason = text(entity, 'reason');
  return {
    id: entity.id,
    kind,
    at: Date.parse(instant(entity, 'at') ?? held.modified),
    number: held.change,
    machine,
    by: personName(text(entity, 'by') ?? ''),
    words: sentence(held, kind, language),
    reason: reason && kind !== 'grouped' ? reasonOf(kind, reason) : null,
    note: text(entity, 'note') ?? null,
    actor: text(entity, 'by') ?? '',
    incident: targets(entity, 'refIncident')[0] ?? null,
    call: targets(entity, 'refCall')[0] ?? null,
    strikes: targets(entity, 'strikes')[0] ?? null,
  };
}

/** Reasons of tasks are the organisations', the others the desk's own. */
function reasonOf(kind: string, code: string): string {
  return kind.startsWith('task-') ? organizations.reason(code) : desk.reason(code);
}

function sentence(held: Held, kind: string, language: string): string {
  const given = words(held.entity, 'text', language);
  const key = KINDS[kind];
  if (!key) return given ?? kind;
  const severity = text(held.entity, 'severity');
  const title = t(key, {
    organization: organizations.name(targets(held.entity, 'organizations')[0]),
    owner: personName(text(held.entity, 'owner') ?? ''),
    severity: severity ? frame.severity(severity).toLocaleLowerCase() : '',
    priority: String(valueOf(attribute(held.entity, 'priority')) ?? t('priority.table')),
    type: desk.type(text(held.entity, 'incidentType') ?? ''),
    role: desk.role(text(held.entity, 'escalatedTo') ?? ''),
  });
  return given && kind !== 'note' ? `${title}: ${given}` : title;
}
