/** Everything the map draws, from the ground up. A layer that is not on this list is not drawn. */
export const ORDER = [
  'ground',
  'outline-sea',
  'outline-land',
  'land',
  'water',
  'water-lines',
  'districts',
  'road-casings',
  'roads',
  'railways',
  'outline-borders',
  'base-ground',
  'base-landuse',
  'base-waterways',
  'base-water',
  'base-paths',
  'base-buildings',
  'base-street-casings',
  'base-rails',
  'base-streets',
  'base-borders',
  'district-edges',
  'water-names',
  'road-names',
  'place-names',
  'near-names',
  'base-numbers',
  'base-water-names',
  'base-street-names',
  'base-area-names',
  'base-pois',
  'base-quarter-names',
  'base-town-names',
  'district-names',
  'areas',
  'area-edges',
  'lines',
  'area-names',
  'outage-areas',
  'outage-edges',
  'outage-houses',
  'outage-names',
  'readings',
  'reading-values',
  'points',
  'vehicles',
  'vehicle-names',
  'clusters',
  'cluster-counts',
  'cluster-signs',
  'pointed',
  'sign-halos',
  'signs',
] as const;

export type LayerId = (typeof ORDER)[number];

/** Sort layers by the one list; a layer that is missing there is a mistake of the author. */
export function inOrder<L extends { id: string }>(layers: readonly L[]): L[] {
  const place = new Map<string, number>(ORDER.map((id, index) => [id, index]));
  const stray = layers.find((layer) => !place.has(layer.id));
  if (stray) throw new Error(`the map layer ${stray.id} has no place in zorder.ts`);
  return [...layers].sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
}
