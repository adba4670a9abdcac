/** Places that a duty desk looks for: whom to call, whom to protect, what keeps a city going. */
import type { ExpressionSpecification } from 'maplibre-gl';
import { nameThere, PLAIN, type Brush, type MapLayer } from '../../paint';
import { PICTOGRAMS, pictogramName } from '../../pictograms';

const icon: ExpressionSpecification = [
  'match',
  ['get', 'class'],
  ...Object.keys(PICTOGRAMS).flatMap((name) => [name, pictogramName(name)]),
  '',
] as unknown as ExpressionSpecification;

export function pois({ colours, language }: Brush): MapLayer[] {
  return [
    {
      id: 'base-pois',
      type: 'symbol',
      source: 'base',
      'source-layer': 'poi',
      minzoom: 13,
      layout: {
        'icon-image': icon,
        'icon-padding': 2,
        'text-field': ['step', ['zoom'], '', 15, nameThere(language)],
        'text-font': PLAIN,
        'text-size': 12,
        'text-max-width': 9,
        'text-anchor': 'top',
        'text-offset': [0, 0.8],
        'text-optional': true,
      },
      paint: {
        'text-color': colours.placeInk,
        'text-halo-color': colours.halo,
        'text-halo-width': 1.5,
      },
    },
  ];
}
