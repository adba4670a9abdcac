/**
 * The city's clock as this page knows it: the node's time plus what has passed here since. In a
 * replay the node's time goes faster, stands, and has an end.
 */
import type { Replay } from '../api/model';
import { nodeTime, TICK, tickOf, type Pace } from './pace';

class CityClock {
  #pace: Pace = { node: Date.now(), here: Date.now(), rate: 1, end: null };
  #now = $state(Date.now());
  #replay = $state.raw<Replay | null>(null);
  #timer: ReturnType<typeof setInterval>;

  constructor() {
    this.#timer = setInterval(() => this.#tick(), TICK);
  }

  /** Milliseconds since 1970 by the city's clock; reading it follows the seconds. */
  get now(): number {
    return this.#now;
  }
  /** What is replayed here and how; null where the city's time is the present. */
  get replay(): Replay | null {
    return this.#replay;
  }
  /** Whether the replay has come to its end. */
  get over(): boolean {
    return this.#replay !== null && this.#now >= Date.parse(this.#replay.to);
  }

  set(text: string): void {
    this.#pace = { ...this.#pace, node: Date.parse(text), here: Date.now() };
    this.#tick();
  }

  follow(replay: Replay | null): void {
    this.#replay = replay;
    const rate = replay === null ? 1 : replay.running ? replay.speed : 0;
    const end = replay === null ? null : Date.parse(replay.to);
    this.#pace = { ...this.#pace, rate, end };
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#tick(), tickOf(rate));
    if (replay) this.set(replay.now);
  }

  #tick(): void {
    this.#now = nodeTime(this.#pace, Date.now());
  }
}

export const clock = new CityClock();
