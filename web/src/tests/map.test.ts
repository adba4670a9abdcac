import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COLOURS } from '../style/palette';
import { style } from '../map/style';
import { inOrder, ORDER } from '../map/zorder';
import { within } from '../state/within';

const SRC = new URL('..', import.meta.url).pathname;
const NOTHING = { type: 'FeatureCollection' as const, features: [] };

function layers(theme: 'light' | 'dark') {
  const brush = { theme, colours: COLOURS[theme], language: 'ru' };
  const data = { points: NOTHING, readings: NOTHING, signs: NOTHING, pointed: NOTHING };
  globalThis.location ??= { href: 'http://127.0.0.1/' } as Location;
  return style(brush, ['water'], data).layers;
}

test.each(['light', 'dark'] as const)('the %s map draws every layer once, in order', (theme) => {
  expect(layers(theme).map((layer) => layer.id)).toEqual([...ORDER]);
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
