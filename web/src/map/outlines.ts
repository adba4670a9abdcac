/**
 * Coasts and borders around one city, out of the world atlas: fetched only by a map that has
 * nothing else to stand on, after its first picture.
 */
import atlasUrl from 'world-atlas/countries-10m.json?url';
import type { Collection } from './features';
import { around, cut, type Atlas } from './atlas';

export const SOURCE = 'Natural Earth';

/** What is drawn around the middle of the map; nothing, where the atlas cannot be had. */
export async function outlinesAt(center: readonly [number, number]): Promise<Collection> {
  const answer = await fetch(atlasUrl);
  if (!answer.ok) throw new Error(`no atlas: ${answer.status}`);
  return cut((await answer.json()) as Atlas, around(center));
}
