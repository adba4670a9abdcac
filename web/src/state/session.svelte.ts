/** Who sits at this screen, and what the sign-in page may offer. */
import * as api from '../api/console';
import { act } from '../api/shifts';
import { UNREACHED, Refusal } from '../api/http';
import type { Person, SessionAnswer } from '../api/model';
import { clock } from './clock.svelte';
import { askPasskey } from './passkey';

class Session {
  #answer = $state.raw<SessionAnswer | undefined>();
  #unreached = $state(false);

  get known(): boolean {
    return this.#answer !== undefined;
  }
  get unreached(): boolean {
    return this.#unreached;
  }
  get answer(): SessionAnswer | undefined {
    return this.#answer;
  }
  get person(): Person | null {
    return this.#answer?.person ?? null;
  }

  async load(): Promise<void> {
    await this.#take(api.session());
  }
  async pick(role: string, organization?: string): Promise<void> {
    await this.#take(api.pickRole(role, organization));
  }
  async signIn(name: string, password: string): Promise<void> {
    await this.#take(api.signIn(name, password));
  }
  async enterByPasskey(): Promise<void> {
    const assertion = await askPasskey();
    if (assertion) await this.#take(api.signInByPasskey(assertion));
  }
  async switchRole(role: string): Promise<void> {
    await this.#take(api.switchRole(role));
  }
  async act(appointment: string): Promise<void> {
    await this.#take(act(appointment));
  }
  async signOut(): Promise<void> {
    await api.signOut();
    await this.load();
  }

  async #take(answer: Promise<SessionAnswer>): Promise<void> {
    try {
      this.#answer = await answer;
      clock.follow(this.#answer.replay);
      this.#unreached = false;
    } catch (error) {
      this.#unreached = error instanceof Refusal && error.status === UNREACHED;
      throw error;
    }
  }
}

export const session = new Session();
