/** The city's districts: an edge and a name. */
import { nameIn, STRONG, type Brush, type MapLayer } from '../paint';

export function districts({ colours, language }: Brush): MapLayer[] {
  return [
    {
      id: 'districts',
      type: 'fill',
      source: 'districts',
      paint: { 'fill-color': colours.district, 'fill-opacity': 0.5 },
    },
    {
      id: 'district-edges',
      type: 'line',
      source: 'districts',
      paint: {
        'line-color': colours.districtEdge,
        'line-width': 1.2,
        'line-dasharray': [4, 3],
      },
    },
    {
      id: 'district-names',
      type: 'symbol',
      source: 'districts',
      layout: {
        'text-field': nameIn(language),
        'text-font': STRONG,
        'text-size': 12,
        'text-max-width': 8,
        'text-letter-spacing': 0.04,
        'text-variable-anchor': ['center', 'top', 'bottom', 'left', 'right'],
        'text-radial-offset': 1.4,
        'text-justify': 'auto',
      },
      paint: {
        'text-color': colours.placeInk,
        'text-halo-color': colours.halo,
        'text-halo-width': 1.5,
      },
    },
  ];
}
