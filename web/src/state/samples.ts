/** Instances of history as the samples of a chart, oldest first. */
import { valueOf } from '../api/attribute';
import type { Instance } from '../api/model';

export interface Sample {
  at: number;
  value: number;
}

export function samplesOf(instances: readonly Instance[]): Sample[] {
  return instances
    .flatMap((one) => {
      const value = valueOf(one);
      const at = Date.parse(one.observedAt ?? one.recordedAt ?? one.modifiedAt ?? '');
      return typeof value === 'number' && !Number.isNaN(at) ? [{ at, value }] : [];
    })
    .sort((a, b) => a.at - b.at);
}
