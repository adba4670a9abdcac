/** Which lines of a timeline are struck, and by which. Pure. */
import type { Entry } from './entries';

export type { Entry };

/** Line -> the line that strikes it, where that one is not itself struck: a strike taken back. */
export function struck(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  const by = new Map<string, Entry>();
  for (const entry of [...entries].sort((a, b) => b.number - a.number)) {
    if (entry.strikes && !by.has(entry.id)) by.set(entry.strikes, entry);
  }
  return by;
}
