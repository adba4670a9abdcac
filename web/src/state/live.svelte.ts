/**
 * The live situation of this page: fetched once, then moved by the stream. Batches are gathered
 * and applied once per frame, so that 500 readings a second cost one redraw, not 500.
 */
import * as api from '../api/console';
import type { StreamRecord } from '../api/model';
import { FIRST_WAIT, LONGEST_WAIT, Stream, type Connection } from '../api/stream';
import { clock } from './clock.svelte';
import { frame } from './frame.svelte';
import { session } from './session.svelte';
import { apply, fromAnswer, type Moved, type Situation } from './situation';

type Watcher = (records: readonly StreamRecord[], moved: Moved) => void;

/** Milliseconds between two looks at everything. */
const CALM = 1000;

const EMPTY: Situation = {
  number: 0,
  alerts: new Map(),
  incidents: new Map(),
  sources: new Map(),
  points: new Map(),
};

class Live {
  #situation = $state.raw<Situation>(EMPTY);
  #board = $state.raw<Situation>(EMPTY);
  #calm = $state.raw<Situation>(EMPTY);
  #connection = $state<Connection>('connecting');
  #lostAt = $state<number | null>(null);
  #loaded = $state(false);
  #stream: Stream | undefined;
  #waiting: StreamRecord[] = [];
  #scheduled = false;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #watchers = new Set<Watcher>();

  get situation(): Situation {
    return this.#situation;
  }
  /** The same, for who reads alerts and incidents only: told when one of them moved. */
  get board(): Situation {
    return this.#board;
  }
  /** The same, for who asks all points: told at most once in a second. */
  get calm(): Situation {
    return this.#calm;
  }
  get loaded(): boolean {
    return this.#loaded;
  }
  get connection(): Connection {
    return this.#connection;
  }
  /** When the stream broke, by the city's clock. */
  get lostAt(): number | null {
    return this.#lostAt;
  }

  /** Be told every batch after it was applied; returns how to stop. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  async start(): Promise<void> {
    await this.refetch();
    this.#listen();
  }

  #listen(): void {
    this.#stream = new Stream(this.#situation.number, {
      records: (batch) => this.#take(batch),
      hello: (now) => clock.set(now),
      clock: (replay) => clock.follow(replay),
      gap: () => void this.refetch(),
      ended: () => void this.#ended(),
      connection: (state) => this.#connected(state),
    });
  }

  /**
   * The view is over. Where the session is not, the rules changed (somebody was appointed, say):
   * what may be seen now is fetched anew, and the page lives on.
   */
  async #ended(): Promise<void> {
    const mine = this.#stream;
    this.#connected('connecting');
    for (let wait = FIRST_WAIT; this.#stream === mine; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      try {
        await session.load();
        if (this.#stream !== mine) return; // the page began anew meanwhile, as somebody else
        if (session.person === null) return this.#connected('ended');
        await this.refetch();
        if (this.#stream === mine) this.#listen();
        return;
      } catch {
        this.#connected('lost');
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  stop(): void {
    this.#stream?.close();
    this.#stream = undefined;
    this.#waiting = [];
    this.#loaded = false;
    this.#hold(EMPTY);
  }

  async refetch(): Promise<void> {
    const answer = await api.situation();
    clock.set(answer.now);
    this.#hold(fromAnswer(answer));
    this.#loaded = true;
  }

  #hold(situation: Situation): void {
    this.#situation = this.#board = situation;
    this.#settle();
  }

  #settle(): void {
    clearTimeout(this.#settling);
    this.#settling = undefined;
    this.#calm = this.#situation;
  }

  #connected(state: Connection): void {
    if (state === 'lost') this.#lostAt ??= clock.now;
    if (state === 'live') this.#lostAt = null;
    // a retry under way is still a lost line to the reader
    this.#connection = state === 'connecting' && this.#lostAt !== null ? 'lost' : state;
  }

  #take(batch: readonly StreamRecord[]): void {
    this.#waiting.push(...batch);
    if (this.#scheduled) return;
    this.#scheduled = true;
    // a hidden page gets no frames and must still not grow without end
    if (document.hidden) setTimeout(() => this.#flush(), 250);
    else requestAnimationFrame(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    const batch = this.#waiting;
    this.#waiting = [];
    const moved = apply(this.#situation, batch, frame.layers);
    // a new outer value tells every reader; the maps inside are moved in place
    this.#situation = { ...this.#situation };
    if (moved.alerts.length + moved.incidents.length > 0) this.#board = this.#situation;
    this.#settling ??= setTimeout(() => this.#settle(), CALM);
    for (const watcher of this.#watchers) watcher(batch, moved);
    if (moved.unknown) void this.refetch();
  }
}

export const live = new Live();
