/** Areas of public warnings, and lines of routes. Hatching would need a picture; an edge does. */
import type { ExpressionSpecification } from 'maplibre-gl';
import { STRONG, type Brush, type MapLayer } from '../paint';

/** What is off has layers of its own. */
const AREA: ExpressionSpecification = [
  'all',
  ['==', ['coalesce', ['get', 'hatch'], ''], ''],
  ['in', ['geometry-type'], ['literal', ['Polygon', 'MultiPolygon']]],
];

export function shapes({ colours }: Brush): MapLayer[] {
  return [
    {
      id: 'areas',
      type: 'fill',
      source: 'shapes',
      filter: AREA,
      paint: { 'fill-color': colours.point, 'fill-opacity': 0.12 },
    },
    {
      id: 'area-edges',
      type: 'line',
      source: 'shapes',
      filter: AREA,
      paint: { 'line-color': colours.point, 'line-width': 2, 'line-dasharray': [3, 2] },
    },
    {
      id: 'lines',
      type: 'line',
      source: 'shapes',
      filter: ['==', ['geometry-type'], 'LineString'],
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': colours.point, 'line-width': 1.5, 'line-opacity': 0.55 },
    },
    {
      id: 'area-names',
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
