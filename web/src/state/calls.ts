/** What may be ordered about a call in which state, as the desk's own table says it. Pure. */
import type { Call, CallState, CallVerb } from '../api/calls';

const WAITING: readonly CallState[] = ['new', 'routed', 'known'];

const ALLOWED: Readonly<Record<CallState, readonly CallVerb[]>> = {
  new: ['attach', 'route', 'theme', 'incident', 'done', 'close', 'strike', 'note'],
  routed: ['attach', 'route', 'theme', 'incident', 'done', 'strike', 'note'],
  known: ['detach', 'theme', 'incident', 'done', 'callback', 'close', 'strike', 'note'],
  done: ['theme', 'incident', 'callback', 'close', 'reopen', 'strike', 'note'],
  closed: ['reopen', 'strike', 'note'],
  struck: ['note'],
};

export const allows = (call: Call, verb: CallVerb): boolean => ALLOWED[call.state].includes(verb);

/** Something is still to be done. */
export const waits = (call: Call): boolean => WAITING.includes(call.state);

/** `123` of `2026-000123`: within its year people say no more. */
export function shortNumber(number: string): string {
  const digits = number.split('-').at(-1) ?? number;
  return digits.replace(/^0+(?=\d)/, '');
}

export type Tab = 'waiting' | 'callback' | 'overdue' | 'closed' | 'struck';

/** What the list asks for in each of its tabs. */
export const ASKS: Readonly<Record<Tab, Record<string, string>>> = {
  waiting: { state: 'new,routed,known', order: '-reportedAt' },
  callback: { state: 'done', order: 'reportedAt' },
  overdue: { state: 'new,routed,known', overdue: 'true', order: 'due' },
  closed: { state: 'closed', order: '-reportedAt' },
  struck: { state: 'struck', order: '-reportedAt' },
};
