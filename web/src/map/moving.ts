/**
 * Ten thousand things as features, several times a second. Only what moved is made anew, and only
 * what is drawn otherwise than before is told: the map copies all it is told to its worker, and
 * telling everything of a kind would cost the page more than any other work of a frame.
 */
import type { Feature, Geometry } from 'geojson';
import type { GeoJSONSourceDiff } from 'maplibre-gl';
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

type Thing = Feature<Geometry, Said>;
/** What has to be told of each kind that differs. */
export type News = Partial<Record<Kind, GeoJSONSourceDiff>>;

interface Made {
  point: Point;
  rank: number;
  drawn: { kind: Kind; feature: Thing } | null;
}

export class Moving {
  #made = new Map<string, Made>();
  #told = byKind(() => new Map<string, Thing>());
  #worst: Drawing['worst'] = new Map();
  #of = '';

  /**
   * What differs from what was told last. `language`: of the labels; `moved`: the only things
   * that may have changed since, null where anything may have.
   */
  changed(
    things: ReadonlyMap<string, Point>,
    drawing: Drawing,
    language: string,
    moved: ReadonlySet<string> | null = null,
  ): News {
    const of = `${drawing.now} ${drawing.sector} ${language}`;
    const alike = of === this.#of;
    const some = alike && moved !== null;
    const ids = some
      ? new Set([...moved, ...this.#worst.keys(), ...drawing.worst.keys()])
      : new Set([...things.keys(), ...this.#made.keys()]);
    this.#of = of;
    this.#worst = drawing.worst;
    const news: News = {};
    for (const id of ids) {
      const point = things.get(id);
      this.#put(id, point && this.#make(point, drawing, alike), news);
    }
    return news;
  }

  /** All that was told, as a map that is made or painted anew needs it. */
  whole(): Record<Kind, Collection> {
    return byKind((kind) => collection([...this.#told[kind].values()]));
  }

  #put(id: string, made: Made | undefined, news: News): void {
    const before = this.#made.get(id)?.drawn;
    if (made) this.#made.set(id, made);
    else this.#made.delete(id);
    const now = made?.drawn;
    if (before === now) return;
    if (before && before.kind !== now?.kind) {
      this.#told[before.kind].delete(id);
      (diffOf(news, before.kind).remove ??= []).push(id);
    }
    if (!now) return;
    this.#told[now.kind].set(id, now.feature);
    tell(diffOf(news, now.kind), before?.kind === now.kind ? before.feature : null, now.feature);
  }

  #make(point: Point, drawing: Drawing, alike: boolean): Made {
    const known = this.#made.get(point.id);
    const rank = drawing.worst.get(point.id) ?? -1;
    if (known && alike && known.point === point && known.rank === rank) return known;
    const drawn = featureOf(point, drawing);
    const same =
      known?.drawn?.kind === drawn?.kind &&
      (!known?.drawn || !drawn || !differs(known.drawn.feature, drawn.feature));
    return { point, rank, drawn: known && same ? known.drawn : drawn };
  }
}

const diffOf = (news: News, kind: Kind): GeoJSONSourceDiff => (news[kind] ??= {});

/** Only what is said otherwise, where the thing stands as it stood. */
function tell(diff: GeoJSONSourceDiff, before: Thing | null, now: Thing): void {
  if (!before || !stands(before.geometry, now.geometry)) {
    (diff.add ??= []).push(now);
    return;
  }
  const said = unlike(before, now).map((key) => ({ key, value: now.properties[key] }));
  (diff.update ??= []).push({ id: now.properties.id, addOrUpdateProperties: said });
}

const unlike = (one: Thing, other: Thing): (keyof Said)[] =>
  (Object.keys(other.properties) as (keyof Said)[]).filter(
    (key) => one.properties[key] !== other.properties[key],
  );

const differs = (one: Thing, other: Thing): boolean =>
  unlike(one, other).length > 0 || !stands(one.geometry, other.geometry);

function stands(one: Geometry, other: Geometry): boolean {
  if (one === other) return true;
  if (one.type !== 'Point' || other.type !== 'Point') return false;
  return one.coordinates[0] === other.coordinates[0] && one.coordinates[1] === other.coordinates[1];
}
