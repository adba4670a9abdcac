/** What the pages of settings share: who is told of a change, and what was typed and not yet saved. */
import { SvelteMap } from 'svelte/reactivity';
import type { StreamRecord } from '../api/model';
import { live } from './live.svelte';

/** What somebody typed over which version; kept when they look at another page. */
export interface Draft {
  text: string;
  comment: string;
  /** the change number it was begun on */
  base: number;
}

class Drafts {
  #kept = new SvelteMap<string, Draft>();

  constructor() {
    addEventListener('beforeunload', (event) => {
      if (this.#kept.size > 0) event.preventDefault();
    });
  }

  of(path: string): Draft | null {
    return this.#kept.get(path) ?? null;
  }
  has(path: string): boolean {
    return this.#kept.has(path);
  }
  keep(path: string, draft: Draft): void {
    this.#kept.set(path, draft);
  }
  drop(path: string): void {
    this.#kept.delete(path);
  }
}

export const drafts = new Drafts();

const SETTLED = 1000; // ms in which the rooms have begun anew with what was committed

/** Call `act` once the rooms go by other settings; returns how to stop. */
export function onSettings(act: () => void): () => void {
  let timer: number | undefined;
  const stop = live.watch((records: readonly StreamRecord[]) => {
    if (!records.some((one) => one.types.includes('CitySetting'))) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(act, SETTLED);
  });
  return () => {
    stop();
    window.clearTimeout(timer);
  };
}

/** Call `load` now, and whenever the node tells of a setting that changed; returns how to stop. */
export function followSettings(load: () => Promise<void>): () => void {
  const stop = live.watch((records: readonly StreamRecord[]) => {
    if (records.some((one) => one.types.includes('CitySetting'))) void load();
  });
  void load();
  return stop;
}
