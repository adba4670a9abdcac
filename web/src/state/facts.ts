/** The attributes of an entity as facts: name, value, unit, moment. */
import { attribute, names, valueOf } from '../api/attribute';
import type { Held, Instance } from '../api/model';

export interface Fact {
  name: string;
  value: unknown;
  unit: string | null;
  at: number | null;
  numeric: boolean;
  kind: string;
}

const HIDDEN = new Set([
  'location',
  'alertSource',
  'alerts',
  'dedupKey',
  'name',
  'stationID',
  'hansaWorld',
  'sector',
]);

export function momentOf(instance: Instance, otherwise: string | null): number | null {
  const found = instance.observedAt ?? instance.modifiedAt ?? otherwise;
  return found ? Date.parse(found) : null;
}

/** Readings first, the headline of the type before all. */
export function factsOf(held: Held, headline: string | null): Fact[] {
  return names(held.entity)
    .filter((name) => !HIDDEN.has(name))
    .flatMap((name): Fact[] => {
      const instance = attribute(held.entity, name);
      const value = plain(valueOf(instance));
      if (!instance || value === undefined) return [];
      return [
        {
          name,
          value,
          unit: instance.unitCode ?? null,
          at: momentOf(instance, held.modified),
          numeric: typeof value === 'number',
          kind: instance.type,
        },
      ];
    })
    .filter((fact) => fact.numeric || typeof fact.value === 'string')
    .sort(
      (a, b) =>
        Number(b.name === headline) - Number(a.name === headline) ||
        Number(b.numeric) - Number(a.numeric),
    );
}

/** JSON-LD's typed values show as what they hold. */
export function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null && '@value' in value
    ? (value as { '@value': unknown })['@value']
    : value;
}
