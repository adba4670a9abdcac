import { readdirSync, readFileSync } from 'node:fs';
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { expect, test } from 'vitest';
import type { BaseMap, Layer, Point } from '../api/model';
import { COLOURS } from '../style/palette';
import { style } from '../map/style';
import { inOrder, ORDER } from '../map/zorder';
import { holds, within } from '../state/within';
import { pointFeatures } from '../map/features';
import { Moving } from '../map/moving';
import { middle } from '../state/shapes';
import type { Geometry } from 'geojson';

const SRC = new URL('..', import.meta.url).pathname;
const NOTHING = { type: 'FeatureCollection' as const, features: [] };

const BASE: BaseMap = {
  tiles: '/console/map/base/1/{z}/{x}/{y}',
  bounds: [0, 0, 9, 9],
  minzoom: 6,
  maxzoom: 14,
  attribution: '© OpenStreetMap contributors',
  at: null,
};
const DRAWN_NAMES = new Set<string>(['water-names', 'road-names', 'place-names', 'near-names']);

function layers(theme: 'light' | 'dark', base: BaseMap | null = null) {
  const brush = { theme, colours: COLOURS[theme], language: 'ru' };
  const data = {
    points: NOTHING,
    readings: NOTHING,
    vehicles: NOTHING,
    shapes: NOTHING,
    signs: NOTHING,
    pointed: NOTHING,
    outlines: NOTHING,
  };
  globalThis.location ??= { href: 'http://127.0.0.1/' } as Location;
  return style(brush, ['water'], data, base).layers;
}

const imported = (name: string): boolean => name.startsWith('base-');

test.each(['light', 'dark'] as const)('the %s map draws every layer once, in order', (theme) => {
  const ids = layers(theme).map((layer) => layer.id);
  expect(ids).toEqual(ORDER.filter((name) => !imported(name)));
});

test.each(['light', 'dark'] as const)('an imported map lies over the %s drawings', (theme) => {
  const ids = layers(theme, BASE).map((layer) => layer.id);
  expect(ids).toEqual(ORDER.filter((name) => !DRAWN_NAMES.has(name)));
});

test.each(['light', 'dark'] as const)('the %s style is one that the library takes', (theme) => {
  const whole = { version: 8 as const, sources: {}, layers: layers(theme, BASE) };
  const unknown = /source .* not found/;
  const errors = validateStyleMin(whole).filter((error) => !unknown.test(error.message));
  expect(errors.map((error) => error.message)).toEqual([]);
});

test('an imported map that holds all that can be shown needs no drawings', () => {
  expect(holds([0, 0, 9, 9], [1, 1, 9, 9])).toBe(true);
  expect(holds([0, 0, 9, 9], [1, 1, 9.1, 9])).toBe(false);
});

test('a layer without a place is refused', () => {
  expect(() => inOrder([{ id: 'stray' }])).toThrow('zorder.ts');
});

test('text is drawn with bundled fonts: no glyph server is named', () => {
  const fonts = layers('dark').flatMap(
    (layer) => (layer.type === 'symbol' && layer.layout?.['text-font']) || [],
  );
  expect(new Set(fonts)).toEqual(new Set(['Inter', 'Inter Semibold']));
});

test('only the folder map/ knows the map library', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|svelte)$/.test(name) && !/^(map|tests)\//.test(name))
    .filter((name) => readFileSync(SRC + name, 'utf8').includes("'maplibre-gl"));
  expect(files).toEqual([]);
});

test('a point in a district with a hole', () => {
  const square = (from: number, to: number): [number, number][] => [
    [from, from],
    [to, from],
    [to, to],
    [from, to],
    [from, from],
  ];
  expect(within([5, 1], [square(0, 10), square(4, 6)])).toBe(true);
  expect(within([5, 5], [square(0, 10), square(4, 6)])).toBe(false);
  expect(within([11, 5], [square(0, 10)])).toBe(false);
});

const LAYER: Layer = {
  sector: 'transport',
  sectorFrom: null,
  title: 'name',
  value: null,
  at: 'location',
  location: 'location',
  open: {},
  staleAfter: 60,
  goneAfter: 600,
  until: null,
  draw: 'vehicle',
};
const POINT: Point = {
  id: 'urn:a',
  type: 'Vehicle',
  sector: 'transport',
  location: [1, 2],
  at: '2026-06-01T12:00:00Z',
  title: '17',
  value: null,
  unit: null,
  until: null,
  shape: null,
};

function drawn(seconds: number, point: Partial<Point> = {}, layer: Partial<Layer> = {}) {
  return pointFeatures([{ ...POINT, ...point }], {
    now: Date.parse('2026-06-01T12:00:00Z') + seconds * 1000,
    layers: { Vehicle: { ...LAYER, ...layer } },
    sector: null,
    worst: new Map(),
    label: () => '',
    name: (one) => one.title as string,
  });
}

test('a vehicle grows stale, then leaves the map', () => {
  expect(drawn(30).vehicles.features[0]?.properties).toMatchObject({ label: '17', stale: 0 });
  expect(drawn(61).vehicles.features[0]?.properties).toMatchObject({ stale: 1 });
  expect(drawn(601).vehicles.features).toEqual([]);
});

test('what did not change is told once, and what changed is told of its kind alone', () => {
  const drawing = {
    now: Date.parse('2026-06-01T12:00:00Z'),
    layers: {},
    sector: null,
    worst: new Map<string, number>(),
    label: (one: Point) => (one.value === null ? '' : String(one.value)),
    name: () => undefined,
  };
  const plain = { ...POINT, id: 'urn:b' };
  const told = new Moving();
  const of = (...points: Point[]) => new Map(points.map((one) => [one.id, one]));
  const first = told.changed(of(plain, { ...POINT, value: 1 }), drawing, 'en');
  expect(first.points?.add).toMatchObject([{ id: 'urn:b' }]);
  expect(first.readings?.add).toMatchObject([{ id: POINT.id, properties: { label: '1' } }]);
  const one = new Set([POINT.id]);
  const other = told.changed(of(plain, { ...POINT, value: 2 }), drawing, 'en', one);
  expect(other).toEqual({
    readings: {
      update: [{ id: POINT.id, addOrUpdateProperties: [{ key: 'label', value: '2' }] }],
    },
  });
  // the same said again, as another record
  expect(told.changed(of(plain, { ...POINT, value: 2 }), drawing, 'en', one)).toEqual({});
  const away = told.changed(
    of(plain, { ...POINT, value: 2, location: [3, 4] }),
    drawing,
    'en',
    one,
  );
  expect(away.readings).toMatchObject({ add: [{ geometry: { coordinates: [3, 4] } }] });
  const worse = { ...drawing, worst: new Map([['urn:b', 4]]) };
  expect(told.changed(of(plain), worse, 'en', one)).toEqual({
    readings: { remove: [POINT.id] },
    points: {
      update: [{ id: 'urn:b', addOrUpdateProperties: [{ key: 'rank', value: 4 }] }],
    },
  });
  expect(told.changed(of(plain), worse, 'en', new Set())).toEqual({});
  expect(told.whole().points.features).toMatchObject([{ properties: { rank: 4 } }]);
  expect(told.changed(of(), worse, 'en')).toEqual({ points: { remove: ['urn:b'] } });
  expect(told.whole().points.features).toEqual([]);
});

test('a warning leaves the map when it expires', () => {
  const shape = {
    type: 'Polygon',
    coordinates: [
      [
        [0, 0],
        [4, 0],
        [4, 2],
        [0, 0],
      ],
    ],
  } as const;
  const warning = { shape: shape as unknown as Geometry, until: '2026-06-01T12:01:00Z' };
  const layer = { draw: 'area', goneAfter: null } as const;
  expect(drawn(59, warning, layer).shapes.features[0]?.geometry).toEqual(shape);
  expect(drawn(61, warning, layer).shapes.features).toEqual([]);
  expect(middle(warning.shape)).toEqual([2, 1]);
});

test('what is off is hatched by what it is, two of one sector apart, and nothing else is', () => {
  const shape = { type: 'MultiPoint', coordinates: [[0, 0]] } as unknown as Geometry;
  const off = { draw: 'hatch', goneAfter: null } as const;
  const lasts = { draw: 'area', goneAfter: null } as const;
  const hatched = (layer: typeof off | typeof lasts, hatch: string | null): unknown =>
    drawn(0, { shape, sector: 'heat', hatch }, layer).shapes.features[0]?.properties?.['hatch'];
  expect(hatched(off, 'hotWater')).toBe('hotWater');
  expect(hatched(off, 'heat')).toBe('heat');
  expect(hatched(off, null)).toBe('other');
  expect(hatched(lasts, 'heat')).toBe('');
});
