/** Sea, lakes and rivers of the base map. */
import { classIs, nameThere, PLAIN, type Brush, type MapLayer } from '../../paint';

export function waters({ colours, language }: Brush): MapLayer[] {
  return [
    {
      id: 'base-waterways',
      type: 'line',
      source: 'base',
      'source-layer': 'waterway',
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: {
        'line-color': colours.water,
        'line-width': [
          'interpolate',
          ['exponential', 1.5],
          ['zoom'],
          8,
          ['match', ['get', 'class'], 'river', 0.8, 0.3],
          14,
          ['match', ['get', 'class'], 'river', 3, 'canal', 2, 1],
          18,
          ['match', ['get', 'class'], 'river', 12, 'canal', 8, 3],
        ],
      },
    },
    {
      id: 'base-water',
      type: 'fill',
      source: 'base',
      'source-layer': 'water',
      paint: { 'fill-color': colours.water },
    },
    {
      id: 'base-water-names',
      type: 'symbol',
      source: 'base',
      'source-layer': 'waterway',
      minzoom: 11,
      filter: ['any', classIs('river', 'canal'), ['>=', ['zoom'], 14]],
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 320,
        'text-field': nameThere(language),
        'text-font': PLAIN,
        'text-size': 12,
        'text-letter-spacing': 0.08,
      },
      paint: {
        'text-color': colours.waterInk,
        'text-halo-color': colours.halo,
        'text-halo-width': 1,
      },
    },
  ];
}
