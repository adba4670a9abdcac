/** Things of the sectors: requests, faults. Grey: only what is wrong has a colour. */
import { type Brush, type MapLayer } from '../paint';

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
  ];
}
