/** House numbers of the base map, close up. */
import { PLAIN, type Brush, type MapLayer } from '../../paint';

export function numbers({ colours }: Brush): MapLayer[] {
  return [
    {
      id: 'base-numbers',
      type: 'symbol',
      source: 'base',
      'source-layer': 'housenumber',
      minzoom: 16,
      layout: {
        'text-field': ['get', 'number'],
        'text-font': PLAIN,
        'text-size': 12,
        'text-padding': 3,
      },
      paint: {
        'text-color': colours.placeInk,
        'text-halo-color': colours.halo,
        'text-halo-width': 1,
      },
    },
  ];
}
