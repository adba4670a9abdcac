/** Calls of administration: accounts, roles, tokens, sessions, journal; and one's own account. */
import { get, post, remove } from './http';
import type { Texts } from './model';

export interface RoleInFull {
  id: string;
  words: Texts;
  reads: string[];
  /** purposes for which it reads personal values */
  personal: string[];
  /** the only types there are for it; null: all */
  sees: string[] | null;
  hides: string[];
  /** types of which it sees what concerns its organisation only */
  ownRows: string[];
  writes: string[];
  works: string[];
  manages: string[];
  organization: boolean;
  /** a role of programs, not of people */
  program: boolean;
}

export interface RolesAnswer {
  roles: RoleInFull[];
  purposes: { id: string; words: Texts }[];
}

export interface Account {
  name: string;
  roles: string[];
  organization: string | null;
  disabled: boolean;
  /** may be entered through the city's other house */
  house: boolean;
  createdAt: string;
  changedAt: string;
  version: number;
}

export type ListedAccount = Account & { passkeys: number };

/** The password stands in this one answer only. */
export type AccountWithPassword = Account & { password: string };

export interface Token {
  name: string;
  role: string;
  source: string | null;
  tenant: string;
  createdAt: string;
  ends: string;
  usedAt: string | null;
  over: boolean;
  version: number;
}

export interface IssuedToken {
  token: string;
  ends: string;
}

export interface OpenSession {
  id: string;
  actor: string;
  role: string;
  organization: string | null;
  openedAt: string;
  seenAt: string;
  own: boolean;
}

export interface Passkey {
  id: string;
  name: string;
  createdAt: string;
  usedAt: string | null;
}

interface Offer<Options> {
  ticket: string;
  options: Options;
}

export interface Assertion {
  ticket: string;
  credential: PublicKeyCredentialJSON;
}

export type Fact = string | number | boolean | readonly (string | number)[];

export interface JournalEntry {
  number: number;
  kind: string;
  actor: string;
  at: string;
  role: string;
  purpose: string;
  facts: Readonly<Record<string, Fact>>;
}

export interface JournalAnswer {
  entries: JournalEntry[];
  /** what `before` asks for the next page; null: there is none */
  next: number | null;
  kinds: string[];
}

export const roles = () => get<RolesAnswer, '/guard/roles'>('/guard/roles', {});

const ACCOUNTS = '/guard/accounts';
export const accounts = () => get<{ accounts: ListedAccount[] }, typeof ACCOUNTS>(ACCOUNTS, {});
export const createAccount = (wish: {
  name: string;
  roles: string[];
  organization: string;
  house: boolean;
}) => post<AccountWithPassword, typeof ACCOUNTS>(ACCOUNTS, {}, wish);
export const setRoles = (
  name: string,
  wish: { expect: number; roles: string[]; organization: string },
) => post<Account, '/guard/accounts/{name}/roles'>('/guard/accounts/{name}/roles', { name }, wish);

export const setThroughHouse = (account: Account, allowed: boolean) =>
  post<Account, '/guard/accounts/{name}/house'>(
    '/guard/accounts/{name}/house',
    { name: account.name },
    { expect: account.version, allowed },
  );

type Switch = '/guard/accounts/{name}/disable' | '/guard/accounts/{name}/enable';
export const setDisabled = (account: Account, disabled: boolean) =>
  post<Account, Switch>(
    `/guard/accounts/{name}/${disabled ? 'disable' : 'enable'}`,
    { name: account.name },
    { expect: account.version },
  );
export const resetPassword = (account: Account) =>
  post<AccountWithPassword, '/guard/accounts/{name}/password'>(
    '/guard/accounts/{name}/password',
    { name: account.name },
    { expect: account.version },
  );
export const changePassword = (old: string, fresh: string) =>
  post<undefined, '/guard/password'>('/guard/password', {}, { old, new: fresh });

const PASSKEYS = '/guard/passkeys';
export const passkeys = () => get<{ passkeys: Passkey[] }, typeof PASSKEYS>(PASSKEYS, {});
export const offerPasskey = () =>
  post<Offer<PublicKeyCredentialCreationOptionsJSON>, '/guard/passkeys/registration'>(
    '/guard/passkeys/registration',
    {},
    {},
  );
export const addPasskey = (ticket: string, credential: PublicKeyCredentialJSON, name: string) =>
  post<{ id: string; name: string }, typeof PASSKEYS>(PASSKEYS, {}, { ticket, credential, name });
export const removePasskey = (id: string) => remove('/guard/passkeys/{id}', { id });
export const forgetPasskeys = (name: string) => remove('/guard/accounts/{name}/passkeys', { name });
export const offerSignIn = () =>
  post<Offer<PublicKeyCredentialRequestOptionsJSON>, '/guard/passkeys/assertion'>(
    '/guard/passkeys/assertion',
    {},
    {},
  );

const TOKENS = '/guard/tokens';
export const tokens = () => get<{ tokens: Token[] }, typeof TOKENS>(TOKENS, {});
export const issueToken = (wish: { name: string; role: string; days: number; source: string }) =>
  post<IssuedToken, typeof TOKENS>(TOKENS, {}, wish);
export const rotateToken = (token: Token) =>
  post<IssuedToken, '/guard/tokens/{name}/rotate'>(
    '/guard/tokens/{name}/rotate',
    { name: token.name },
    { expect: token.version },
  );
export const revokeToken = (name: string) => remove('/guard/tokens/{name}', { name });

export const sessions = () =>
  get<{ sessions: OpenSession[] }, '/guard/sessions'>('/guard/sessions', {});
export const endSession = (id: string) => remove('/guard/sessions/{id}', { id });

export const journal = (query: URLSearchParams) =>
  get<JournalAnswer, '/guard/journal'>('/guard/journal', {}, query);
