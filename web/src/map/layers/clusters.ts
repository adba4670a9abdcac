/** Many things at one place: how many, and the worst that is wrong among them. */
import { signName } from '../sprites';
import { STRONG, type Brush, type MapLayer } from '../paint';

export function clusters({ colours }: Brush): MapLayer[] {
  return [
    {
      id: 'clusters',
      type: 'circle',
      source: 'points',
      filter: ['has', 'point_count'],
      paint: {
        'circle-radius': ['step', ['get', 'point_count'], 10, 20, 13, 200, 17, 2000, 22],
        'circle-color': colours.cluster,
        'circle-stroke-color': colours.halo,
        'circle-stroke-width': 1.5,
      },
    },
    {
      id: 'cluster-counts',
      type: 'symbol',
      source: 'points',
      filter: ['has', 'point_count'],
      layout: {
        'text-field': ['to-string', ['get', 'point_count_abbreviated']],
        'text-font': STRONG,
        'text-size': 12,
        'text-allow-overlap': true,
        'text-padding': 6,
      },
      paint: { 'text-color': colours.text },
    },
    {
      id: 'cluster-signs',
      type: 'symbol',
      source: 'points',
      filter: ['all', ['has', 'point_count'], ['>=', ['get', 'worst'], 0]],
      layout: {
        'icon-image': signName(['get', 'worst'], true),
        'icon-size': 0.6,
        'icon-offset': [20, -20],
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
      },
    },
  ];
}
