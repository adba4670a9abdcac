/** Names of people and what an alert or incident is in, as the reader reads them. */
import type { Row } from './board';
import { t } from './preferences.svelte';

/** An account by its name; a visitor of an exercise has none, only a number. */
export function personName(actor: string): string {
  const visitor = /^visitor-(\w+)$/.exec(actor);
  return visitor ? t('person.visitor', { id: visitor[1] ?? '' }) : actor;
}

export function stateName(state: Row['state']): string {
  return state === 'open' || state === 'cleared' ? t(`alert.${state}`) : t(`state.${state}`);
}
