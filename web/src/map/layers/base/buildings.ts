/** Buildings of the base map: a shade darker than the ground they stand on. */
import type { Brush, MapLayer } from '../../paint';

export function buildings({ theme }: Brush): MapLayer[] {
  const [fill, edge] = theme === 'light' ? ['#e5e3df', '#d3d0ca'] : ['#20272e', '#2b333c'];
  return [
    {
      id: 'base-buildings',
      type: 'fill',
      source: 'base',
      'source-layer': 'building',
      minzoom: 13,
      paint: {
        'fill-color': fill,
        'fill-outline-color': ['step', ['zoom'], fill, 15, edge],
        'fill-opacity': ['interpolate', ['linear'], ['zoom'], 13, 0.4, 14.5, 1],
      },
    },
  ];
}
