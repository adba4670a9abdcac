/** Railways and trams of the base map. */
import { classIs, type Brush, type MapLayer } from '../../paint';

export function rails({ colours }: Brush): MapLayer[] {
  return [
    {
      id: 'base-rails',
      type: 'line',
      source: 'base',
      'source-layer': 'rail',
      minzoom: 10,
      paint: {
        'line-color': colours.districtEdge,
        'line-width': [
          'interpolate',
          ['linear'],
          ['zoom'],
          10,
          0.8,
          15,
          ['case', classIs('rail'), 2, 1],
        ],
        'line-opacity': ['case', ['has', 'tunnel'], 0.4, 1],
      },
    },
  ];
}
