/** Outages and works as the page orders and tells them; pure. */
import type { Cut, CutState, CutVerb } from '../api/outages';

export type Part = 'now' | 'coming' | 'over';

const PARTS: Readonly<Record<CutState, Part>> = {
  proposed: 'now',
  confirmed: 'now',
  running: 'now',
  announced: 'coming',
  ended: 'over',
  cancelled: 'over',
};
const URGENT: readonly (CutState | null)[] = ['proposed', 'confirmed', 'running'];

export const partOf = (cut: Cut): Part => PARTS[cut.state ?? 'announced'];

const at = (text: string | null): number => (text === null ? Number.MAX_VALUE : Date.parse(text));

/** What waits for a person first: proposals, then late reports, then by the promised end. */
export function inOrder(cuts: readonly Cut[], part: Part): Cut[] {
  const rank = (cut: Cut): number =>
    URGENT.indexOf(cut.state) * 2 + (cut.reportOverdue || cut.state === 'proposed' ? 0 : 1);
  const found = cuts.filter((cut) => partOf(cut) === part);
  if (part === 'over') return found.sort((a, b) => at(b.endedAt) - at(a.endedAt));
  if (part === 'coming') return found.sort((a, b) => at(a.startsAt) - at(b.startsAt));
  return found.sort((a, b) => rank(a) - rank(b) || at(a.promisedEnd) - at(b.promisedEnd));
}

/** What may be ordered about it, the likeliest first. */
export function verbsOf(cut: Cut): CutVerb[] {
  switch (cut.state) {
    case 'proposed':
      return ['confirm', 'cancel'];
    case 'confirmed':
    case 'running':
      return ['promise', 'report', 'end', 'area', 'cancel'];
    case 'announced':
      return ['promise', 'area', 'cancel'];
    default:
      return [];
  }
}

/** Whether the end that was promised has passed. */
export const lapsed = (cut: Cut, now: number): boolean =>
  partOf(cut) === 'now' && cut.promisedEnd !== null && Date.parse(cut.promisedEnd) < now;

export interface Sum {
  houses: number;
  people: number;
}

/** Houses and people of what is off now; a house in two outages is in both. */
export function sumOf(cuts: readonly Cut[]): Sum {
  const now = cuts.filter((cut) => partOf(cut) === 'now' && cut.state !== 'proposed');
  return {
    houses: now.reduce((sum, cut) => sum + cut.houses, 0),
    people: now.reduce((sum, cut) => sum + (cut.people ?? 0), 0),
  };
}
