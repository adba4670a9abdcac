/** Administrative borders of the base map. */
import { classIs, type Brush, type MapLayer } from '../../paint';

export function borders({ colours }: Brush): MapLayer[] {
  return [
    {
      id: 'base-borders',
      type: 'line',
      source: 'base',
      'source-layer': 'boundary',
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': colours.placeInk,
        'line-opacity': ['case', classIs('country', 'region'), 0.5, 0.3],
        'line-width': ['match', ['get', 'class'], 'country', 1.8, 'region', 1.4, 1],
        'line-dasharray': [5, 3, 1, 3],
      },
    },
  ];
}
