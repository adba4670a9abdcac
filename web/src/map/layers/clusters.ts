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
        'circle-radius': ['step', ['get', 'point_count'], 12, 20, 15, 200, 19, 2000, 24],
        'circle-color': colours.surface,
        'circle-stroke-color': colours.edge,
        'circle-stroke-width': 1.2,
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
        'text-ignore-placement': true,
      },
      paint: { 'text-color': colours.quiet },
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
