/** The one way to call the node. A refusal is a problem document (RFC 9457), thrown as `Refusal`. */
import { fill, type PathOf, type Values } from './paths';

export class Refusal extends Error {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly remedy: string;
  /** every member of the problem document, those of its type too */
  readonly document: Readonly<Partial<Record<string, unknown>>>;

  constructor(status: number, document: Partial<Record<string, unknown>>) {
    const text = (name: string): string => String(document[name] ?? '');
    super(text('detail') || text('title') || `HTTP ${status}`);
    this.status = status;
    this.title = text('title');
    this.detail = text('detail');
    this.remedy = text('remedy');
    this.document = document;
  }
}

/** Status of a call that never reached the node. */
export const UNREACHED = 0;

async function refusal(response: Response): Promise<Refusal> {
  try {
    return new Refusal(response.status, (await response.json()) as Record<string, unknown>);
  } catch {
    return new Refusal(response.status, {});
  }
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const text = await (await send(method, path, body)).text();
  return (text ? JSON.parse(text) : undefined) as T;
}

async function send(
  method: string,
  path: string,
  body?: unknown,
  more: Record<string, string> = {},
): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (method !== 'GET') headers['Hansa-CSRF'] = '1';
  if (body instanceof Blob) headers['Content-Type'] = 'application/octet-stream';
  else if (body !== undefined) headers['Content-Type'] = 'application/json';
  Object.assign(headers, more);
  let response: Response;
  try {
    response = await fetch(path, { method, headers, body: content(body) });
  } catch {
    throw new Refusal(UNREACHED, {});
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

/** A file goes as it is, anything else as JSON. */
function content(body: unknown): Blob | string | null {
  if (body === undefined) return null;
  return body instanceof Blob ? body : JSON.stringify(body);
}

export const get = <T, P extends PathOf<'get'>>(
  path: P,
  values: Values<P>,
  query?: URLSearchParams,
): Promise<T> => call<T>('GET', query ? `${fill(path, values)}?${query}` : fill(path, values));

/** A list, and how many there are in all (GS CIM 009, 6.3.13). */
export async function getCounted<T, P extends PathOf<'get'>>(
  path: P,
  values: Values<P>,
  query: URLSearchParams,
): Promise<{ found: T; count: number }> {
  query.set('count', 'true');
  const response = await send('GET', `${fill(path, values)}?${query}`);
  return {
    found: (await response.json()) as T,
    count: Number(response.headers.get('NGSILD-Results-Count') ?? 0),
  };
}

/** The address of a file that the browser itself fetches. */
export const fileAt = <P extends PathOf<'get'>>(
  path: P,
  values: Values<P>,
  query: URLSearchParams,
): string => `${fill(path, values)}?${query}`;

export const post = <T, P extends PathOf<'post'>>(
  path: P,
  values: Values<P>,
  body: unknown,
): Promise<T> => call<T>('POST', fill(path, values), body);

/** The same about a person: for a purpose, which the journal will name. */
export async function postFor<T, P extends PathOf<'post'>>(
  path: P,
  values: Values<P>,
  body: unknown,
  purpose: string,
): Promise<T> {
  const headers = { 'Hansa-Purpose': purpose };
  return (await (await send('POST', fill(path, values), body, headers)).json()) as T;
}

export const put = <T, P extends PathOf<'put'>>(
  path: P,
  values: Values<P>,
  body: unknown,
): Promise<T> => call<T>('PUT', fill(path, values), body);

export const upload = <T, P extends PathOf<'post'>>(
  path: P,
  values: Values<P>,
  query: URLSearchParams,
  file: Blob,
): Promise<T> => call<T>('POST', `${fill(path, values)}?${query}`, file);

/** A file as what it is; its name, which may be a person's, in a header (RFC 5023, 9.7). */
export async function uploadNamed<T, P extends PathOf<'post'>>(
  path: P,
  values: Values<P>,
  file: File,
): Promise<T> {
  const headers = {
    'Content-Type': file.type || 'application/octet-stream',
    Slug: encodeURIComponent(file.name),
  };
  return (await (await send('POST', fill(path, values), file, headers)).json()) as T;
}

/** A file that is personal: read for a purpose. */
export async function fetchFile<P extends PathOf<'get'>>(
  path: P,
  values: Values<P>,
  purpose: string,
): Promise<Blob> {
  const headers = { Accept: '*/*', 'Hansa-Purpose': purpose };
  return (await send('GET', fill(path, values), undefined, headers)).blob();
}

export const remove = <P extends PathOf<'delete'>>(path: P, values: Values<P>): Promise<void> =>
  call('DELETE', fill(path, values));

/** A file made for what is said in the body, which may name a person and so stands in no address. */
export async function postForFile<P extends PathOf<'post'>>(
  path: P,
  values: Values<P>,
  body: unknown,
  purpose: string,
): Promise<Blob> {
  const headers = { Accept: '*/*', 'Hansa-Purpose': purpose };
  return (await send('POST', fill(path, values), body, headers)).blob();
}
