/**
 * TopoJSON, as much of it as an atlas of countries needs: lines that neighbours share, written
 * as steps from point to point. What is shared by two countries is a border, the rest is coast.
 */
import type { Feature, LineString, MultiPolygon, Polygon, Position } from 'geojson';
import type { Collection } from './features';

type Ring = readonly number[];
type Shape =
  | { type: 'Polygon'; arcs: readonly Ring[] }
  | { type: 'MultiPolygon'; arcs: readonly (readonly Ring[])[] }
  | { type: null; arcs?: undefined };

export interface Atlas {
  transform: { scale: readonly [number, number]; translate: readonly [number, number] };
  arcs: readonly (readonly (readonly [number, number])[])[];
  objects: { countries: { geometries: readonly Shape[] } };
}

export type Window = [west: number, south: number, east: number, north: number];

/** Degrees to each side: more than a view of a city and its country round shows. */
const REACH = 4;

export const around = ([x, y]: readonly [number, number]): Window => [
  x - REACH * 2,
  y - REACH,
  x + REACH * 2,
  y + REACH,
];

/** Sea, land and borders of a window. Land keeps its whole shape: the map cuts it to tiles. */
export function cut(atlas: Atlas, window: Window): Collection {
  const lines = atlas.arcs.map((steps) => line(atlas, steps));
  const near = lines.map((points) => meets(points, window));
  const polygons = atlas.objects.countries.geometries.flatMap(polygonsOf);
  const rings = (polygon: readonly Ring[]) => polygon.map((ring) => join(ring, lines));
  const land = polygons.map(rings).filter(([outer]) => outer && meets(outer, window));
  const borders = shared(polygons).filter((index) => near[index]);
  return {
    type: 'FeatureCollection',
    features: [
      feature('sea', { type: 'Polygon', coordinates: [frameOf(window)] }),
      feature('land', { type: 'MultiPolygon', coordinates: land }),
      ...borders.map((index) =>
        feature('border', { type: 'LineString', coordinates: lines[index] ?? [] }),
      ),
    ],
  };
}

const feature = <G extends Polygon | MultiPolygon | LineString>(
  kind: 'sea' | 'land' | 'border',
  geometry: G,
): Feature<G> => ({ type: 'Feature', properties: { kind }, geometry });

function polygonsOf(shape: Shape): readonly (readonly Ring[])[] {
  if (shape.type === 'Polygon') return [shape.arcs];
  return shape.type === 'MultiPolygon' ? shape.arcs : [];
}

function line({ transform }: Atlas, steps: Atlas['arcs'][number]): Position[] {
  const { scale, translate } = transform;
  let [x, y] = [0, 0];
  return steps.map(([dx, dy]) => {
    x += dx;
    y += dy;
    return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
  });
}

/** A ring from its lines; `~n` is line n backwards, and each begins where the last one ended. */
function join(ring: Ring, lines: readonly Position[][]): Position[] {
  return ring.flatMap((index, place) => {
    const points = lines[index < 0 ? ~index : index] ?? [];
    const turned = index < 0 ? points.toReversed() : points;
    return place === 0 ? turned : turned.slice(1);
  });
}

/** The lines on which two polygons lean. */
function shared(polygons: readonly (readonly Ring[])[]): number[] {
  const uses = new Map<number, number>();
  for (const index of polygons.flat(2)) {
    const name = index < 0 ? ~index : index;
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return [...uses].filter(([, count]) => count > 1).map(([name]) => name);
}

function meets(points: readonly Position[], [west, south, east, north]: Window): boolean {
  let [left, bottom, right, top] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x = 0, y = 0] of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    bottom = Math.min(bottom, y);
    top = Math.max(top, y);
  }
  return left <= east && right >= west && bottom <= north && top >= south;
}

const frameOf = ([west, south, east, north]: Window): Position[] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];
