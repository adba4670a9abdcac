/** Names of towns, quarters, waters and greens of the base map. */
import { classIs, nameThere, PLAIN, STRONG, type Brush, type MapLayer } from '../../paint';

export function names({ colours, language }: Brush): MapLayer[] {
  const halo = { 'text-halo-color': colours.halo, 'text-halo-width': 1.5 };
  return [
    {
      id: 'base-area-names',
      type: 'symbol',
      source: 'base',
      'source-layer': 'label',
      filter: ['<=', ['get', 'from'], ['zoom']],
      layout: {
        'text-field': nameThere(language),
        'text-font': PLAIN,
        'text-size': 12,
        'text-max-width': 7,
        'text-padding': 4,
      },
      paint: {
        'text-color': ['case', classIs('water'), colours.waterInk, colours.placeInk],
        ...halo,
      },
    },
    {
      id: 'base-quarter-names',
      type: 'symbol',
      source: 'base',
      'source-layer': 'place',
      filter: classIs('suburb', 'quarter'),
      layout: {
        'text-field': nameThere(language),
        'text-font': PLAIN,
        'text-size': 12,
        'text-max-width': 8,
        'text-letter-spacing': 0.04,
        'text-padding': 8,
      },
      paint: { 'text-color': colours.placeInk, ...halo },
    },
    {
      id: 'base-town-names',
      type: 'symbol',
      source: 'base',
      'source-layer': 'place',
      filter: classIs('city', 'town', 'village'),
      layout: {
        'text-field': nameThere(language),
        'text-font': STRONG,
        'text-size': ['match', ['get', 'class'], 'city', 16, 12],
        'text-max-width': 8,
        'text-padding': 4,
      },
      paint: { 'text-color': colours.placeInk, ...halo },
    },
  ];
}
