/** Streets of the base map: the higher the class, the wider and the later drawn. */
import type { ExpressionSpecification } from 'maplibre-gl';
import { classIs, nameThere, PLAIN, type Brush, type MapLayer } from '../../paint';

const ORDER = ['path', 'service', 'pedestrian', 'minor', 'tertiary', 'link'];
const HIGHER = ['secondary', 'primary', 'trunk', 'motorway'];
const rank: ExpressionSpecification = [
  'match',
  ['get', 'class'],
  ...[...ORDER, ...HIGHER].flatMap((name, index) => [name, index]),
  0,
] as unknown as ExpressionSpecification;

/** Width by class at three zooms, with `more` for the casing. */
function width(more: number): ExpressionSpecification {
  const of = (
    high: number,
    main: number,
    other: number,
    minor: number,
  ): ExpressionSpecification => [
    'match',
    ['get', 'class'],
    ['motorway', 'trunk'],
    high + more,
    ['primary'],
    main + more,
    ['secondary', 'tertiary', 'link'],
    other + more,
    minor + more,
  ];
  return [
    'interpolate',
    ['exponential', 1.4],
    ['zoom'],
    9,
    of(1.6, 1.2, 0.8, 0.4),
    14,
    of(5, 4.5, 3.5, 2),
    18,
    of(20, 18, 15, 10),
  ];
}

export function streets({ colours, language, theme }: Brush): MapLayer[] {
  const carriage: ExpressionSpecification = ['!', classIs('path')];
  const path = theme === 'light' ? '#d6d3cb' : '#343c46';
  const line = { 'line-cap': 'round', 'line-join': 'round', 'line-sort-key': rank } as const;
  return [
    {
      id: 'base-paths',
      type: 'line',
      source: 'base',
      'source-layer': 'road',
      minzoom: 14,
      filter: classIs('path'),
      paint: { 'line-color': path, 'line-width': 1, 'line-dasharray': [3, 2] },
    },
    {
      id: 'base-street-casings',
      type: 'line',
      source: 'base',
      'source-layer': 'road',
      minzoom: 10,
      filter: carriage,
      layout: line,
      paint: {
        'line-color': colours.roadEdge,
        'line-width': width(1.4),
        'line-opacity': ['case', ['has', 'tunnel'], 0.35, 1],
      },
    },
    {
      id: 'base-streets',
      type: 'line',
      source: 'base',
      'source-layer': 'road',
      filter: carriage,
      layout: line,
      paint: {
        // from afar a white street on a white ground is none: its edge's grey
        'line-color': ['step', ['zoom'], colours.districtEdge, 11, colours.road],
        'line-width': width(0),
        'line-opacity': ['case', ['has', 'tunnel'], 0.5, 1],
      },
    },
    {
      id: 'base-street-names',
      type: 'symbol',
      source: 'base',
      'source-layer': 'road',
      minzoom: 12,
      filter: [
        'any',
        classIs('motorway', 'trunk', 'primary'),
        ['all', ['>=', ['zoom'], 13], classIs('secondary', 'tertiary')],
        ['>=', ['zoom'], 14.5],
      ],
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 360,
        'text-field': nameThere(language),
        'text-font': PLAIN,
        'text-size': 12,
        'text-padding': 8,
      },
      paint: {
        'text-color': colours.placeInk,
        'text-halo-color': colours.halo,
        'text-halo-width': 1.5,
      },
    },
  ];
}
