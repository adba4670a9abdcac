/** Sensors with their newest value: never gathered, the value is what one looks for. */
import { STRONG, type Brush, type MapLayer } from '../paint';

export function readings({ colours }: Brush): MapLayer[] {
  return [
    {
      id: 'readings',
      type: 'circle',
      source: 'readings',
      paint: {
        'circle-radius': 4.5,
        'circle-color': colours.surface,
        'circle-stroke-color': colours.point,
        'circle-stroke-width': 2,
      },
    },
    {
      id: 'reading-values',
      type: 'symbol',
      source: 'readings',
      layout: {
        'text-field': ['get', 'label'],
        'text-font': STRONG,
        'text-size': 12,
        'text-variable-anchor': ['left', 'right', 'top', 'bottom'],
        'text-radial-offset': 1.6, // beyond the halo of a sign at the same place
        'text-justify': 'auto',
      },
      paint: {
        'text-color': colours.text,
        'text-halo-color': colours.halo,
        'text-halo-width': 2,
      },
    },
  ];
}
