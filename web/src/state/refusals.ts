/** Why a row was refused, in the reader's language. */
import { hasFlag, hasRule } from '../words/translate';
import { frame } from './frame.svelte';
import { t } from './preferences.svelte';
import { sayingOf } from './sayings';

/** A rule's name for people; a rule of the graph itself has a sentence of its own. */
export const ruleName = (rule: string): string => (hasRule(rule) ? t(`rule.${rule}`) : rule);

/** A flag's meaning: the console's, else the city's own word, else its name. */
export const flagName = (flag: string): string =>
  hasFlag(flag) ? t(`flag.${flag}`) : frame.term(flag);

/** What is wrong with a cell; what the console does not know it shows as the node said it. */
export function detailText(detail: string): string {
  const saying = sayingOf(detail);
  if (!saying) return detail;
  const { value } = saying.given;
  return t(
    saying.key,
    value === 'a value' ? { ...saying.given, value: t('detail.a-value') } : saying.given,
  );
}
