/**
 * What a wall knows beside the live situation: level, posts, tasks. Asked for again and again;
 * what cannot be had now stays as it was, with its age, and nobody is ever asked for anything.
 */
import * as console_ from '../api/console';
import { inLanguage } from '../api/attribute';
import type { Texts } from '../api/model';
import { report } from '../api/report';
import * as api from '../api/wall';
import { clock } from './clock.svelte';
import { frame } from './frame.svelte';
import { live } from './live.svelte';
import { places } from './places.svelte';
import { ofNow } from './report';
import { session } from './session.svelte';

const EVERY = 30_000;
const RETRY = 5_000;

/** A value, and when the node said so. */
export interface Known<T> {
  value: T;
  at: number;
}

class Wall {
  #level = $state.raw<Known<api.LevelNow> | null>(null);
  #posts = $state.raw<Known<readonly api.Post[]> | null>(null);
  #tasks = $state.raw<Known<readonly api.Task[]> | null>(null);
  #names = $state.raw<ReadonlyMap<string, Texts>>(new Map());
  #word = $state.raw<{ level: number; word: Texts } | null>(null);
  #ready = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #page: string | null = null;

  get ready(): boolean {
    return this.#ready;
  }
  get level(): Known<api.LevelNow> | null {
    return this.#level;
  }
  get posts(): Known<readonly api.Post[]> | null {
    return this.#posts;
  }
  get tasks(): Known<readonly api.Task[]> | null {
    return this.#tasks;
  }

  /** The city's word for the level that stands. */
  word(language: string): string | undefined {
    const level = this.#level?.value.level;
    return this.#word && this.#word.level === level
      ? inLanguage(this.#word.word, language)
      : undefined;
  }

  organization(id: string, language: string): string {
    return inLanguage(this.#names.get(id), language) ?? id.split(':').at(-1) ?? id;
  }

  start(): () => void {
    let over = false;
    const turn = async (): Promise<void> => {
      const fine = await this.#round();
      if (!over) this.#timer = setTimeout(() => void turn(), fine ? EVERY : RETRY);
    };
    void turn();
    return () => {
      over = true;
      clearTimeout(this.#timer);
      live.stop();
    };
  }

  /** One round; false where the node did not answer. */
  async #round(): Promise<boolean> {
    try {
      await session.load();
      if (session.person === null) {
        this.#ready = false;
        live.stop();
        return false;
      }
      await this.#renew();
      if (!this.#ready) await this.#begin();
      await this.#ask();
      return true;
    } catch {
      return false;
    }
  }

  async #begin(): Promise<void> {
    live.stop();
    const answer = await console_.frame();
    clock.follow(answer.replay);
    clock.set(answer.now);
    frame.set(answer);
    void places.load();
    await live.start();
    this.#ready = true;
  }

  /** A node that came back newer serves another page: this one is then of yesterday. */
  async #renew(): Promise<void> {
    const answer = await fetch('/', { method: 'GET', cache: 'no-cache' });
    const page = answer.headers.get('ETag');
    if (this.#page !== null && page !== null && page !== this.#page) location.reload();
    this.#page = page;
  }

  async #ask(): Promise<void> {
    const [level, posts, tasks] = await Promise.allSettled([
      api.level(),
      api.shifts(),
      api.tasks(),
      this.#nameOrganizations(),
    ]);
    const at = clock.now;
    if (level.status === 'fulfilled') this.#level = { value: level.value, at };
    if (posts.status === 'fulfilled') this.#posts = { value: posts.value.posts, at };
    if (tasks.status === 'fulfilled') this.#tasks = { value: tasks.value.tasks, at };
    await this.#nameLevel();
  }

  async #nameOrganizations(): Promise<void> {
    const { organizations } = await api.organizations();
    this.#names = new Map(organizations.map((one) => [one.id, one.name]));
  }

  /** The word stands in the report; it is asked for when the level changes, and not before. */
  async #nameLevel(): Promise<void> {
    const level = this.#level?.value.level ?? null;
    if (level === null || this.#word?.level === level) return;
    try {
      const { status } = await report(ofNow());
      this.#word = { level: status.level, word: status.word };
    } catch {
      this.#word = null;
    }
  }
}

export const wall = new Wall();
