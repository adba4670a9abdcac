/** The ground of the base map: what grows or is done on it, as faint differences of grey. */
import { shades, type Brush, type MapLayer } from '../../paint';

export function bareGround({ theme, colours }: Brush): MapLayer[] {
  const shade =
    theme === 'light'
      ? {
          wood: '#dfe8da',
          park: '#e2ebdc',
          meadow: '#edf0e6',
          cemetery: '#e4eae0',
          sand: '#f0ece0',
          industrial: '#ecebe9',
          campus: '#efece6',
          pitch: '#dfe9da',
          pavement: '#f0f0ee',
        }
      : {
          wood: '#16211c',
          park: '#18231e',
          meadow: '#171e1e',
          cemetery: '#19221f',
          sand: '#201f1b',
          industrial: '#191d22',
          campus: '#1d2024',
          pitch: '#1a251f',
          pavement: '#1c2228',
        };
  return [
    {
      id: 'base-ground',
      type: 'fill',
      source: 'extent',
      paint: { 'fill-color': colours.land, 'fill-antialias': false },
    },
    {
      id: 'base-landuse',
      type: 'fill',
      source: 'base',
      'source-layer': 'landuse',
      paint: { 'fill-color': shades(shade, colours.land), 'fill-antialias': false },
    },
  ];
}
