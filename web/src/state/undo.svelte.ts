/** What was just ordered about a task, while it can be taken back by one press. */
import type { Task, TaskOrder, TaskVerb } from '../api/tasks';
import { orderTask } from './tasks.svelte';
import { undoes } from './tasks';

const STANDS = 12_000; // long enough to notice, short enough not to be in the way

interface Done {
  task: Task;
  verb: TaskVerb;
}

class Undo {
  #done = $state.raw<Done | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  get done(): Done | null {
    return this.#done;
  }

  /** Order, and offer the way back where there is one; true when the desk took it. */
  async order(task: Task, verb: TaskVerb, more: TaskOrder = {}): Promise<boolean> {
    const change = await orderTask(task, verb, more);
    if (change === null) return false;
    this.#offer(undoes(verb) ? { task: { ...task, change }, verb } : null);
    return true;
  }

  async back(): Promise<void> {
    const done = this.#done;
    const verb = done && undoes(done.verb);
    this.#offer(null);
    if (done && verb) await orderTask(done.task, verb);
  }

  #offer(done: Done | null): void {
    clearTimeout(this.#timer);
    this.#done = done;
    if (done) this.#timer = setTimeout(() => (this.#done = null), STANDS);
  }
}

export const undo = new Undo();
