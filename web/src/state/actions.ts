/** Which orders an incident takes in which state, and which of them is the next step. */
import type { Verb } from '../api/console';
import type { State } from './board';

const NEXT: Readonly<Partial<Record<State, Verb>>> = {
  new: 'acknowledge',
  acknowledged: 'activate',
  active: 'stabilise',
  stable: 'close',
};

const ALLOWED: Readonly<Record<State, readonly Verb[]>> = {
  new: ['acknowledge', 'assign', 'note', 'close'],
  acknowledged: ['activate', 'assign', 'note', 'close'],
  active: ['stabilise', 'assign', 'note', 'close'],
  stable: ['activate', 'assign', 'note', 'close'],
  closed: ['reopen', 'note'],
};

export const nextStep = (state: State): Verb | undefined => NEXT[state];
export const allows = (state: State, verb: Verb): boolean => ALLOWED[state].includes(verb);
