/** What the pages of sources share: fetched when opened, and again when the node tells of a source. */
import type { StreamRecord } from '../api/model';
import { live } from './live.svelte';

const AT_MOST_EVERY = 1000; // ms: a live source tells of itself once a second

/** Call `load` now, and at most once a second while sources change; returns how to stop. */
export function follow(load: () => Promise<void>): () => void {
  let timer: number | undefined;
  const stop = live.watch((records: readonly StreamRecord[]) => {
    if (timer !== undefined || !records.some((one) => one.types.includes('DataSource'))) return;
    timer = window.setTimeout(() => {
      timer = undefined;
      void load();
    }, AT_MOST_EVERY);
  });
  void load();
  return () => {
    stop();
    window.clearTimeout(timer);
  };
}
