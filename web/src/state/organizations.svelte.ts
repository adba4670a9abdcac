/** Who takes tasks, with which reasons they answer, and where the desk is reached. */
import { inLanguage } from '../api/attribute';
import * as api from '../api/tasks';
import type { Key } from '../words/translate';
import { preferences, t } from './preferences.svelte';

class Organizations {
  #answer = $state.raw<api.OrganizationsAnswer | undefined>();
  #loading = false;

  async load(): Promise<void> {
    if (this.#loading || this.#answer) return;
    this.#loading = true;
    try {
      this.#answer = await api.organizations();
    } finally {
      this.#loading = false;
    }
  }

  get all(): readonly api.Organization[] {
    return this.#answer?.organizations ?? [];
  }

  get telephone(): string {
    return this.#answer?.desk.telephone ?? '';
  }

  /** Its name; the last part of its id where it left the city's folder. */
  name(id: string | null | undefined): string {
    const found = this.all.find((one) => one.id === id);
    return inLanguage(found?.name, preferences.language) ?? id?.split(':').pop() ?? '';
  }

  telephoneOf(id: string): string {
    return this.all.find((one) => one.id === id)?.telephone ?? '';
  }

  reasons(kind: api.ReasonKind): { code: string; words: string }[] {
    return Object.keys(this.#answer?.reasons[kind] ?? {}).map((code) => ({
      code,
      words: this.reason(code),
    }));
  }

  reason(code: string | null): string {
    const lists = Object.values(this.#answer?.reasons ?? {});
    const found = lists.map((list) => list[code ?? '']).find((words) => words !== undefined);
    const words = inLanguage(found, preferences.language) ?? code ?? '';
    return words.charAt(0).toLocaleUpperCase() + words.slice(1);
  }
}

export const organizations = new Organizations();

const ROLES: Readonly<Record<string, Key>> = {
  'department-head': 'task.role.department-head',
  'duty-officer': 'task.role.duty-officer',
  mayor: 'task.role.mayor',
};

/** Before whom a late task was put; a role that the city added itself by its code. */
export function roleName(role: string): string {
  const key = ROLES[role];
  return key ? t(key) : role;
}
