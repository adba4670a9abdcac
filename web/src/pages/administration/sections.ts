/**
 * What Administration holds. A section is a line here and a component that gets `person` and `id`
 * (what stands after the section in the address, or null).
 */
import type { Component } from 'svelte';
import type { Person } from '../../api/model';
import type { Key } from '../../words/translate';
import Addresses from './addresses/Addresses.svelte';
import Journal from './journal/Journal.svelte';
import People from './people/People.svelte';
import Privacy from './privacy/Privacy.svelte';
import Roles from './roles/Roles.svelte';
import Rules from './rules/Rules.svelte';
import SettingsPage from './settings/SettingsPage.svelte';
import Themes from './themes/Themes.svelte';
import Tokens from './tokens/Tokens.svelte';

export interface SectionProps {
  person: Person;
  id: string | null;
}

export interface Section {
  /** in the address: #/administration/people */
  id: string;
  title: Key;
  about: Key;
  /** who manages one of these areas opens it; none: whoever opens Administration */
  areas: readonly string[];
  /** or who gives orders in one of these rooms */
  rooms?: readonly string[];
  page: Component<SectionProps>;
}

export const SECTIONS: readonly Section[] = [
  {
    id: 'people',
    title: 'admin.people',
    about: 'admin.people.about',
    areas: ['accounts'],
    page: People,
  },
  {
    id: 'rules',
    title: 'rules.title',
    about: 'rules.about',
    areas: ['rules'],
    rooms: ['watch'],
    page: Rules,
  },
  {
    id: 'addresses',
    title: 'addresses.title',
    about: 'addresses.about',
    areas: ['sources'],
    page: Addresses,
  },
  { id: 'roles', title: 'admin.roles', about: 'admin.roles.about', areas: [], page: Roles },
  {
    id: 'tokens',
    title: 'admin.tokens',
    about: 'admin.tokens.about',
    areas: ['tokens'],
    page: Tokens,
  },
  {
    id: 'settings',
    title: 'settings.title',
    about: 'settings.about.short',
    areas: ['settings', 'sources', 'rules', 'playbooks'],
    page: SettingsPage,
  },
  {
    id: 'themes',
    title: 'themes.title',
    about: 'themes.about',
    areas: ['settings'],
    rooms: ['calls'],
    page: Themes,
  },
  {
    id: 'privacy',
    title: 'privacy.title',
    about: 'privacy.about',
    areas: ['erasure', 'journal'],
    page: Privacy,
  },
  {
    id: 'journal',
    title: 'admin.journal',
    about: 'admin.journal.about',
    areas: ['journal'],
    page: Journal,
  },
];

/** Whether the person manages or works at what the section is about. */
const isTheirs = (one: Section, person: Person): boolean =>
  one.areas.some((area) => person.manages.includes(area)) ||
  (one.rooms ?? []).some((room) => person.works.includes(room));

export const sectionsOf = (person: Person): readonly Section[] =>
  SECTIONS.filter((one) => one.areas.length === 0 || isTheirs(one, person));

/** Whether there is anything here for the person beyond what everybody may read. */
export const mayAdminister = (person: Person): boolean =>
  SECTIONS.some((one) => isTheirs(one, person));
