/**
 * The live stream: server-sent events that resume where they broke. The browser resends the
 * last event id by itself; when it gives up (an HTTP answer other than 200), we open anew with
 * `after`, so no change is lost and none comes twice.
 */
import type { Replay, StreamRecord } from './model';

export type Connection = 'connecting' | 'live' | 'lost' | 'ended';

export interface Listener {
  records(batch: readonly StreamRecord[]): void;
  hello(now: string): void;
  clock(replay: Replay): void;
  gap(): void;
  /** the view is over: the rules changed, or the session is; the stream is closed */
  ended(): void;
  connection(state: Connection): void;
}

export const FIRST_WAIT = 1000;
export const LONGEST_WAIT = 15_000;

export class Stream {
  #listener: Listener;
  #last: number;
  #source: EventSource | undefined;
  #wait = FIRST_WAIT;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(after: number, listener: Listener) {
    this.#last = after;
    this.#listener = listener;
    this.#open();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
  }

  #open(): void {
    this.#listener.connection('connecting');
    const source = new EventSource(`/console/stream?after=${this.#last}`);
    this.#source = source;
    source.addEventListener('hello', (event) => this.#hello(event));
    source.addEventListener('changes', (event) => this.#changes(event));
    source.addEventListener('clock', (event: MessageEvent<string>) =>
      this.#listener.clock(JSON.parse(event.data) as Replay),
    );
    source.addEventListener('ended', () => this.#end());
    source.onerror = () => this.#broke(source);
  }

  #hello(event: MessageEvent<string>): void {
    this.#wait = FIRST_WAIT;
    this.#listener.connection('live');
    const { now, from } = JSON.parse(event.data) as { now: string; from: number };
    this.#listener.hello(now);
    // too far behind, or the store began anew: what was held cannot be moved on from here
    if (from !== this.#last) this.#listener.gap();
    this.#last = from;
  }

  #changes(event: MessageEvent<string>): void {
    const batch = (JSON.parse(event.data) as StreamRecord[]).filter(
      (record) => record.number > this.#last,
    );
    const newest = Number(event.lastEventId);
    if (newest > this.#last) this.#last = newest;
    if (batch.length > 0) this.#listener.records(batch);
  }

  #end(): void {
    this.close();
    this.#listener.ended();
  }

  #broke(source: EventSource): void {
    this.#listener.connection('lost');
    if (source.readyState !== EventSource.CLOSED) return;
    this.#timer = setTimeout(() => this.#open(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  }
}
