/**
 * What the page *Data* shows, as its address says it: which entities, as known when, which time.
 * A number of the report links here, so the address alone must open the same list again.
 */
export const RANGES = ['day', 'week', 'month', 'season', 'all'] as const;
export type Range = (typeof RANGES)[number];

export interface Look {
  type?: string | undefined;
  /** NGSI-LD q */
  q?: string | undefined;
  /** part of the id */
  part?: string | undefined;
  ids?: readonly string[] | undefined;
  /** as known at: RFC 3339 */
  at?: string | undefined;
  range?: Range | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

const TEXTS = ['type', 'q', 'part', 'at', 'from', 'to'] as const;
const MOMENTS = new Set(['at', 'from', 'to']);

export function lookOf(asked: URLSearchParams): Look {
  const look: Look = {};
  for (const name of TEXTS) {
    const text = asked.get(name);
    if (text && !(MOMENTS.has(name) && Number.isNaN(Date.parse(text)))) look[name] = text;
  }
  const ids = asked.get('ids')?.split(',').filter(Boolean);
  if (ids?.length) look.ids = ids;
  const range = RANGES.find((one) => one === asked.get('range'));
  if (range) look.range = range;
  return look;
}

export function lookText(look: Look): string {
  const query = new URLSearchParams();
  for (const name of TEXTS) if (look[name]) query.set(name, look[name]);
  if (look.ids?.length) query.set('ids', look.ids.join(','));
  if (look.range) query.set('range', look.range);
  return query.toString();
}
