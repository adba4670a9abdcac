/**
 * The card that is filled while somebody speaks. It is one, whatever page is open: closed with
 * Esc it keeps what was typed, in memory alone, because a caller's name has no place in a browser's
 * storage.
 */
import type { FoundAddress } from '../api/addresses';
import * as api from '../api/calls';
import type { Suggestion } from '../api/themes';
import { catalogue } from './catalogue.svelte';
import { frame } from './frame.svelte';
import { preferences } from './preferences.svelte';
import { toast } from './toast.svelte';
import { explain } from './work.svelte';
import { fromWall, wall } from './zoned';

/** What was done with a card, to be read out and gone on from. */
export interface Outcome {
  taken: api.Taken;
  say: string;
  theme: string;
}

/** A key of this card; `randomUUID` is not there on a page without TLS. */
const key = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))]
    .map((one) => one.toString(16).padStart(2, '0'))
    .join('');

function fresh() {
  return {
    draft: key(),
    house: null as FoundAddress | null,
    address: '',
    name: '',
    telephone: '',
    apartment: '',
    words: '',
    theme: '',
    channel: 'telephone',
    injured: false,
    happened: '',
    reported: '',
    foreignNumber: '',
    incident: '',
    correcting: null as (api.Call & api.Caller) | null,
  };
}

const FEWEST = 7; // digits of a telephone that are worth a search

class CallCard {
  open = $state(false);
  busy = $state(false);
  fields = $state(fresh());
  known = $state.raw<api.KnownHere | null>(null);
  former = $state.raw<api.FormerCalls | null>(null);
  suggested = $state.raw<Suggestion[]>([]);
  outcome = $state.raw<Outcome | null>(null);
  /** what was begun before a correction came between */
  #aside: ReturnType<typeof fresh> | null = null;

  /** Whether something was typed that would be lost. */
  get begun(): boolean {
    const { address, name, telephone, words } = this.fields;
    return [address, name, telephone, words].some((one) => one.trim() !== '');
  }

  get ready(): boolean {
    return !this.busy && (this.fields.theme !== '' || this.fields.words.trim() !== '');
  }

  show(): void {
    void catalogue.load();
    if (this.outcome) this.clear();
    this.open = true;
  }

  hide(): void {
    this.open = false;
    if (this.outcome) this.clear();
  }

  clear(): void {
    this.fields = this.#aside ?? fresh();
    this.#aside = null;
    this.known = null;
    this.former = null;
    this.suggested = [];
    this.outcome = null;
  }

  /** The card of a call that was taken, to be set right: another one stands for it then. */
  correct(call: api.Call & api.Caller): void {
    if (this.begun && !this.fields.correcting) this.#aside = this.fields;
    const label = call.address ?? '';
    const house = call.building
      ? { id: call.building, street: label, label, match: 'exact' as const }
      : null;
    this.outcome = null;
    this.suggested = [];
    this.fields = {
      ...fresh(),
      house,
      address: label,
      name: call.callerName ?? '',
      telephone: call.callerTelephone ?? '',
      apartment: call.apartment ?? '',
      words: call.words ?? '',
      theme: call.theme ?? '',
      channel: call.channel,
      injured: call.injured,
      happened: call.happenedAt ? wall(Date.parse(call.happenedAt), frame.zone) : '',
      reported: wall(Date.parse(call.reportedAt), frame.zone),
      foreignNumber: call.foreignNumber ?? '',
      incident: call.incident ?? '',
      correcting: call,
    };
    this.open = true;
    void this.at(house);
  }

  /** The house is known, or no longer: what is known of it comes beside the card. */
  async at(house: FoundAddress | null): Promise<void> {
    this.known = null;
    if (!house?.id) return;
    try {
      const found = await api.known(house.id);
      if (this.fields.house?.id === house.id) this.known = found;
    } catch (error) {
      toast.show(explain(error));
    }
  }

  /** The number is typed: what came by it before. Too short to be one, it is asked nothing. */
  async by(telephone: string): Promise<void> {
    this.former = null;
    if (telephone.replace(/\D/g, '').length < FEWEST) return;
    try {
      const found = await api.former(telephone);
      if (this.fields.telephone === telephone) this.former = found;
    } catch (error) {
      toast.show(explain(error));
    }
  }

  /** Take the known outage: attach and save with one key. */
  async attach(cut: api.KnownCut): Promise<void> {
    const theme = catalogue.themes.find((one) => one.resource === cut.resource);
    if (!this.fields.theme) this.fields.theme = theme?.key ?? '';
    if (!this.fields.theme && !this.fields.words.trim()) this.fields.words = cut.resource;
    await this.save(cut);
  }

  async save(cut: api.KnownCut | null = null): Promise<void> {
    if (!this.ready) return;
    this.busy = true;
    try {
      const wrong = this.fields.correcting;
      const right = this.#card(cut);
      const taken = wrong
        ? await api.correct(wrong.id, { ...right, expect: wrong.change })
        : await api.take(right);
      toast.clear();
      const off = cut ?? this.#off(taken.outage);
      const say = off ? (off.say[preferences.language] ?? Object.values(off.say)[0] ?? '') : '';
      this.outcome = { taken, say, theme: this.fields.theme };
    } catch (error) {
      toast.show(explain(error));
    } finally {
      this.busy = false;
    }
  }

  /** The outage with which the call waits, where it is shown beside the card. */
  #off(id: string | null | undefined): api.KnownCut | undefined {
    const cuts = [...(this.known?.outages ?? []), ...(this.known?.works ?? [])];
    return cuts.find((one) => one.id === id);
  }

  #card(cut: api.KnownCut | null): api.Card {
    const { fields } = this;
    const given: [keyof api.Card, string][] = [
      ['building', fields.house?.id ?? ''],
      ['address', fields.house?.id ? '' : fields.address.trim()],
      ['name', fields.name.trim()],
      ['telephone', fields.telephone.trim()],
      ['apartment', fields.apartment.trim()],
      ['words', fields.words.trim()],
      ['theme', fields.theme],
      ['foreignNumber', fields.foreignNumber.trim()],
      ['happenedAt', instant(fields.happened, fields.correcting?.happenedAt)],
      ['reportedAt', instant(fields.reported, fields.correcting?.reportedAt)],
      ['outage', cut?.id ?? ''],
      ['incident', fields.incident],
    ];
    const filled = Object.fromEntries(given.filter(([, text]) => text !== ''));
    const { draft, channel, injured } = fields;
    return { draft, channel, injured, suggested: [...this.suggested], ...filled };
  }
}

/** A moment that the city's clock on the wall shows, as the node wants it; "" for none. */
function instant(shown: string, before: string | null | undefined): string {
  // a field has no seconds: what was not changed stays what it was
  if (before && wall(Date.parse(before), frame.zone) === shown) return before;
  const at = fromWall(shown, frame.zone);
  return Number.isNaN(at) ? '' : new Date(at).toISOString();
}

export const card = new CallCard();
