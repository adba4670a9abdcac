/** Towns, villages and quarters by name. */
import { kindIs, nameIn, PLAIN, type Brush, type MapLayer } from '../paint';

export function places({ colours, language }: Brush): MapLayer[] {
  return [
    {
      id: 'place-names',
      type: 'symbol',
      source: 'places',
      filter: ['!', kindIs('city')],
      layout: {
        'text-field': nameIn(language),
        'text-font': PLAIN,
        'text-size': 12,
        'text-max-width': 8,
        'text-variable-anchor': ['center', 'top', 'bottom'],
        'text-radial-offset': 1,
        'text-padding': 8,
      },
      paint: {
        'text-color': colours.placeInk,
        'text-halo-color': colours.halo,
        'text-halo-width': 1.2,
      },
    },
  ];
}
