/** Vehicles where they were last heard of; hollow once that is too long ago. */
import { STRONG, type Brush, type MapLayer } from '../paint';

export function vehicles({ colours }: Brush): MapLayer[] {
  return [
    {
      id: 'vehicles',
      type: 'circle',
      source: 'vehicles',
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 10, 3, 15, 7],
        'circle-color': ['case', ['>', ['get', 'stale'], 0], colours.surface, colours.series],
        'circle-stroke-color': ['case', ['>', ['get', 'stale'], 0], colours.series, colours.halo],
        'circle-stroke-width': 1.5,
      },
    },
    {
      id: 'vehicle-names',
      type: 'symbol',
      source: 'vehicles',
      minzoom: 13,
      layout: {
        'text-field': ['get', 'label'],
        'text-font': STRONG,
        'text-size': 11,
        'text-variable-anchor': ['top', 'bottom', 'left', 'right'],
        'text-radial-offset': 0.9,
      },
      paint: {
        'text-color': colours.text,
        'text-halo-color': colours.halo,
        'text-halo-width': 1.5,
      },
    },
  ];
}
