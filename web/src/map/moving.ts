/**
 * Ten thousand things as features, several times a second. What did not change is made once; and
 * a kind of which nothing changed is not told anew, since telling it costs the page most.
 */
import type { Feature, Geometry } from 'geojson';
import type { Point } from '../api/model';
import {
  byKind,
  collection,
  featureOf,
  KINDS,
  type Collection,
  type Drawing,
  type Kind,
  type Said,
} from './features';

type One = Feature<Geometry, Said>;

interface Made {
  point: Point;
  rank: number;
  drawn: { kind: Kind; feature: One } | null;
}

export class Moving {
  #made = new Map<string, Made>();
  #told: Record<Kind, One[]> = byKind(() => []);
  #of = '';

  /** The kinds that differ from those told last. `language`: of the labels. */
  changed(
    things: Iterable<Point>,
    drawing: Drawing,
    language: string,
  ): Partial<Record<Kind, Collection>> {
    const found: Record<Kind, One[]> = byKind(() => []);
    const of = `${drawing.now} ${drawing.sector} ${language}`;
    const fresh = new Map<string, Made>();
    for (const point of things) {
      const made = this.#make(point, drawing, of === this.#of);
      fresh.set(point.id, made);
      if (made.drawn) found[made.drawn.kind].push(made.drawn.feature);
    }
    this.#made = fresh;
    this.#of = of;
    const news: Partial<Record<Kind, Collection>> = {};
    for (const kind of KINDS) {
      if (same(found[kind], this.#told[kind])) continue;
      this.#told[kind] = found[kind];
      news[kind] = collection(found[kind]);
    }
    return news;
  }

  #make(point: Point, drawing: Drawing, alike: boolean): Made {
    const known = this.#made.get(point.id);
    const rank = drawing.worst.get(point.id) ?? -1;
    const unmoved = known?.point === point && known.rank === rank;
    if (known && unmoved && alike) return known;
    const drawn = featureOf(point, drawing);
    if (known?.drawn && drawn && unmoved && says(known.drawn, drawn)) return known;
    return { point, rank, drawn };
  }
}

const says = (one: NonNullable<Made['drawn']>, other: NonNullable<Made['drawn']>): boolean =>
  one.kind === other.kind &&
  one.feature.properties.label === other.feature.properties.label &&
  one.feature.properties.stale === other.feature.properties.stale;

const same = (one: readonly One[], other: readonly One[]): boolean =>
  one.length === other.length && one.every((feature, index) => feature === other[index]);
