/** Outages and works: fetched, and fetched again whenever the live stream tells of one. */
import { inLanguage } from '../api/attribute';
import type { StreamRecord, Texts } from '../api/model';
import * as api from '../api/outages';
import { live } from './live.svelte';
import { organizations } from './organizations.svelte';
import { preferences } from './preferences.svelte';
import { toast } from './toast.svelte';
import { explain } from './work.svelte';

const TYPES = ['Outage', 'PlannedWork'];
const NOBODY: api.Names = { organizations: {}, zones: {}, buildings: {} };

/** Fetches one thing, never twice at once, and again where something came meanwhile. */
class Fetched<T> {
  value = $state.raw<T | undefined>();
  failed = $state(false);
  readonly #ask: () => Promise<T>;
  #fetching = false;
  #again = false;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  async fetch(): Promise<void> {
    this.#again = this.#fetching;
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      this.value = await this.#ask();
      this.failed = false;
    } catch {
      this.failed = true;
    } finally {
      this.#fetching = false;
      if (this.#again) void this.fetch();
    }
  }

  follow(tells: (record: StreamRecord) => boolean): () => void {
    void this.fetch();
    return live.watch((records) => {
      if (records.some(tells)) void this.fetch();
    });
  }
}

export class Board {
  readonly #fetched = new Fetched(() => api.outages());

  get cuts(): readonly api.Cut[] {
    return this.#fetched.value?.outages ?? [];
  }
  get names(): api.Names {
    return this.#fetched.value?.names ?? NOBODY;
  }
  get loaded(): boolean {
    return this.#fetched.value !== undefined;
  }
  get failed(): boolean {
    return this.#fetched.failed;
  }

  follow(): () => void {
    void organizations.load();
    void choices.load();
    return this.#fetched.follow((record) => TYPES.some((type) => record.types.includes(type)));
  }
}

export class Detail {
  readonly #fetched: Fetched<api.OutageAnswer>;
  readonly id: string;

  constructor(id: string) {
    this.id = id;
    this.#fetched = new Fetched(() => api.outage(id));
  }

  get answer(): api.OutageAnswer | undefined {
    return this.#fetched.value;
  }
  get failed(): boolean {
    return this.#fetched.failed;
  }

  follow(): () => void {
    return this.#fetched.follow((record) => record.id === this.id);
  }
}

/** What the form offers, and the city's words for it. */
class Choices {
  #answer = $state.raw<api.Choices | undefined>();

  async load(): Promise<void> {
    try {
      this.#answer = await api.choices();
    } catch {
      // the words stay codes; the page tells that the node does not answer
    }
  }

  get resources(): readonly { name: string; words: Texts }[] {
    return this.#answer?.resources ?? [];
  }
  get zones(): readonly api.Zone[] {
    return this.#answer?.zones ?? [];
  }
  get calls(): number {
    return this.#answer?.proposal.calls ?? 0;
  }
  get causes(): string[] {
    return Object.keys(this.#answer?.causes ?? {});
  }
  get reasons(): string[] {
    return Object.keys(this.#answer?.reasons ?? {});
  }

  resource(name: string): string {
    const found = this.resources.find((one) => one.name === name);
    return capital(inLanguage(found?.words, preferences.language) ?? name);
  }
  cause(code: string): string {
    return inLanguage(this.#answer?.causes[code], preferences.language) ?? code;
  }
  reason(code: string): string {
    return inLanguage(this.#answer?.reasons[code], preferences.language) ?? code;
  }
}

const capital = (words: string): string => words.charAt(0).toLocaleUpperCase() + words.slice(1);

export const choices = new Choices();

/** Tell of an outage or announce a work; what it became, or null when refused. */
export const openCut = (kind: api.CutKind, body: api.Opening): Promise<api.CutDone | null> =>
  taken(() => api.open(kind, body));

/** Order something about one; what it became, or null when refused. */
export const orderCut = (
  cut: api.Cut,
  verb: api.CutVerb,
  more: Omit<api.CutOrder, 'expect'> = {},
): Promise<api.CutDone | null> =>
  taken(() => api.order(cut.id, verb, { expect: cut.change, ...more }));

async function taken(act: () => Promise<api.CutDone>): Promise<api.CutDone | null> {
  try {
    const done = await act();
    toast.clear();
    return done;
  } catch (error) {
    toast.show(explain(error));
    return null;
  }
}

/** Names of the zones and houses of one, in its order. */
export function placesOf(cut: api.Cut, names: api.Names): string[] {
  return [
    ...cut.zones.map((id) => names.zones[id] ?? id.split(':').pop() ?? id),
    ...cut.buildings.map((id) => names.buildings[id] ?? id.split(':').pop() ?? id),
    ...(cut.faults ?? []).map((id) => names.faults?.[id] ?? spot(cut.place)),
  ].filter((one) => one !== '');
}

/** A place of which only the point is known. */
const spot = (place: readonly [number, number] | null | undefined): string =>
  place ? `${place[1].toFixed(4)}, ${place[0].toFixed(4)}` : '';
