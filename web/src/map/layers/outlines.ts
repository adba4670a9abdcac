/** Coasts and borders where the city has neither a base map nor a drawing of its land. */
import { kindIs, type Brush, type MapLayer } from '../paint';

export function outlines({ colours }: Brush): MapLayer[] {
  return [
    {
      id: 'outline-sea',
      type: 'fill',
      source: 'outlines',
      filter: kindIs('sea'),
      paint: { 'fill-color': colours.water },
    },
    {
      id: 'outline-land',
      type: 'fill',
      source: 'outlines',
      filter: kindIs('land'),
      paint: { 'fill-color': colours.land, 'fill-outline-color': colours.land },
    },
    {
      id: 'outline-borders',
      type: 'line',
      source: 'outlines',
      filter: kindIs('border'),
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': colours.placeInk,
        'line-opacity': 0.5,
        'line-width': 1.4,
        'line-dasharray': [5, 3, 1, 3],
      },
    },
  ];
}
