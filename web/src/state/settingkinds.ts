/** What a kind of settings is called, and with what a new file of it begins. */
import { hasKey } from '../words/translate';
import { t } from './preferences.svelte';

export function kindWords(kind: string): string {
  const key = `settings.kind.${kind}`;
  return hasKey(key) ? t(key) : kind;
}

const BEGINNINGS: Readonly<Record<string, string>> = {
  rules: 'rules:\n',
  playbooks: 'playbooks:\n',
  indicators: 'indicators:\n',
  sources: 'source: \ntitle: {}\n',
};

export const beginning = (path: string): string => BEGINNINGS[path.split('/')[0] ?? ''] ?? '';

/** Kinds that have a page of their own to be read by; the others are shown as a tree. */
export type View = 'organizations' | 'calendar' | 'playbooks' | 'sources' | 'tree';

export function viewOf(kind: string): View {
  switch (kind) {
    case 'organizations':
    case 'calendar':
    case 'playbooks':
    case 'sources':
      return kind;
    default:
      return 'tree';
  }
}

/** What a form changes a text with; it comes when the first file is opened. */
export type Tools = Omit<typeof import('./yamltext'), 'valuesOf'>;
