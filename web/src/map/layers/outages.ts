/** What is off: zones hatched by the resource, houses where no zone is drawn, and what it is. */
import type { ExpressionSpecification } from 'maplibre-gl';
import { hatchName } from '../hatching';
import { STRONG, type Brush, type MapLayer } from '../paint';

const hatched = (...types: string[]): ExpressionSpecification => [
  'all',
  ['!=', ['coalesce', ['get', 'hatch'], ''], ''],
  ['in', ['geometry-type'], ['literal', types]],
];
const AREA = hatched('Polygon', 'MultiPolygon');
const HOUSES = hatched('Point', 'MultiPoint');

export function outages({ colours }: Brush): MapLayer[] {
  return [
    {
      id: 'outage-areas',
      type: 'fill',
      source: 'shapes',
      filter: AREA,
      paint: { 'fill-pattern': hatchName() },
    },
    {
      id: 'outage-edges',
      type: 'line',
      source: 'shapes',
      filter: AREA,
      paint: { 'line-color': colours.text, 'line-width': 1.5 },
    },
    {
      id: 'outage-houses',
      type: 'circle',
      source: 'shapes',
      filter: HOUSES,
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 10, 2, 15, 6],
        'circle-color': colours.surface,
        'circle-stroke-color': colours.text,
        'circle-stroke-width': 1.5,
      },
    },
    {
      id: 'outage-names',
      type: 'symbol',
      source: 'shapes',
      filter: AREA,
      layout: {
        'text-field': ['get', 'label'],
        'text-font': STRONG,
        'text-size': 12,
        'text-max-width': 14,
      },
      paint: {
        'text-color': colours.text,
        'text-halo-color': colours.halo,
        'text-halo-width': 2,
      },
    },
  ];
}
