/** One incident with all it rests on: fetched once, then moved by the live stream. */
import { targets } from '../api/attribute';
import * as api from '../api/console';
import type { Doc, Held, IncidentAnswer, StreamRecord } from '../api/model';
import { live } from './live.svelte';
import { merge, worldOf } from './situation';

export class IncidentState {
  readonly id: string;
  #answer = $state.raw<IncidentAnswer | undefined>();
  #failed = $state(false);
  #fetching = false;
  #again = false;

  constructor(id: string) {
    this.id = id;
  }

  get answer(): IncidentAnswer | undefined {
    return this.#answer;
  }
  get failed(): boolean {
    return this.#failed;
  }

  /** Fetch and follow; returns how to stop. */
  follow(): () => void {
    void this.fetch();
    return live.watch((records) => this.#move(records));
  }

  async fetch(): Promise<void> {
    this.#again = this.#fetching;
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      this.#answer = await api.incident(this.id);
      this.#failed = false;
    } catch {
      this.#failed = true;
    } finally {
      this.#fetching = false;
      if (this.#again) void this.fetch();
    }
  }

  #move(records: readonly StreamRecord[]): void {
    const before = this.#answer;
    if (!before) return;
    const news = records.filter((one) => one.number > before.number && !one.late);
    if (news.some((one) => this.#needsMore(before, one))) return void this.fetch();
    let answer = before;
    for (const record of news) answer = step(answer, record);
    if (answer !== before) this.#answer = answer;
  }

  /** What the stream never tells: what an alert that joined rests on, and what a note says. */
  #needsMore(answer: IncidentAnswer, record: StreamRecord): boolean {
    if (record.types.includes('TimelineEntry') || record.types.includes('Attachment')) {
      const held = [this.id, ...answer.duplicates.map((one) => one.entity.id)];
      return targets(asDoc(record), 'refIncident').some((id) => held.includes(id));
    }
    if (record.id === this.id && 'duplicates' in record.fragment) return true;
    if (record.id !== this.id || !('alerts' in record.fragment)) return false;
    const known = new Set(answer.alerts.map((held) => held.entity.id));
    const named = targets(asDoc(record), 'alerts');
    return named.some((id) => !known.has(id));
  }
}

function step(answer: IncidentAnswer, record: StreamRecord): IncidentAnswer {
  const id = record.id;
  if (id === answer.incident.entity.id) {
    return { ...answer, incident: moved(answer.incident, record) };
  }
  for (const part of ['alerts', 'sources'] as const) {
    if (!answer[part].some((held) => held.entity.id === id)) continue;
    const list = answer[part].map((held) => (held.entity.id === id ? moved(held, record) : held));
    return { ...answer, [part]: list };
  }
  return answer;
}

function moved(held: Held, record: StreamRecord): Held {
  return {
    ...worldOf(record),
    change: record.number,
    modified: record.at,
    entity: merge(held.entity, record),
  };
}

function asDoc(record: StreamRecord): Doc {
  return { ...record.fragment, id: record.id, type: record.types };
}
