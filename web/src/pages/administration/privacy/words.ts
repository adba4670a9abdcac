/** Words of types, attributes and roles as the register names them, and moments as the page says. */
import { inLanguage } from '../../../api/attribute';
import type { Texts } from '../../../api/model';
import type { KeptRecord, Register } from '../../../api/privacy';
import { frame } from '../../../state/frame.svelte';
import { preferences } from '../../../state/preferences.svelte';

export const said = (words: Texts | null | undefined, otherwise: string): string =>
  inLanguage(words, preferences.language) ?? otherwise;

/** A moment on the city's clock, to the minute. */
export const at = (moment: string): string =>
  new Intl.DateTimeFormat(preferences.language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: frame.zone,
  }).format(Date.parse(moment));

export function typeWords(register: Register | null, type: string): string {
  const found = register?.types.find((one) => one.type === type)?.words;
  return said(found, frame.type(type));
}

export function attributeWords(register: Register | null, type: string, name: string): string {
  const found = register?.types
    .find((one) => one.type === type)
    ?.attributes.find((one) => one.name === name)?.words;
  return said(found, frame.attribute([type], name));
}

/** The number that people speak of, or what stands behind the type in the id. */
export const nameOf = (one: KeptRecord): string => {
  const number = one.facts['number'];
  return typeof number === 'string' ? number : localName(one.id);
};

/** What stands behind the type in the id of a record. */
export const localName = (id: string): string => id.split(':').slice(3).join(':') || id;
