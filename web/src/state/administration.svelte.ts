/** What several sections of Administration share: words of roles and organisations, refusals. */
import { inLanguage } from '../api/attribute';
import * as api from '../api/guard';
import { Refusal } from '../api/http';
import type { Texts } from '../api/model';
import { organizations } from '../api/tasks';
import { preferences, t } from './preferences.svelte';

export interface Choice {
  id: string;
  words: string;
}

class Administration {
  #roles = $state.raw<api.RoleInFull[]>([]);
  #organizations = $state.raw<{ id: string; name: Texts | null }[]>([]);

  get roles(): readonly api.RoleInFull[] {
    return this.#roles;
  }
  get people(): readonly api.RoleInFull[] {
    return this.#roles.filter((one) => !one.program);
  }
  get programs(): readonly api.RoleInFull[] {
    return this.#roles.filter((one) => one.program);
  }
  get organizations(): readonly Choice[] {
    return this.#organizations.map((one) => ({ id: one.id, words: this.#said(one.name, one.id) }));
  }

  async load(): Promise<void> {
    const [roles, found] = await Promise.all([api.roles(), organizations()]);
    this.#roles = roles.roles;
    this.#organizations = found.organizations;
  }

  role(id: string): string {
    return this.#said(this.#roles.find((one) => one.id === id)?.words, id);
  }
  organization(id: string): string {
    return this.#said(this.#organizations.find((one) => one.id === id)?.name, id);
  }
  asksOrganization(roles: readonly string[]): boolean {
    return this.#roles.some((one) => one.organization && roles.includes(one.id));
  }

  #said(words: Texts | null | undefined, id: string): string {
    return inLanguage(words, preferences.language) ?? id;
  }
}

export const administration = new Administration();

/** Why something was not done, in the reader's words where we have them. */
export function why(error: unknown): string {
  if (!(error instanceof Refusal) || error.status === 0) return t('error.unreached');
  if (error.status === 409) return `${t('admin.conflict')} ${error.message}`;
  return `${t('error.refused')} ${error.message}`;
}
