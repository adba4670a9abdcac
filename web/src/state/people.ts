/** Names of people and what an alert or incident is in, as the reader reads them. */
import type { Row } from './board';
import { hasKey } from '../words/translate';
import { t } from './preferences.svelte';

/** An account by its name; a visitor of an exercise has none, only a number. */
export function personName(actor: string): string {
  const visitor = /^visitor-(\w+)$/.exec(actor);
  return visitor ? t('person.visitor', { id: visitor[1] ?? '' }) : actor;
}

/** Both names, where somebody acts for another. */
export function namesOf(actor: string, onBehalf: string | null | undefined): string {
  const name = personName(actor);
  return onBehalf ? t('person.behalf', { name, principal: personName(onBehalf) }) : name;
}

/** What a line of a shift tells; a kind the console does not know stands as it is. */
export function lineName(kind: string): string {
  const key = `line.${kind}`;
  return hasKey(key) ? t(key) : kind;
}

export function stateName(state: Row['state']): string {
  return state === 'open' || state === 'cleared' ? t(`alert.${state}`) : t(`state.${state}`);
}
