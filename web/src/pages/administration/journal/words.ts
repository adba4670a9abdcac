/** Words for kinds of journal entries; one that a room added itself keeps its name. */
import { t } from '../../../state/preferences.svelte';
import { hasKey } from '../../../words/translate';

export function kindWords(kind: string): string {
  const key = `journal.${kind}`;
  return hasKey(key) ? t(key) : kind;
}
