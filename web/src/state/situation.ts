/**
 * The situation as a value and how a change of the log moves it. Replay equals refetch: the
 * answer of the node, plus every record after it, is what the node would answer now. The node
 * makes points by the same rule (`console/situation.py`); one fixture holds both to it.
 */
import type { Geometry } from 'geojson';
import { attribute, instant, point, text, valueOf } from '../api/attribute';
import type {
  Doc,
  Held,
  Layer,
  OfWorld,
  Point,
  SituationAnswer,
  StreamRecord,
  Texts,
} from '../api/model';
import { middle } from './shapes';

export interface Situation {
  number: number;
  alerts: Map<string, Held>;
  incidents: Map<string, Held>;
  sources: Map<string, Held>;
  points: Map<string, Point>;
}

export interface Moved {
  alerts: string[];
  incidents: string[];
  sources: boolean;
  points: string[];
  /** a record spoke of an entity that is not held: only the node knows the rest of it */
  unknown: boolean;
}

const byId = (list: readonly Held[]): Map<string, Held> =>
  new Map(list.map((held) => [held.entity.id, held]));

export function fromAnswer(answer: SituationAnswer): Situation {
  return {
    number: answer.number,
    alerts: byId(answer.alerts),
    incidents: byId(answer.incidents),
    sources: byId(answer.sources),
    points: new Map(answer.points.map((one) => [one.id, one])),
  };
}

/** Move the situation by a batch, in place, and tell what moved. */
export function apply(
  situation: Situation,
  batch: readonly StreamRecord[],
  layers: Readonly<Record<string, Layer>>,
): Moved {
  const moved: Moved = { alerts: [], incidents: [], sources: false, points: [], unknown: false };
  for (const record of batch) {
    if (record.number <= situation.number) continue;
    situation.number = record.number;
    if (!record.late) applyOne(situation, record, layers, moved);
  }
  return moved;
}

function applyOne(
  situation: Situation,
  record: StreamRecord,
  layers: Readonly<Record<string, Layer>>,
  moved: Moved,
): void {
  if (record.types.includes('Alert')) {
    if (hold(situation.alerts, record, moved)) moved.alerts.push(record.id);
  } else if (record.types.includes('Incident')) {
    if (hold(situation.incidents, record, moved)) moved.incidents.push(record.id);
  } else if (record.types.includes('DataSource')) {
    moved.sources = hold(situation.sources, record, moved) || moved.sources;
  } else {
    const type = record.types.find((name) => layers[name]);
    const layer = type ? layers[type] : undefined;
    if (type && layer && place(situation.points, record, type, layer)) {
      moved.points.push(record.id);
    }
  }
}

function hold(held: Map<string, Held>, record: StreamRecord, moved: Moved): boolean {
  if (record.kind === 'deleted') return held.delete(record.id);
  const before = held.get(record.id);
  if (!before && record.kind !== 'created') {
    moved.unknown = true;
    return false;
  }
  held.set(record.id, {
    ...worldOf(record),
    change: record.number,
    modified: record.at,
    entity: merge(before?.entity, record),
  });
  return true;
}

/** The mark of the exercise that a record carries, to be held with its entity. */
export function worldOf(record: StreamRecord): OfWorld {
  return record.hansaWorld === undefined ? {} : { hansaWorld: record.hansaWorld };
}

export function merge(before: Doc | undefined, record: StreamRecord): Doc {
  const entity: Doc = {
    ...(record.kind === 'created' ? undefined : before),
    ...record.fragment,
    id: record.id,
    type: record.types.length === 1 ? (record.types[0] ?? '') : record.types,
  };
  for (const name of record.removed) delete entity[name];
  return entity;
}

function place(
  points: Map<string, Point>,
  record: StreamRecord,
  type: string,
  layer: Layer,
): boolean {
  const before = record.kind === 'created' ? undefined : points.get(record.id);
  const closed = record.kind === 'deleted' || !isOpen(record.fragment, layer);
  const entity = { ...record.fragment, id: record.id, type } as Doc;
  const shape = shapeOf(entity, layer) ?? before?.shape ?? null;
  const location = (shape ? middle(shape) : point(entity, layer.location)) ?? before?.location;
  if (closed || !location) return points.delete(record.id);
  points.set(record.id, {
    id: record.id,
    type,
    sector: sectorOf(entity, layer) ?? before?.sector ?? layer.sector,
    location,
    at: timeOf(entity, layer) ?? before?.at ?? null,
    title: titleOf(entity, layer) ?? before?.title ?? null,
    value: numberOf(entity, layer) ?? before?.value ?? null,
    unit: unitOf(entity, layer) ?? before?.unit ?? null,
    until: (layer.until ? moment(entity, layer.until) : undefined) ?? before?.until ?? null,
    hatch: (layer.hatchBy ? text(entity, layer.hatchBy) : undefined) ?? before?.hatch ?? null,
    shape,
  });
  return true;
}

function isOpen(fragment: Readonly<Record<string, unknown>>, layer: Layer): boolean {
  return Object.entries(layer.open).every(([name, allowed]) => {
    if (!(name in fragment)) return true;
    const value = valueOf(attribute(fragment as Doc, name));
    return typeof value === 'string' && allowed.includes(value);
  });
}

function sectorOf(entity: Doc, layer: Layer): string | undefined {
  return layer.sectorFrom ? text(entity, layer.sectorFrom) : undefined;
}

/** The geometry of a line or an area. */
function shapeOf(entity: Doc, layer: Layer): Geometry | undefined {
  if (layer.draw !== 'line' && layer.draw !== 'area' && layer.draw !== 'hatch') return undefined;
  const value = valueOf(attribute(entity, layer.location));
  return typeof value === 'object' && value !== null ? (value as Geometry) : undefined;
}

/** The time that an attribute holds, else the one at which it was true. */
const moment = (entity: Doc, name: string): string | undefined =>
  instant(entity, name) ?? attribute(entity, name)?.observedAt;

function timeOf(entity: Doc, layer: Layer): string | undefined {
  if (layer.at) return moment(entity, layer.at);
  return layer.value ? attribute(entity, layer.value)?.observedAt : undefined;
}

function titleOf(entity: Doc, layer: Layer): string | Texts | undefined {
  return layer.title
    ? (valueOf(attribute(entity, layer.title)) as string | Texts | undefined)
    : undefined;
}

function numberOf(entity: Doc, layer: Layer): number | string | undefined {
  return layer.value
    ? (valueOf(attribute(entity, layer.value)) as number | string | undefined)
    : undefined;
}

function unitOf(entity: Doc, layer: Layer): string | undefined {
  return layer.value ? attribute(entity, layer.value)?.unitCode : undefined;
}
