/** The imported base map as a source of vector tiles, and where it stands in for the drawings. */
import type { VectorSourceSpecification } from 'maplibre-gl';
import type { BaseMap } from '../api/model';
import { bareGround } from './layers/base/ground';
import { borders } from './layers/base/borders';
import { buildings } from './layers/base/buildings';
import { names } from './layers/base/names';
import { numbers } from './layers/base/numbers';
import { pois } from './layers/base/pois';
import { rails } from './layers/base/rails';
import { streets } from './layers/base/streets';
import { waters } from './layers/base/waters';
import type { Brush, MapLayer } from './paint';

const FAMILIES = [bareGround, waters, buildings, streets, rails, borders, names, pois, numbers];

export const baseLayers = (brush: Brush): MapLayer[] => FAMILIES.flatMap((family) => family(brush));

export function baseSource(base: BaseMap): VectorSourceSpecification {
  return {
    type: 'vector',
    tiles: [new URL(base.tiles, location.href).href.replaceAll('%7B', '{').replaceAll('%7D', '}')],
    bounds: [...base.bounds],
    minzoom: base.minzoom,
    maxzoom: base.maxzoom,
  };
}
