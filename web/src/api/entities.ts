/** Calls that the pages of data need: NGSI-LD (GS CIM 009 v1.9.1) and the console's own. */
import type { Look } from '../state/look';
import { fileAt, get, getCounted } from './http';
import type { Doc, Instance, PastAnswer, SeriesAnswer, Seen } from './model';

const ENTITIES = '/ngsi-ld/v1/entities';
const HISTORY = '/ngsi-ld/v1/temporal/entities/{entityId}';
const KINDS = '/console/kinds';
const ONE = '/console/entities/{id}';
const PAST = '/console/entities/{id}/past';
const SERIES = '/console/series';
const EXPORT = '/console/export';

export interface Found {
  entities: Doc[];
  count: number;
}

export const PAGE = 50;

export async function search(look: Look, offset: number): Promise<Found> {
  const query = new URLSearchParams();
  if (look.type) query.set('type', look.type);
  if (look.ids?.length) query.set('id', look.ids.join(','));
  if (look.part) query.set('idPattern', `.*${escapePattern(look.part)}.*`);
  if (look.q) query.set('q', look.q);
  if (!look.type && !look.q) query.set('local', 'true');
  if (look.at) query.set('at', look.at);
  query.set('options', 'sysAttrs');
  query.set('limit', String(PAGE));
  query.set('offset', String(offset));
  const { found, count } = await getCounted<Doc[], typeof ENTITIES>(ENTITIES, {}, query);
  return { entities: found, count };
}

/** The entity, since when each value is known and whose it is; with `at`, as known then. */
export const seen = (id: string, at: string | undefined): Promise<Seen> =>
  get<Seen, typeof ONE>(ONE, { id }, query({ at }));

/** The newest `last` instances of an attribute by when they were known, oldest first. */
export const past = (
  id: string,
  attribute: string,
  at: string | undefined,
  last: number,
): Promise<PastAnswer> =>
  get<PastAnswer, typeof PAST>(PAST, { id }, query({ attribute, at, last: String(last) }));

export const series = (
  id: string,
  from: number | null,
  to: number,
  at: string | undefined,
): Promise<SeriesAnswer> =>
  get<SeriesAnswer, typeof SERIES>(
    SERIES,
    {},
    query({ id, from: from === null ? undefined : iso(from), to: iso(to), at }),
  );

export type ExportFormat = 'csv' | 'geojson' | 'parquet';

export const exportAt = (
  format: ExportFormat,
  type: string,
  look: Pick<Look, 'q' | 'ids' | 'at'>,
): string =>
  fileAt<typeof EXPORT>(
    EXPORT,
    {},
    query({ type, q: look.q, ids: look.ids?.join(','), at: look.at, format }),
  );

/** Instances of one attribute, newest `last` of them. */
export async function history(id: string, attribute: string, last: number): Promise<Instance[]> {
  const asked = query({ attrs: attribute, lastN: String(last), options: 'sysAttrs' });
  const doc = await get<Record<string, unknown>, typeof HISTORY>(HISTORY, { entityId: id }, asked);
  const found = doc[attribute];
  if (found === undefined) return [];
  return (Array.isArray(found) ? found : [found]) as Instance[];
}

/** Types of entities with their number. */
export const kinds = async (): Promise<Readonly<Record<string, number>>> =>
  (await get<{ kinds: Record<string, number> }, typeof KINDS>(KINDS, {})).kinds;

const iso = (at: number): string => new Date(at).toISOString();

function query(given: Record<string, string | undefined>): URLSearchParams {
  const told = Object.entries(given).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return new URLSearchParams(told);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
