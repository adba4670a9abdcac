/** Roads and railways. */
import type { ExpressionSpecification } from 'maplibre-gl';
import { kindIs, nameIn, PLAIN, type Brush, type MapLayer } from '../paint';

const width = (more: number): ExpressionSpecification => [
  'interpolate',
  ['linear'],
  ['zoom'],
  10,
  ['+', ['match', ['get', 'kind'], 'highway', 1.8, 'main', 1.2, 0.7], more],
  14,
  ['+', ['match', ['get', 'kind'], 'highway', 5, 'main', 4, 2.5], more],
];

export function roads({ colours, language }: Brush): MapLayer[] {
  return [
    {
      id: 'road-casings',
      type: 'line',
      source: 'roads',
      filter: ['!', kindIs('railway')],
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': colours.roadEdge, 'line-width': width(1.4) },
    },
    {
      id: 'roads',
      type: 'line',
      source: 'roads',
      filter: ['!', kindIs('railway')],
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': colours.road, 'line-width': width(0) },
    },
    {
      id: 'railways',
      type: 'line',
      source: 'roads',
      filter: kindIs('railway'),
      paint: { 'line-color': colours.districtEdge, 'line-width': 1.5, 'line-dasharray': [3, 2] },
    },
    {
      id: 'road-names',
      type: 'symbol',
      source: 'roads',
      minzoom: 11,
      filter: ['!', kindIs('railway')],
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 400,
        'text-field': nameIn(language),
        'text-font': PLAIN,
        'text-size': 12,
      },
      paint: {
        'text-color': colours.placeInk,
        'text-halo-color': colours.halo,
        'text-halo-width': 1.5,
      },
    },
  ];
}
