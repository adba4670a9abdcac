/**
 * The whole style, built in code: no style server, no sprite, no glyphs. Without a `glyphs`
 * address MapLibre (5.11 and later) draws the page's own fonts, Cyrillic too.
 */
import type { GeoJSONSourceSpecification, StyleSpecification } from 'maplibre-gl';
import type { BaseMap } from '../api/model';
import { baseLayers, baseSource } from './base';
import { clusters } from './layers/clusters';
import { districts } from './layers/districts';
import { ground } from './layers/ground';
import { near } from './layers/near';
import { outlines } from './layers/outlines';
import { places } from './layers/places';
import { outages } from './layers/outages';
import { points } from './layers/points';
import { readings } from './layers/readings';
import { roads } from './layers/roads';
import { shapes } from './layers/shapes';
import { signs } from './layers/signs';
import { vehicles } from './layers/vehicles';
import { water } from './layers/water';
import { lacking } from './lacking';
import type { Brush } from './paint';
import { inOrder } from './zorder';

type Data = GeoJSONSourceSpecification['data'];
export type LiveData = Record<
  'points' | 'readings' | 'vehicles' | 'shapes' | 'signs' | 'pointed' | 'outlines',
  Data
>;

const BASE = ['land', 'water', 'districts', 'roads', 'places'];
/** names of the drawings that would stand among those of an imported map */
const NAMES: readonly string[] = ['water-names', 'road-names', 'place-names', 'near-names'];
/**
 * The zoom of the finest tiles of what changes several times a second: each tile comes by itself
 * and has the map drawn again. A tile of this zoom is the middle of a city, and places in it lie
 * less than 3 m apart.
 */
const COARSE = 10;
const NEAR = '/console/map/near/places';
const NOTHING: Data = { type: 'FeatureCollection', features: [] };
const FAMILIES = [
  ground,
  outlines,
  water,
  districts,
  roads,
  places,
  near,
  shapes,
  outages,
  points,
  readings,
  vehicles,
  clusters,
  signs,
];

export function style(
  brush: Brush,
  files: readonly string[],
  data: LiveData,
  base: BaseMap | null = null,
): StyleSpecification {
  const drawings = BASE.map((name): [string, GeoJSONSourceSpecification] => [
    name,
    {
      type: 'geojson',
      data: files.includes(name)
        ? new URL(`/console/map/${name}.geojson`, location.href).href
        : NOTHING,
    },
  ]);
  return {
    version: 8,
    sources: {
      ...Object.fromEntries(drawings),
      ...(base ? { base: baseSource(base), extent: extentOf(base) } : undefined),
      outlines: { type: 'geojson', data: data.outlines },
      near: {
        type: 'geojson',
        data: lacking(files, base).names ? new URL(NEAR, location.href).href : NOTHING,
      },
      points: {
        type: 'geojson',
        data: data.points,
        cluster: true,
        clusterRadius: 36,
        clusterMaxZoom: 14,
        clusterProperties: { worst: ['max', ['get', 'rank']] },
      },
      readings: { type: 'geojson', data: data.readings, maxzoom: COARSE },
      vehicles: { type: 'geojson', data: data.vehicles, maxzoom: COARSE },
      shapes: { type: 'geojson', data: data.shapes },
      signs: {
        type: 'geojson',
        data: data.signs,
        cluster: true,
        clusterRadius: 28,
        clusterMaxZoom: 15,
        clusterProperties: {
          worst: ['max', ['get', 'rank']],
          fresh: ['max', ['get', 'fresh']],
        },
      },
      pointed: { type: 'geojson', data: data.pointed },
    },
    layers: inOrder([
      ...FAMILIES.flatMap((family) => family(brush)).filter(
        (layer) => base === null || !NAMES.includes(layer.id),
      ),
      ...(base ? baseLayers(brush) : []),
    ]),
  };
}

/** Where the imported map lies: drawings end there. */
function extentOf({ bounds: [west, south, east, north] }: BaseMap): GeoJSONSourceSpecification {
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return { type: 'geojson', data: { type: 'Polygon', coordinates: [ring] } };
}
