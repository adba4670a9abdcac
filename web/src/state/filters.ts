/** What of the incidents is looked at, and in which order; kept in the address. All pure. */
import { order as byUrgency, rank, STATES, type Row } from './board';

export type View = 'board' | 'list';
export const COLUMNS = [
  'priority',
  'severity',
  'title',
  'type',
  'state',
  'owner',
  'due',
  'since',
] as const;
export type Column = (typeof COLUMNS)[number];

/** An empty text filters nothing. `owner`: a name, `me`, or `nobody`. */
export interface Filters {
  view: View;
  text: string;
  owner: string;
  severity: string;
  priority: string;
  type: string;
  sector: string;
  overdue: boolean;
  escalated: boolean;
  sort: Column | '';
  down: boolean;
}

export const NONE: Filters = {
  view: 'board',
  text: '',
  owner: '',
  severity: '',
  priority: '',
  type: '',
  sector: '',
  overdue: false,
  escalated: false,
  sort: '',
  down: false,
};

const TEXTS = ['text', 'owner', 'severity', 'priority', 'type', 'sector'] as const;
const FLAGS = ['overdue', 'escalated', 'down'] as const;

export function filtersOf(asked: URLSearchParams): Filters {
  const found = { ...NONE };
  if (asked.get('view') === 'list') found.view = 'list';
  for (const name of TEXTS) found[name] = asked.get(name) ?? '';
  for (const name of FLAGS) found[name] = asked.get(name) === 'true';
  found.sort = COLUMNS.find((one) => one === asked.get('sort')) ?? '';
  return found;
}

export function filtersText(filters: Filters): string {
  const asked = new URLSearchParams();
  if (filters.view === 'list') asked.set('view', 'list');
  for (const name of TEXTS) if (filters[name]) asked.set(name, filters[name]);
  for (const name of FLAGS) if (filters[name]) asked.set(name, 'true');
  if (filters.sort) asked.set('sort', filters.sort);
  return asked.toString();
}

/** How many filters hold rows back. */
export function narrowed(filters: Filters): number {
  return (
    TEXTS.filter((name) => filters[name]).length +
    Number(filters.overdue) +
    Number(filters.escalated)
  );
}

export function matches(row: Row, filters: Filters, me: string, place: string): boolean {
  return (
    owned(row, filters.owner, me) &&
    (!filters.severity || row.severity === filters.severity) &&
    (!filters.priority || String(row.priority) === filters.priority) &&
    (!filters.type || row.type === filters.type) &&
    (!filters.sector || row.sector === filters.sector) &&
    (!filters.overdue || row.overdue) &&
    (!filters.escalated || row.escalatedTo !== null) &&
    said(row, filters.text, place)
  );
}

function owned(row: Row, owner: string, me: string): boolean {
  if (!owner) return true;
  if (owner === 'nobody') return row.owner === null;
  return row.owner === (owner === 'me' ? me : owner);
}

function said(row: Row, text: string, place: string): boolean {
  const wanted = text.trim().toLocaleLowerCase();
  return !wanted || `${row.title} ${place} ${row.owner ?? ''}`.toLocaleLowerCase().includes(wanted);
}

const LAST = Number.POSITIVE_INFINITY;
const KEYS: Readonly<Record<Column, (row: Row) => number | string>> = {
  priority: (row) => row.priority ?? LAST,
  severity: (row) => -rank(row.severity),
  title: (row) => row.title.toLocaleLowerCase(),
  type: (row) => row.type ?? '',
  state: (row) => STATES.findIndex((one) => one === row.state),
  owner: (row) => row.owner ?? '\uffff',
  due: (row) => (row.state === 'closed' ? LAST : (row.due ?? LAST)),
  since: (row) => -row.since,
};

/** By the column chosen; without one, what waits first, then by priority and severity. */
export function sorted(rows: readonly Row[], filters: Filters): Row[] {
  const { sort, down } = filters;
  if (!sort) return [...rows].sort(byPriority);
  const key = KEYS[sort];
  const sign = down ? -1 : 1;
  return [...rows].sort((a, b) => sign * compare(key(a), key(b)) || byUrgency(a, b));
}

/** The order of work: closed last, then priority, then the desk's own order. */
function byPriority(a: Row, b: Row): number {
  const closed = Number(a.state === 'closed') - Number(b.state === 'closed');
  return closed || compare(KEYS.priority(a), KEYS.priority(b)) || byUrgency(a, b);
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'string' && typeof b === 'string') return a.localeCompare(b);
  return a === b ? 0 : a < b ? -1 : 1;
}
