/** A list of calls: fetched, and fetched again whenever the live stream tells of a call. */
import * as api from '../api/calls';
import { live } from './live.svelte';
import { toast } from './toast.svelte';
import { explain } from './work.svelte';

export class CallList {
  readonly asked: Record<string, string>;
  #answer = $state.raw<api.CallsAnswer | undefined>();
  #failed = $state(false);
  #fetching = false;
  #again = false;

  constructor(asked: Record<string, string>) {
    this.asked = asked;
  }

  get answer(): api.CallsAnswer | undefined {
    return this.#answer;
  }
  get calls(): readonly api.Call[] {
    return this.#answer?.calls ?? [];
  }
  get failed(): boolean {
    return this.#failed;
  }

  /** Fetch and follow; returns how to stop. */
  follow(): () => void {
    void this.fetch();
    return live.watch((records) => {
      if (records.some((record) => record.types.includes('Call'))) void this.fetch();
    });
  }

  async fetch(): Promise<void> {
    this.#again = this.#fetching;
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      this.#answer = await api.calls(this.asked);
      this.#failed = false;
    } catch {
      this.#failed = true;
    } finally {
      this.#fetching = false;
      if (this.#again) void this.fetch();
    }
  }
}

/** Order something about a call; true when the desk took it. */
export async function orderCall(
  call: api.Call,
  verb: api.CallVerb,
  more: api.CallOrder = {},
): Promise<boolean> {
  try {
    await api.order(call.id, verb, { expect: call.change, ...more });
    toast.clear();
    return true;
  } catch (error) {
    toast.show(explain(error));
    return false;
  }
}
