/** What a city's folder does not draw, so that packages stand in: outlines of land, names of towns. */
import type { BaseMap } from '../api/model';

export interface Lacking {
  outlines: boolean;
  names: boolean;
}

export function lacking(files: readonly string[], base: BaseMap | null): Lacking {
  return {
    outlines: base === null && !files.includes('land'),
    names: base === null && !files.includes('places'),
  };
}

/** Whose they are, as their licences ask. */
export function credit({ outlines, names }: Lacking): string {
  const owners = [outlines && 'Natural Earth', names && '© GeoNames, CC BY 4.0'];
  return owners.filter((owner) => owner !== false).join(' · ');
}
