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

export const kindIs = (...kinds: string[]): ExpressionSpecification => [
  'in',
  ['get', 'kind'],
  ['literal', kinds],
];
