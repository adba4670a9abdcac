/** Reading of normalized documents. */
import type { Doc, Instance, Texts } from './model';

const RESERVED = new Set([
  'id',
  'type',
  'scope',
  '@context',
  'createdAt',
  'modifiedAt',
  'hansaWorld',
]);

export function instances(doc: Doc, name: string): Instance[] {
  const found = doc[name];
  if (found === undefined || found === null) return [];
  return (Array.isArray(found) ? found : [found]) as Instance[];
}

/** The default instance (no datasetId) of an attribute. */
export function attribute(doc: Doc, name: string): Instance | undefined {
  const all = instances(doc, name);
  return all.find((one) => one.datasetId === undefined) ?? all[0];
}

export function valueOf(instance: Instance | undefined): unknown {
  if (!instance) return undefined;
  const { value, object, languageMap, vocab, json } = instance;
  return value ?? object ?? languageMap ?? vocab ?? json;
}

export function text(doc: Doc, name: string): string | undefined {
  const value = valueOf(attribute(doc, name));
  return typeof value === 'string' ? value : undefined;
}

/** A time that is a value: plain RFC 3339 text, or JSON-LD's typed form of it. */
export function instant(doc: Doc, name: string): string | undefined {
  const value = valueOf(attribute(doc, name));
  if (typeof value === 'string') return value;
  return (value as { '@value'?: string } | undefined)?.['@value'];
}

/** A value in the reader's language: a plain text, or the best member of a language map. */
export function inLanguage(value: unknown, language: string): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const texts = value as Texts;
  return texts[language] ?? texts['en'] ?? Object.values(texts)[0];
}

export function words(doc: Doc, name: string, language: string): string | undefined {
  return inLanguage(valueOf(attribute(doc, name)), language);
}

/** The targets of a relationship, whether it has one or several. */
export function targets(doc: Doc, name: string): string[] {
  return instances(doc, name).flatMap((one) => {
    const value = one.object ?? one.value;
    return (Array.isArray(value) ? value : [value]).filter(
      (target): target is string => typeof target === 'string',
    );
  });
}

export function point(doc: Doc, name = 'location'): readonly [number, number] | undefined {
  const value = valueOf(attribute(doc, name)) as
    { type?: string; coordinates?: unknown } | undefined;
  if (value?.type !== 'Point' || !Array.isArray(value.coordinates)) return undefined;
  const [lon, lat] = value.coordinates as [number, number];
  return [lon, lat];
}

export function typesOf(doc: Doc): readonly string[] {
  return typeof doc.type === 'string' ? [doc.type] : doc.type;
}

export function names(doc: Doc): string[] {
  return Object.keys(doc).filter((name) => !RESERVED.has(name));
}
