/** What does not change while a person works: the city, its words, its vocabulary. */
import { inLanguage } from '../api/attribute';
import type { Frame, Layer, Texts } from '../api/model';
import { preferences } from './preferences.svelte';

class FrameState {
  #frame = $state.raw<Frame | undefined>();

  get ready(): boolean {
    return this.#frame !== undefined;
  }
  /** Whether the reader's role sees entities of a type at all. */
  sees(type: string): boolean {
    return this.#frame?.types[type] !== undefined;
  }
  get value(): Frame {
    if (!this.#frame) throw new Error('the frame is read before it came');
    return this.#frame;
  }
  set(frame: Frame | undefined): void {
    this.#frame = frame;
  }

  get zone(): string {
    return this.#frame?.city.zone ?? 'UTC';
  }
  get layers(): Readonly<Record<string, Layer>> {
    return this.#frame?.layers ?? {};
  }
  /** Whether the city holds no personal data: forms ask for no names and telephones. */
  get impersonal(): boolean {
    return this.#frame?.profile === 'no-personal-data';
  }
  get exercise(): string | null {
    return exerciseOf(this.#frame?.world ?? 'actual');
  }

  sector(name: string): string {
    return this.#words(this.#frame?.sectors.find((one) => one.name === name)?.words, name);
  }
  type(name: string): string {
    return this.#words(this.#frame?.types[name]?.words, tail(name));
  }
  /** "" of a type that belongs to none; undefined where the vocabulary does not know it. */
  sectorOfType(name: string): string | undefined {
    return this.#frame?.types[name]?.sector;
  }
  severity(name: string): string {
    return this.#words(this.#frame?.severities.find((one) => one.name === name)?.words, name);
  }
  attribute(types: readonly string[], name: string): string {
    const type = types.find((one) => this.#frame?.types[one]?.attributes[name]);
    const words = type ? this.#frame?.types[type]?.attributes[name]?.words : undefined;
    return this.#words(words, tail(name));
  }
  unit(code: string | null | undefined): string {
    if (!code || code === 'C62') return '';
    return inLanguage(this.#frame?.units[code], preferences.language) ?? code;
  }

  /** A word of the city's own (its folder's `words/`), or the value as it stands. */
  term(value: string): string {
    const words = this.#frame?.words[preferences.language] ?? this.#frame?.words['en'];
    return words?.[value] ?? value;
  }

  #words(words: Texts | undefined, otherwise: string): string {
    return sentence(inLanguage(words ?? {}, preferences.language) ?? otherwise);
  }
}

/** The name of the exercise a world is, or null for the actual world. */
export function exerciseOf(world: string): string | null {
  return world === 'actual' ? null : world.replace(/^exercise:/, '');
}

/** The last part of an IRI: what a person can read where the vocabulary has no word. */
function tail(name: string): string {
  return name.split(/[/#:]/).pop() || name;
}

export function sentence(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

export const frame = new FrameState();
