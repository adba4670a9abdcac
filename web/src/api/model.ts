/** Values that the node sends. Times are RFC 3339 text in UTC; positions longitude first. */
import type { Geometry } from 'geojson';
import type { Severity } from '../style/palette';

export type Texts = Readonly<Record<string, string>>;

/** One instance of an attribute of a normalized NGSI-LD document (GS CIM 009, 4.5.1). */
export interface Instance {
  type: string;
  value?: unknown;
  object?: unknown;
  languageMap?: Texts;
  vocab?: unknown;
  json?: unknown;
  observedAt?: string;
  recordedAt?: string;
  modifiedAt?: string;
  unitCode?: string;
  datasetId?: string;
  [sub: string]: unknown;
}

export interface Doc {
  id: string;
  type: string | readonly string[];
  [attribute: string]: unknown;
}

/** What marks everything of an exercise; the actual world marks nothing. */
export interface OfWorld {
  hansaWorld?: string;
}

/** An entity as the console holds it: its document and the change number it stands at. */
export interface Held extends OfWorld {
  change: number;
  modified: string;
  entity: Doc;
}

/** A thing of a sector, small enough that ten thousand of them fit on the map. */
export interface Point {
  id: string;
  type: string;
  sector: string;
  location: readonly [number, number];
  at: string | null;
  title: string | Texts | null;
  value: number | string | null;
  unit: string | null;
  /** after that it leaves the map */
  until: string | null;
  /** what is off there */
  hatch?: string | null;
  /** of a line or an area, in place of a point */
  shape: Geometry | null;
}

export interface SituationAnswer {
  number: number;
  now: string;
  alerts: Held[];
  incidents: Held[];
  sources: Held[];
  points: Point[];
}

/** One row of the change log as the stream sends it. */
export interface StreamRecord extends OfWorld {
  number: number;
  kind: 'created' | 'updated' | 'deleted';
  id: string;
  types: readonly string[];
  fragment: Readonly<Record<string, unknown>>;
  removed: readonly string[];
  at: string;
  actor: string;
  backfilled: boolean;
  late: boolean;
}

export interface Person {
  actor: string;
  role: string;
  /** the organisation that the person belongs to */
  organization: string | null;
  words: Texts;
  /** the roles in which the same person may go on */
  roles: Role[];
  /** whether an account stands behind it, not a picked role */
  account: boolean;
  /** rooms that take this role's orders */
  works: string[];
  /** what else this role may change: `intake`, `accounts` … */
  manages: string[];
  /** whether this role turns the clock of a replay */
  turns: boolean;
  /** for whom this person acts now */
  onBehalf: string | null;
  /** appointments by which this person may act */
  actsFor: readonly ActsFor[];
}

export interface ActsFor {
  id: string;
  principal: string;
  role: Role;
  until: string;
}

export interface Role {
  id: string;
  words: Texts;
  /** whether one picks an organisation with it */
  organization: boolean;
}

/** A past that is lived again: its span, and how its clock goes. */
export interface Replay {
  zone: string;
  from: string;
  to: string;
  speed: number;
  running: boolean;
  now: string;
}

export interface SessionAnswer {
  city: { name: string; title: Texts; languages: string[] };
  world: string;
  replay: Replay | null;
  pick: Role[] | null;
  organizations?: { id: string; name: Texts | null }[] | null;
  /** another house that signs people in */
  house: { title: Texts } | null;
  person: Person | null;
}

export interface AttributeWords {
  kind: string;
  unit: string | null;
  words: Texts;
}

/** How entities of a type become points on the map; see the node's layers.yaml. */
export interface Layer {
  sector: string;
  /** attribute that names another sector than the type's, if the entity has it */
  sectorFrom: string | null;
  title: string | null;
  value: string | null;
  at: string | null;
  location: string;
  open: Readonly<Record<string, readonly string[]>>;
  staleAfter: number | null;
  /** seconds after which it leaves the map */
  goneAfter: number | null;
  until: string | null;
  /** attribute that says what is off, by which it is hatched */
  hatchBy?: string | null;
  draw: 'point' | 'vehicle' | 'line' | 'area' | 'hatch';
}

/** The imported base map; without one the drawings of the city's folder are shown. */
export interface BaseMap {
  tiles: string;
  bounds: [number, number, number, number];
  minzoom: number;
  maxzoom: number;
  attribution: string;
  /** when its data were taken */
  at: string | null;
}

export interface Frame {
  city: {
    name: string;
    title: Texts;
    languages: string[];
    zone: string;
    map: {
      center: [number, number];
      zoom: number;
      bounds: [number, number, number, number] | null;
      files: string[];
      /** what the drawings say of themselves, such as that they are schematic */
      notes: string[];
      base: BaseMap | null;
    };
  };
  /** `full`, or `no-personal-data` */
  profile: string;
  world: string;
  now: string;
  replay: Replay | null;
  severities: { name: Severity; words: Texts }[];
  sectors: { name: string; words: Texts }[];
  types: Record<
    string,
    { words: Texts; sector: string; attributes: Record<string, AttributeWords> }
  >;
  layers: Record<string, Layer>;
  units: Record<string, Texts>;
  /** language -> the city's own words */
  words: Record<string, Texts>;
}

export interface IncidentAnswer {
  number: number;
  now: string;
  incident: Held;
  /** incidents that were merged into it; their lines and files are among its own */
  duplicates: Held[];
  attachments: Held[];
  alerts: Held[];
  sources: Held[];
  timeline: Held[];
}

/** A GeoJSON feature collection of the city's base map. */
export interface Features {
  type: 'FeatureCollection';
  features: {
    type: 'Feature';
    properties: Record<string, unknown> | null;
    geometry: { type: string; coordinates: unknown };
  }[];
}

/** One attribute of an entity in time: columns of equal length, `low` and `high` empty if raw. */
export interface Series {
  attribute: string;
  dataset: string | null;
  unit: string | null;
  /** ISO 8601 and milliseconds of what each point stands for; null: each is one instance */
  period: string | null;
  length: number | null;
  points: {
    at: number[];
    mean: (number | null)[];
    low: (number | null)[];
    high: (number | null)[];
    count: number[];
  };
  count: number;
  newest: {
    value: unknown;
    observedAt: string | null;
    recordedAt: string;
    age: number;
    backfilled: boolean;
  } | null;
  /** of the newest instances: how many were looked at, and which share was back-filled */
  backfilled: { of: number; share: number };
  limits: { value: number; operator: string; severity: Severity }[];
}

export interface SeriesAnswer extends OfWorld {
  now: string;
  at: string | null;
  from: string;
  to: string;
  id: string;
  type: string[];
  series: Series[];
}

/** Since when an instance is known, whose it is, whether it was filled in later. */
export interface Known {
  recordedAt: string;
  backfilled: boolean;
  owner: string | null;
}

export interface Seen extends OfWorld {
  now: string;
  at: string | null;
  change: number;
  createdAt: string;
  modifiedAt: string;
  entity: Doc;
  /** by attribute, or `attribute datasetId` */
  known: Record<string, Known>;
  /** titles of the sources that own values */
  sources: Record<string, Texts | string | null>;
}

export interface PastAnswer extends OfWorld {
  now: string;
  at: string | null;
  instances: (Instance & { recordedAt: string; backfilled: boolean; deleted?: boolean })[];
}
