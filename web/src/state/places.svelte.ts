/** The city's districts, to say in words where a point lies. */
import { inLanguage } from '../api/attribute';
import { mapFile } from '../api/console';
import { frame } from './frame.svelte';
import { within, type Ring } from './within';

interface District {
  names: Record<string, string>;
  polygons: Ring[][];
}

class Places {
  #districts = $state.raw<District[]>([]);

  async load(): Promise<void> {
    if (!frame.value.city.map.files.includes('districts')) return;
    const { features } = await mapFile('districts');
    this.#districts = features.map(({ properties, geometry }) => ({
      names: namesOf(properties ?? {}),
      polygons: (geometry.type === 'Polygon'
        ? [geometry.coordinates]
        : geometry.coordinates) as Ring[][],
    }));
  }

  /** The name of the district around a point, if the city's folder draws one. */
  name(location: readonly [number, number] | null | undefined, language: string): string | null {
    if (!location) return null;
    const found = this.#districts.find((one) =>
      one.polygons.some((rings) => within(location, rings)),
    );
    return (found && inLanguage(found.names, language)) ?? null;
  }
}

function namesOf(properties: Record<string, unknown>): Record<string, string> {
  const names: Record<string, string> = {};
  for (const [key, value] of Object.entries(properties)) {
    const [word, language = 'en'] = key.split('_');
    if (word === 'name' && typeof value === 'string') names[language] = value;
  }
  return names;
}

export const places = new Places();
