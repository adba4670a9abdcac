/** A list of tasks: fetched, and fetched again whenever the live stream tells of a task in it. */
import * as api from '../api/tasks';
import type { StreamRecord } from '../api/model';
import { live } from './live.svelte';
import { organizations } from './organizations.svelte';
import { toast } from './toast.svelte';
import { explain } from './work.svelte';

export class TaskList {
  readonly asked: Record<string, string>;
  #answer = $state.raw<api.TasksAnswer | undefined>();
  #failed = $state(false);
  #fetching = false;
  #again = false;

  constructor(asked: Record<string, string>) {
    this.asked = asked;
  }

  get answer(): api.TasksAnswer | undefined {
    return this.#answer;
  }
  /** of all that match, not only of those fetched */
  get count(): number {
    return this.#answer?.count ?? 0;
  }
  get tasks(): readonly api.Task[] {
    return this.#answer?.tasks ?? [];
  }
  get failed(): boolean {
    return this.#failed;
  }

  incident(task: api.Task): api.TaskIncident | undefined {
    return this.#answer?.incidents[task.incident ?? ''];
  }
  call(task: api.Task): api.TaskCall | undefined {
    return this.#answer?.calls[task.call ?? ''];
  }

  /** Fetch and follow; returns how to stop. */
  follow(): () => void {
    void organizations.load();
    void this.fetch();
    return live.watch((records) => {
      if (records.some(tells)) void this.fetch();
    });
  }

  async fetch(): Promise<void> {
    this.#again = this.#fetching;
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      this.#answer = await api.tasks(this.asked);
      this.#failed = false;
    } catch {
      this.#failed = true;
    } finally {
      this.#fetching = false;
      if (this.#again) void this.fetch();
    }
  }
}

const tells = (record: StreamRecord): boolean => record.types.includes('Task');

/** Order something about a task; the change number it stands at then, or null when refused. */
export async function orderTask(
  task: api.Task,
  verb: api.TaskVerb,
  more: api.TaskOrder = {},
): Promise<number | null> {
  try {
    const done = await api.order(task.id, verb, { expect: task.change, ...more });
    toast.clear();
    return done.change;
  } catch (error) {
    toast.show(explain(error));
    return null;
  }
}

/** Send a task; true when the desk took it. */
export async function sendTask(body: api.NewTask): Promise<boolean> {
  try {
    await api.send(body);
    toast.clear();
    return true;
  } catch (error) {
    toast.show(explain(error));
    return false;
  }
}
