/** Calls of the NGSI-LD API (GS CIM 009 v1.9.1) that the Explorer and the charts need. */
import { get } from './http';
import type { Doc, Instance } from './model';

const ENTITIES = '/ngsi-ld/v1/entities';
const ENTITY = '/ngsi-ld/v1/entities/{entityId}';
const HISTORY = '/ngsi-ld/v1/temporal/entities/{entityId}';
const TYPES = '/ngsi-ld/v1/types';

export interface Search {
  type: string;
  id: string;
  q: string;
}

export interface Found {
  entities: Doc[];
  more: boolean;
}

export const PAGE = 50;

export async function search(wish: Search, offset: number): Promise<Found> {
  const query = new URLSearchParams();
  if (wish.type) query.set('type', wish.type);
  if (wish.id) query.set('idPattern', `.*${escapePattern(wish.id)}.*`);
  if (wish.q) query.set('q', wish.q);
  if (!wish.type && !wish.q) query.set('local', 'true');
  query.set('options', 'sysAttrs');
  query.set('limit', String(PAGE + 1));
  query.set('offset', String(offset));
  const entities = await get<Doc[], typeof ENTITIES>(ENTITIES, {}, query);
  return { entities: entities.slice(0, PAGE), more: entities.length > PAGE };
}

export const entity = (id: string): Promise<Doc> =>
  get<Doc, typeof ENTITY>(ENTITY, { entityId: id }, new URLSearchParams({ options: 'sysAttrs' }));

/** Instances of one attribute, newest `last` of them. */
export async function history(id: string, attribute: string, last: number): Promise<Instance[]> {
  const query = new URLSearchParams({ attrs: attribute, lastN: String(last), options: 'sysAttrs' });
  const doc = await get<Record<string, unknown>, typeof HISTORY>(HISTORY, { entityId: id }, query);
  const found = doc[attribute];
  if (found === undefined) return [];
  return (Array.isArray(found) ? found : [found]) as Instance[];
}

export const typeNames = async (): Promise<string[]> =>
  (await get<{ typeList: string[] }, typeof TYPES>(TYPES, {})).typeList;

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
