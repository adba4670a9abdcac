/** How a call came in, in words. */
import type { Key } from '../words/translate';
import { t } from './preferences.svelte';

const CHANNELS: Readonly<Record<string, Key>> = {
  telephone: 'call.channel.telephone',
  '112': 'call.channel.112',
  'e-mail': 'call.channel.e-mail',
  messenger: 'call.channel.messenger',
  rounds: 'call.channel.rounds',
  open311: 'call.channel.open311',
};

export function channelName(name: string): string {
  const key = CHANNELS[name];
  return key ? t(key) : name;
}
