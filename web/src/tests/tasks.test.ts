import { expect, test } from 'vitest';
import type { Task, TaskVerb } from '../api/tasks';
import { inOrder, isLate, limitOf, nextOf, undoes } from '../state/tasks';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const at = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();

function task(id: string, more: Partial<Task> = {}): Task {
  return {
    id,
    change: 1,
    modifiedAt: at(0),
    incident: 'urn:ngsi-ld:Incident:a',
    call: null,
    callKind: null,
    address: null,
    reportedAt: null,
    organization: 'urn:ngsi-ld:Organization:a',
    title: { en: id },
    state: 'sent',
    step: null,
    priority: null,
    severity: null,
    sentAt: at(-10),
    sentBy: null,
    acceptedAt: null,
    onSiteAt: null,
    endedAt: null,
    due: at(30),
    promised: null,
    approvedBy: null,
    paused: false,
    pausedAt: null,
    pauseReason: null,
    reason: null,
    overdue: false,
    escalatedTo: null,
    location: null,
    note: null,
    ...more,
  };
}

test('late ones first, then what nobody took, then what is due sooner', () => {
  const given = [
    task('done', { state: 'done', due: at(-99) }),
    task('soon', { state: 'accepted', due: at(5) }),
    task('later', { state: 'onSite', due: at(50) }),
    task('new', { due: at(90) }),
    task('late', { state: 'onSite', due: at(-1) }),
  ];
  expect(inOrder(given, NOW).map((one) => one.id)).toEqual([
    'late',
    'new',
    'soon',
    'later',
    'done',
  ]);
});

test('an approved time counts where it is later, and a pause is never late', () => {
  expect(limitOf(task('a', { promised: at(60) }))).toBe(Date.parse(at(60)));
  expect(limitOf(task('a', { promised: at(10) }))).toBe(Date.parse(at(30)));
  expect(isLate(task('a', { due: at(-1) }), NOW)).toBe(true);
  expect(isLate(task('a', { due: at(-1), promised: at(5) }), NOW)).toBe(false);
  expect(isLate(task('a', { due: at(-1), paused: true }), NOW)).toBe(false);
});

test.each<[Partial<Task>, TaskVerb | undefined]>([
  [{}, 'accept'],
  [{ state: 'accepted' }, 'on-site'],
  [{ state: 'onSite' }, 'done'],
  [{ state: 'onSite', paused: true }, 'resume'],
  [{ state: 'returned' }, undefined],
])('what comes next', (more, next) => {
  expect(nextOf(task('a', more))).toBe(next);
});

test('what can be undone by one press', () => {
  expect(undoes('pause')).toBe('resume');
  expect(undoes('withdraw')).toBe('reopen');
  expect(undoes('note')).toBeNull();
});
