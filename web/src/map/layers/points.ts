/** Things of the sectors: sensors, requests, faults. Grey: only what is wrong has a colour. */
import { STRONG, type Brush, type MapLayer } from '../paint';

export function points({ colours }: Brush): MapLayer[] {
  return [
    {
      id: 'points',
      type: 'circle',
      source: 'points',
      filter: ['!', ['has', 'point_count']],
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 10, 3.5, 15, 6],
        'circle-color': colours.point,
        'circle-stroke-color': colours.pointEdge,
        'circle-stroke-width': 1.5,
      },
    },
    {
      id: 'point-values',
      type: 'symbol',
      source: 'points',
      minzoom: 11.5,
      filter: ['all', ['!', ['has', 'point_count']], ['!=', ['get', 'label'], '']],
      layout: {
        'text-field': ['get', 'label'],
        'text-font': STRONG,
        'text-size': 12,
        'text-anchor': 'left',
        'text-offset': [0.8, 0],
        'text-optional': true,
      },
      paint: {
        'text-color': colours.text,
        'text-halo-color': colours.halo,
        'text-halo-width': 1.5,
      },
    },
  ];
}
