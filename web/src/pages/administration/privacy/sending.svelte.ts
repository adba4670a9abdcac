/** A dialog's order on its way: busy while it is, and why it was refused. */
import { why } from '../../../state/administration.svelte';

export class Sending {
  busy = $state(false);
  refusal = $state('');

  /** What was typed stays where the node refuses it. */
  async send<T>(order: () => Promise<T>, done: (answer: T) => void): Promise<void> {
    this.busy = true;
    this.refusal = '';
    try {
      done(await order());
    } catch (error) {
      this.refusal = why(error);
    } finally {
      this.busy = false;
    }
  }
}
