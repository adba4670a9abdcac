import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { around, cut, type Atlas } from '../map/atlas';
import { credit, lacking } from '../map/lacking';

/** Hand-made: two squares side by side, and an island far away. */
const ATLAS: Atlas = {
  transform: { scale: [1, 1], translate: [0, 0] },
  arcs: [
    [
      [1, 0],
      [0, 1],
    ],
    [
      [1, 1],
      [-1, 0],
      [0, -1],
      [1, 0],
    ],
    [
      [1, 0],
      [1, 0],
      [0, 1],
      [-1, 0],
    ],
    [
      [90, 50],
      [1, 0],
      [0, 1],
      [-1, -1],
    ],
  ],
  objects: {
    countries: {
      geometries: [
        { type: 'Polygon', arcs: [[0, 1]] },
        { type: 'MultiPolygon', arcs: [[[2, ~0]], [[3]]] },
      ],
    },
  },
};

const of = (kind: string) =>
  cut(ATLAS, around([1, 0])).features.filter((one) => one.properties?.['kind'] === kind);

test('land is joined from shared lines, closed, and what is far away is left out', () => {
  expect(of('land').map((one) => one.geometry)).toEqual([
    {
      type: 'MultiPolygon',
      coordinates: [
        [
          [
            [1, 0],
            [1, 1],
            [0, 1],
            [0, 0],
            [1, 0],
          ],
        ],
        [
          [
            [1, 0],
            [2, 0],
            [2, 1],
            [1, 1],
            [1, 0],
          ],
        ],
      ],
    },
  ]);
});

test('what two countries share is a border, the coast is none', () => {
  expect(of('border').map((one) => one.geometry)).toEqual([
    {
      type: 'LineString',
      coordinates: [
        [1, 0],
        [1, 1],
      ],
    },
  ]);
});

test('every ring that is cut from the packaged atlas is closed', () => {
  const path = new URL('../../node_modules/world-atlas/countries-10m.json', import.meta.url);
  const atlas = JSON.parse(readFileSync(path, 'utf8')) as Atlas;
  const land = cut(atlas, around([-71, 42])).features[1];
  if (land?.geometry.type !== 'MultiPolygon') throw new Error('no land');
  const rings = land.geometry.coordinates.flat();
  expect(rings.length).toBeGreaterThan(0);
  expect(rings.filter((ring) => String(ring.at(0)) !== String(ring.at(-1)))).toEqual([]);
});

test('packages stand in only for what the folder does not draw', () => {
  const base = {
    tiles: '',
    bounds: [0, 0, 1, 1] as [number, number, number, number],
    minzoom: 0,
    maxzoom: 1,
    attribution: '',
    at: null,
  };
  expect(lacking([], base)).toEqual({ outlines: false, names: false });
  expect(lacking(['land'], null)).toEqual({ outlines: false, names: true });
  expect(lacking(['places', 'water'], null)).toEqual({ outlines: true, names: false });
  expect(credit(lacking([], null))).toBe('Natural Earth · © GeoNames, CC BY 4.0');
  expect(credit(lacking([], base))).toBe('');
});
