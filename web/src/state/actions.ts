/** Which orders an incident takes in which state, and which of them is the next step. */
import type { Verb } from '../api/console';
import type { State } from './board';

const NEXT: Readonly<Partial<Record<State, Verb>>> = {
  new: 'acknowledge',
  acknowledged: 'activate',
  active: 'stabilise',
  stable: 'close',
};

const OPEN: readonly Verb[] = ['assign', 'prioritise', 'retype', 'note', 'close'];

const ALLOWED: Readonly<Record<State, readonly Verb[]>> = {
  new: ['acknowledge', ...OPEN],
  acknowledged: ['activate', ...OPEN],
  active: ['stabilise', ...OPEN],
  stable: ['activate', ...OPEN],
  closed: ['reopen', 'note'],
};

export const nextStep = (state: State): Verb | undefined => NEXT[state];
export const allows = (state: State, verb: Verb): boolean => ALLOWED[state].includes(verb);
