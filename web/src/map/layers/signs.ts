/** Open incidents and alerts: shape and colour of the worst, and how many stand together. */
import type { ExpressionSpecification } from 'maplibre-gl';
import { signName } from '../sprites';
import { STRONG, type Brush, type MapLayer } from '../paint';

const worst: ExpressionSpecification = ['coalesce', ['get', 'worst'], ['get', 'rank']];
const count: ExpressionSpecification = [
  'case',
  ['has', 'point_count'],
  ['to-string', ['get', 'point_count_abbreviated']],
  '',
];

export function signs({ colours }: Brush): MapLayer[] {
  return [
    {
      id: 'pointed',
      type: 'circle',
      source: 'pointed',
      paint: {
        'circle-radius': 22,
        'circle-color': colours.focus,
        'circle-opacity': 0.14,
        'circle-stroke-color': colours.focus,
        'circle-stroke-width': 2,
      },
    },
    {
      id: 'sign-halos',
      type: 'circle',
      source: 'signs',
      paint: {
        'circle-radius': 15,
        'circle-color': colours.surface,
        'circle-stroke-color': colours.edge,
        'circle-stroke-width': 1.2,
      },
    },
    {
      id: 'signs',
      type: 'symbol',
      source: 'signs',
      layout: {
        'icon-image': [
          'case',
          ['>', ['get', 'fresh'], 0],
          signName(worst, true),
          signName(worst, false),
        ],
        'icon-allow-overlap': true,
        'icon-padding': 7, // names and values keep clear of the halo
        'symbol-sort-key': worst,
        'text-field': count,
        'text-font': STRONG,
        'text-size': 14,
        'text-anchor': 'left',
        'text-offset': [1.25, 0],
        'text-allow-overlap': true,
      },
      paint: {
        'text-color': colours.text,
        'text-halo-color': colours.halo,
        'text-halo-width': 2,
      },
    },
  ];
}
