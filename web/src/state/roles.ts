/** What a role is for, in a sentence; a role that the city added itself has none. */
import type { Person } from '../api/model';
import type { Key } from '../words/translate';
import { t } from './preferences.svelte';

const ABOUT: Readonly<Record<string, Key>> = {
  'duty-officer': 'role.duty-officer',
  mayor: 'role.mayor',
  analyst: 'role.analyst',
  clerk: 'role.clerk',
  administrator: 'role.administrator',
  dispatcher: 'role.dispatcher',
  'department-head': 'role.department-head',
  'privacy-officer': 'role.privacy-officer',
  auditor: 'role.auditor',
  press: 'role.press',
};

export function roleAbout(role: string): string {
  const key = ABOUT[role];
  return key ? t(key) : '';
}

export const mayWork = (person: Person): boolean => person.works.includes('desk');
/** Sends tasks: for the city's desk. Whoever belongs to an organisation answers its own. */
export const worksTasks = (person: Person): boolean => person.works.includes('tasks');
/** Tells of outages and works, and orders about them. */
export const worksOutages = (person: Person): boolean => person.works.includes('outages');
export const sendsTasks = (person: Person): boolean => worksTasks(person) && mayWork(person);
export const isDispatcher = (person: Person): boolean => person.role === 'dispatcher';
/** Roles that see a part of the city only, which shifts are not in. */
const WITHOUT_SHIFTS: readonly string[] = ['dispatcher', 'press'];
export const seesShifts = (person: Person): boolean => !WITHOUT_SHIFTS.includes(person.role);
/** Takes calls of citizens and works them to their close. */
export const takesCalls = (person: Person): boolean => person.works.includes('calls');
export const maySetLevel = (person: Person): boolean => person.works.includes('level');
export const mayBringIn = (person: Person): boolean => person.manages.includes('intake');
export const maySteer = (person: Person): boolean => person.manages.includes('sources');
