/** Rivers and standing water. */
import { kindIs, nameIn, PLAIN, type Brush, type MapLayer } from '../paint';

export function water({ colours, language }: Brush): MapLayer[] {
  return [
    {
      id: 'water',
      type: 'fill',
      source: 'water',
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': colours.water },
    },
    {
      id: 'water-lines',
      type: 'line',
      source: 'water',
      filter: ['==', ['geometry-type'], 'LineString'],
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: {
        'line-color': colours.water,
        'line-width': ['case', kindIs('river'), 3, kindIs('oldbed'), 2.5, 1.2],
      },
    },
    {
      id: 'water-names',
      type: 'symbol',
      source: 'water',
      filter: ['==', ['geometry-type'], 'LineString'],
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 320,
        'text-field': nameIn(language),
        'text-font': PLAIN,
        'text-size': 12,
        'text-letter-spacing': 0.08,
      },
      paint: {
        'text-color': colours.waterInk,
        'text-halo-color': colours.land,
        'text-halo-width': 1,
      },
    },
  ];
}
