/** Values of a YAML text, taken as what they should be; what is something else counts as nothing. */
export type Json = Readonly<Record<string, unknown>>;

export function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : {};
}

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const word = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';

/** Words by language, without what is no word. */
export function texts(value: unknown): Record<string, string> {
  if (typeof value === 'string') return { '': value };
  return Object.fromEntries(Object.entries(record(value)).map(([name, one]) => [name, word(one)]));
}
