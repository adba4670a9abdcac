/** What every layer file is given: the theme's colours and the reader's language. */
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import type { Colours, Theme } from '../style/palette';
import type { LayerId } from './zorder';

export interface Brush {
  theme: Theme;
  colours: Colours;
  language: string;
}

export type MapLayer = LayerSpecification & { id: LayerId };

export const PLAIN = ['Inter'];
export const STRONG = ['Inter Semibold'];

/** The name of a feature of the base map in the reader's language. */
export function nameIn(language: string): ExpressionSpecification {
  return ['coalesce', ['get', `name_${language}`], ['get', 'name_en'], ['get', 'name'], ''];
}

/**
 * The same of an imported map, whose own name is what stands on the signs there. It comes before
 * English: a reader who has no name of their own finds the street by its sign.
 */
export function nameThere(language: string): ExpressionSpecification {
  return ['coalesce', ['get', `name_${language}`], ['get', 'name'], ''];
}

export const classIs = (...classes: string[]): ExpressionSpecification => [
  'in',
  ['get', 'class'],
  ['literal', classes],
];

/** A colour by class, with one for what has none. */
export function shades(
  colours: Readonly<Record<string, string>>,
  other: string,
): ExpressionSpecification {
  const pairs = Object.entries(colours).flat();
  return ['match', ['get', 'class'], ...pairs, other] as unknown as ExpressionSpecification;
}

export const kindIs = (...kinds: string[]): ExpressionSpecification => [
  'in',
  ['get', 'kind'],
  ['literal', kinds],
];
