/** What the map draws, as GeoJSON. */
import type { Feature, FeatureCollection, Geometry } from 'geojson';
import { inLanguage, targets } from '../api/attribute';
import type { Held, Layer, Point } from '../api/model';
import { rank, severityOf, type Row } from '../state/board';

export type Collection = FeatureCollection;
export const collection = (features: Collection['features']): Collection => ({
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

export const KINDS = ['points', 'readings', 'vehicles', 'shapes'] as const;
export type Kind = (typeof KINDS)[number];
export type Drawn = Record<Kind, Collection>;

/** What stands on the map now, by how it is drawn; what is over or long unheard of is left out. */
export function pointFeatures(things: Iterable<Point>, drawing: Drawing): Drawn {
  const found = byKind<Collection['features']>(() => []);
  for (const point of things) {
    const drawn = featureOf(point, drawing);
    if (drawn) found[drawn.kind].push(drawn.feature);
  }
  return byKind((kind) => collection(found[kind]));
}

export function byKind<T>(make: (kind: Kind) => T): Record<Kind, T> {
  return {
    points: make('points'),
    readings: make('readings'),
    vehicles: make('vehicles'),
    shapes: make('shapes'),
  };
}

/** A thing as a feature and its kind; null where it does not stand on the map now. */
export function featureOf(
  point: Point,
  drawing: Drawing,
): { kind: Kind; feature: Feature<Geometry, Said> } | null {
  if (drawing.sector !== null && point.sector !== drawing.sector) return null;
  const layer = drawing.layers[point.type];
  if (isGone(point, layer, drawing.now)) return null;
  const draw = layer?.draw ?? 'point';
  const words = draw === 'point' ? drawing.label(point) : (drawing.name(point) ?? '');
  const kind =
    draw === 'vehicle' ? 'vehicles' : point.shape ? 'shapes' : words ? 'readings' : 'points';
  const properties = {
    id: point.id,
    rank: drawing.worst.get(point.id) ?? -1,
    label: words,
    stale: Number(isStale(point, layer, drawing.now)),
    hatch: draw === 'hatch' ? point.hatch || 'other' : '',
  };
  const geometry = point.shape ?? { type: 'Point', coordinates: [...point.location] };
  // by its id the map is told what changed of it
  return { kind, feature: { type: 'Feature', id: point.id, properties, geometry } };
}

export interface Said {
  id: string;
  rank: number;
  label: string;
  stale: number;
  /** the resource by which it is hatched; '' where nothing is off */
  hatch: string;
}

export interface Drawing {
  /** milliseconds since 1970 */
  now: number;
  layers: Readonly<Record<string, Layer>>;
  sector: string | null;
  worst: ReadonlyMap<string, number>;
  label: (point: Point) => string;
  name: (point: Point) => string | undefined;
}

const isStale = (point: Point, layer: Layer | undefined, now: number): boolean =>
  Boolean(point.at && layer?.staleAfter && now - Date.parse(point.at) > layer.staleAfter * 1000);

function isGone(point: Point, layer: Layer | undefined, now: number): boolean {
  if (point.until && Date.parse(point.until) < now) return true;
  const gone = layer?.goneAfter;
  return Boolean(gone && point.at && now - Date.parse(point.at) > gone * 1000);
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
