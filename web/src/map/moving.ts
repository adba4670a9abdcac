/**
 * Ten thousand things as features, several times a second. Only what moved is made anew; and a
 * kind of which nothing changed is not told anew, since telling it costs the page most.
 */
import type { Feature, Geometry } from 'geojson';
import type { Point } from '../api/model';
import {
  byKind,
  collection,
  featureOf,
  type Collection,
  type Drawing,
  type Kind,
  type Said,
} from './features';

interface Made {
  point: Point;
  rank: number;
  drawn: { kind: Kind; feature: Feature<Geometry, Said> } | null;
}

export class Moving {
  #made = new Map<string, Made>();
  #told = byKind(() => new Map<string, Feature<Geometry, Said>>());
  #worst: Drawing['worst'] = new Map();
  #of = '';

  /**
   * The kinds that differ from those told last. `language`: of the labels; `moved`: the only
   * things that may have changed since, null where anything may have.
   */
  changed(
    things: ReadonlyMap<string, Point>,
    drawing: Drawing,
    language: string,
    moved: ReadonlySet<string> | null = null,
  ): Partial<Record<Kind, Collection>> {
    const of = `${drawing.now} ${drawing.sector} ${language}`;
    const alike = of === this.#of;
    const some = alike && moved !== null;
    const ids = some
      ? new Set([...moved, ...this.#worst.keys(), ...drawing.worst.keys()])
      : new Set([...things.keys(), ...this.#made.keys()]);
    this.#of = of;
    this.#worst = drawing.worst;
    const touched = new Set<Kind>();
    for (const id of ids) {
      const point = things.get(id);
      this.#put(id, point && this.#make(point, drawing, alike), touched);
    }
    const news: Partial<Record<Kind, Collection>> = {};
    for (const kind of touched) news[kind] = collection([...this.#told[kind].values()]);
    return news;
  }

  #put(id: string, made: Made | undefined, touched: Set<Kind>): void {
    const before = this.#made.get(id)?.drawn;
    if (made) this.#made.set(id, made);
    else this.#made.delete(id);
    const now = made?.drawn;
    if (before === now) return;
    if (before && before.kind !== now?.kind) {
      this.#told[before.kind].delete(id);
      touched.add(before.kind);
    }
    if (!now) return;
    this.#told[now.kind].set(id, now.feature);
    touched.add(now.kind);
  }

  #make(point: Point, drawing: Drawing, alike: boolean): Made {
    const known = this.#made.get(point.id);
    const rank = drawing.worst.get(point.id) ?? -1;
    if (known && alike && known.point === point && known.rank === rank) return known;
    const drawn = featureOf(point, drawing);
    const same = known?.rank === rank && stands(known.point, point) && says(known.drawn, drawn);
    return { point, rank, drawn: same ? known.drawn : drawn };
  }
}

const stands = (one: Point, other: Point): boolean =>
  one.shape === other.shape &&
  one.location[0] === other.location[0] &&
  one.location[1] === other.location[1];

const says = (one: Made['drawn'], other: Made['drawn']): boolean =>
  one?.kind === other?.kind &&
  one?.feature.properties.label === other?.feature.properties.label &&
  one?.feature.properties.stale === other?.feature.properties.stale;
