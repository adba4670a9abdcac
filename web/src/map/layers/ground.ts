/** Land: what grows or stands on it, as faint differences of grey. */
import type { Brush, MapLayer } from '../paint';

export function ground({ colours, theme }: Brush): MapLayer[] {
  return [
    { id: 'ground', type: 'background', paint: { 'background-color': colours.land } },
    {
      id: 'land',
      type: 'fill',
      source: 'land',
      paint: {
        'fill-color':
          theme === 'light'
            ? ['match', ['get', 'kind'], 'forest', '#e6ebe2', 'meadow', '#eef0e8', '#e9e8e4']
            : ['match', ['get', 'kind'], 'forest', '#17201c', 'meadow', '#171e1f', '#20262d'],
      },
    },
  ];
}
