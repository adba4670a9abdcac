/** Towns around the city by name where its folder names none: the larger, the larger. */
import type { ExpressionSpecification } from 'maplibre-gl';
import { nameIn, STRONG, type Brush, type MapLayer } from '../paint';

const CITY = 100_000; // people
const isCity: ExpressionSpecification = ['>=', ['get', 'people'], CITY];

export function near({ colours, language }: Brush): MapLayer[] {
  return [
    {
      id: 'near-names',
      type: 'symbol',
      source: 'near',
      layout: {
        'text-field': nameIn(language),
        'text-font': STRONG,
        'text-size': ['case', isCity, 14, 12],
        'text-max-width': 8,
        'text-padding': 8,
        'symbol-sort-key': ['-', ['get', 'people']],
      },
      paint: {
        'text-color': colours.placeInk,
        'text-halo-color': colours.halo,
        'text-halo-width': 1.5,
      },
    },
  ];
}
