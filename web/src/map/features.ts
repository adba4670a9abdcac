/** What the map draws, as GeoJSON. */
import type { FeatureCollection, Point as Geometry } from 'geojson';
import { inLanguage, targets } from '../api/attribute';
import type { Held, Point } from '../api/model';
import { rank, severityOf, type Row } from '../state/board';

type Collection = FeatureCollection<Geometry>;
const collection = (features: Collection['features']): Collection => ({
  type: 'FeatureCollection',
  features,
});

/** The worst open alert that rests on each entity. */
export function ranks(alerts: Iterable<Held>): Map<string, number> {
  const found = new Map<string, number>();
  for (const held of alerts) {
    for (const id of targets(held.entity, 'alertSource')) {
      found.set(id, Math.max(found.get(id) ?? -1, rank(severityOf(held))));
    }
  }
  return found;
}

export function pointFeatures(
  things: Iterable<Point>,
  sector: string | null,
  worst: ReadonlyMap<string, number>,
  label: (point: Point) => string,
): { points: Collection; readings: Collection } {
  const points: Collection['features'] = [];
  const readings: Collection['features'] = [];
  for (const point of things) {
    if (sector !== null && point.sector !== sector) continue;
    const words = label(point);
    (words ? readings : points).push({
      type: 'Feature',
      properties: { id: point.id, rank: worst.get(point.id) ?? -1, label: words },
      geometry: { type: 'Point', coordinates: [...point.location] },
    });
  }
  return { points: collection(points), readings: collection(readings) };
}

export function signFeatures(rows: readonly Row[]): Collection {
  return collection(
    rows.flatMap((row) =>
      row.location
        ? {
            type: 'Feature' as const,
            properties: { id: row.id, rank: rank(row.severity), fresh: Number(row.fresh) },
            geometry: { type: 'Point' as const, coordinates: [...row.location] },
          }
        : [],
    ),
  );
}

export function pointed(location: readonly [number, number] | null | undefined): Collection {
  if (!location) return collection([]);
  return collection([
    { type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [...location] } },
  ]);
}

export function titleOf(point: Point, language: string): string | undefined {
  return inLanguage(point.title, language);
}
