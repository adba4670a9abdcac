"""Local accounts: who may sign in here, in which roles.

Every change is journalled in the commit that makes it. A change that takes something away
(disabled, another password, a role less) ends the account's session.
"""

import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hansa.base.clock import Clock
from hansa.base.database import Database, Tx
from hansa.base.problems import AlreadyExists, BadRequestData, Conflict, Forbidden, ResourceNotFound
from hansa.guard.attempts import Attempts
from hansa.guard.errors import WrongCredentials
from hansa.guard.houses import Stranger, known, taken_in
from hansa.guard.journal import Journal, Kind, entry_of
from hansa.guard.model import Fact, Grant, JournalEntry
from hansa.guard.passwords import Passwords, check_strength
from hansa.guard.policy import Policy
from hansa.guard.rights import Rights
from hansa.guard.store import accounts as rows
from hansa.guard.store.accounts import AccountRow

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_ORGANIZATION = re.compile(r"urn:ngsi-ld:Organization:[A-Za-z0-9._~-]{1,128}")
_TAKEN = re.compile(r"operator|unknown|visitor-.*")  # actors that are not accounts

EndSessions = Callable[[str, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Account:
    """An account as an administrator sees it; `version` counts its changes.

    `house`: it may be entered through the city's other house (OpenID Connect).
    """

    name: str
    roles: tuple[str, ...]
    disabled: bool
    created: datetime
    changed: datetime
    organization: str = ""
    version: int = 1
    house: bool = False


class Accounts:
    """The accounts of one city. `end_sessions(name, reason)` is given by its sessions."""

    def __init__(
        self,
        database: Database,
        journal: Journal,
        policy: Policy,
        rights: Rights,
        clock: Clock,
        passwords: Passwords,
    ) -> None:
        self._database = database
        self._journal = journal
        self._policy = policy
        self._rights = rights
        self._clock = clock
        self._passwords = passwords
        self._attempts = Attempts()
        self.end_sessions: EndSessions = _nobody

    # ---- looking

    async def all(self, grant: Grant) -> tuple[Account, ...]:
        """Every account, by name."""
        self._rights.check_manage(grant, "accounts")
        return tuple(_shown(row) for row in await self._database.read(rows.accounts))

    async def one(self, name: str) -> AccountRow:
        """An account with what only guard knows of it; ResourceNotFound."""
        row = await self._database.read(lambda tx: rows.account(tx, name))
        if row is None:
            raise ResourceNotFound(f"there is no account {name}", where="name")
        return row

    async def count(self) -> int:
        """How many accounts there are: a city without one has nobody who could sign in."""
        return len(await self._database.read(rows.accounts))

    async def named(self, name: str) -> Account | None:
        """The account of this name by which somebody could sign in; None where there is none."""
        row = await self._database.read(lambda tx: rows.account(tx, name))
        return None if row is None or row.disabled else _shown(row)

    async def names(self) -> tuple[str, ...]:
        """Everybody who could sign in: whom one may name in an appointment."""
        found = await self._database.read(rows.accounts)
        return tuple(row.name for row in found if not row.disabled)

    # ---- changing

    async def create(
        self,
        grant: Grant,
        name: str,
        password: str,
        roles: Sequence[str],
        organization: str = "",
        *,
        house: bool = False,
    ) -> Account:
        """A new account. AlreadyExists where the name is taken; WeakPassword, BadRequestData.

        `house`: whoever bears this name in the city's other house may enter it, the first to come.
        """
        self._rights.check_manage(grant, "accounts")
        _check_name(name)
        self._check_roles(roles)
        self.check_organization(roles, organization)
        check_strength(name, password)
        now, kept = self._clock.now(), await self._passwords.hash(password)
        row = AccountRow(*(name, tuple(roles), kept, False, now, now, organization), house=house)
        entry = self._entry(grant, name, "created", roles=list(roles), house=house)

        def unit(tx: Tx) -> None:
            if not rows.add_account(tx, row):
                raise AlreadyExists(f"there is an account {name} already", where="name")
            self._journal(tx, entry)

        await self._database.write(unit)
        return _shown(row)

    async def set_roles(
        self,
        grant: Grant,
        name: str,
        roles: Sequence[str],
        organization: str = "",
        *,
        expect: int | None = None,
    ) -> Account:
        """Give the account exactly these roles, in this organisation.

        Here and below: Conflict where `expect` is given and is not the account's version (somebody
        else changed it meanwhile), and where nobody would be left to keep the accounts.
        """
        self._rights.check_manage(grant, "accounts")
        self._check_roles(roles)
        self.check_organization(roles, organization)
        entry = self._entry(grant, name, "roles", roles=list(roles), organization=organization)
        given = tuple(roles)
        return await self._change(
            *(name, entry, lambda row: replace(row, roles=given, organization=organization)),
            expect=expect,
        )

    async def set_password(
        self, grant: Grant, name: str, password: str, *, expect: int | None = None
    ) -> Account:
        """Give the account another password; for an administrator."""
        self._rights.check_manage(grant, "accounts")
        return await self._set_password(grant, name, password, expect)

    async def change_password(self, grant: Grant, old: str, new: str, address: str = "") -> Account:
        """Change one's own password; WrongCredentials where `old` is not it."""
        await self.check(grant.actor, old, address)
        return await self._set_password(grant, grant.actor, new)

    async def disable(self, grant: Grant, name: str, *, expect: int | None = None) -> Account:
        """Let nobody sign in with the account; what it did stays."""
        self._rights.check_manage(grant, "accounts")
        if name == grant.actor:
            raise Forbidden("nobody disables the own account", remedy="ask another administrator")
        entry = self._entry(grant, name, "disabled")
        return await self._change(
            name, entry, lambda row: replace(row, disabled=True), expect=expect
        )

    async def enable(self, grant: Grant, name: str, *, expect: int | None = None) -> Account:
        """Let the account sign in again."""
        self._rights.check_manage(grant, "accounts")
        entry = self._entry(grant, name, "enabled")
        return await self._change(
            name, entry, lambda row: replace(row, disabled=False), expect=expect
        )

    async def through_house(
        self, grant: Grant, name: str, allowed: bool, *, expect: int | None = None
    ) -> Account:
        """Let the account be entered through the other house, or not; nobody is known there yet."""
        self._rights.check_manage(grant, "accounts")
        entry = self._entry(grant, name, "house", allowed=allowed)
        return await self._change(
            *(name, entry, lambda row: replace(row, house=allowed)),
            expect=expect,
            also=lambda tx: rows.leave_house(tx, name),
        )

    async def of_house(self, stranger: Stranger) -> AccountRow:
        """The account of whom another house signed in; WrongCredentials where none is meant."""
        fresh = await self._fresh(stranger) if stranger.create and stranger.roles else None
        now = self._clock.now()

        def unit(tx: Tx) -> AccountRow:
            row, what = taken_in(tx, stranger, fresh)
            if what:
                facts = {"account": row.name, "what": what, "roles": list(row.roles)}
                self._journal(tx, JournalEntry(Kind.ACCOUNT, row.name, now, facts=facts))
            return row

        return await self._database.write(unit)

    async def _fresh(self, stranger: Stranger) -> AccountRow | None:
        """The account that is made for them; None where there is one: a hash costs a while."""
        if await self._database.read(lambda tx: known(tx, stranger)):
            return None
        _check_name(stranger.name)
        self._check_roles(stranger.roles)
        self.check_organization(stranger.roles, stranger.organization)
        now, nobody_knows = self._clock.now(), secrets.token_urlsafe(32)
        kept = await self._passwords.hash(nobody_knows)
        return AccountRow(
            *(stranger.name, stranger.roles, kept, False, now, now, stranger.organization),
            house=True,
        )

    # ---- signing in

    async def check(self, name: str, password: str, address: str) -> AccountRow:
        """The account that name and password belong to.

        WrongCredentials in the same time and words whether the name is unknown, disabled or
        the password wrong; TooManyRequests after too many attempts from this address.
        """
        name = name.strip().casefold()
        self._attempts.begin(name, address, self._clock.now())
        row = await self._database.read(lambda tx: rows.account(tx, name))
        right = await self._passwords.verify(None if row is None else row.password, password)
        if row is None or row.disabled or not right:
            # A name nobody has may be a password typed into the wrong field: never kept.
            actor = "unknown" if row is None else name
            facts = {"address": address}
            refused = Kind.SIGN_IN_REFUSED
            await self._journal.write(JournalEntry(refused, actor, self._clock.now(), facts=facts))
            raise WrongCredentials(
                "name or password is wrong", remedy="look at the keyboard layout"
            )
        self._attempts.succeeded(name, address)
        if self._passwords.outdated(row.password):
            row = await self._rehash(row, password)
        return row

    def check_unchanged(self, tx: Tx, checked: AccountRow) -> None:
        """WrongCredentials where the account changed since its password was looked at."""
        row = rows.account(tx, checked.name)
        if row is None or row.disabled or row.password != checked.password:
            raise _wrong()

    async def _rehash(self, row: AccountRow, password: str) -> AccountRow:
        kept = await self._passwords.hash(password)

        def unit(tx: Tx) -> AccountRow:
            now = rows.account(tx, row.name)
            if now is None or now.password != row.password:
                return row
            fresh = replace(now, password=kept)
            rows.change_account(tx, fresh)
            return fresh

        return await self._database.write(unit)

    # ---- inside

    async def _set_password(
        self, grant: Grant, name: str, password: str, expect: int | None = None
    ) -> Account:
        check_strength(name, password)
        kept = await self._passwords.hash(password)
        entry = self._entry(grant, name, "password")
        return await self._change(
            name, entry, lambda row: replace(row, password=kept), expect=expect
        )

    async def _change(
        self,
        name: str,
        entry: JournalEntry,
        change: Callable[[AccountRow], AccountRow],
        *,
        expect: int | None,
        also: Callable[[Tx], None] | None = None,
    ) -> Account:
        def unit(tx: Tx) -> AccountRow:
            row = rows.account(tx, name)
            if row is None:
                raise ResourceNotFound(f"there is no account {name}", where="name")
            if expect not in (None, row.version):
                raise Conflict(
                    f"somebody changed the account {name} meanwhile",
                    where="expect",
                    remedy="look at it again",
                )
            changed = replace(change(row), changed=self._clock.now(), version=row.version + 1)
            rows.change_account(tx, changed)
            self._check_kept(tx, row, changed)
            if also is not None:
                also(tx)
            self._journal(tx, entry)
            return changed

        changed = await self._database.write(unit)
        await self.end_sessions(name, f"account: {entry.facts['what']}")
        return _shown(changed)

    def _check_kept(self, tx: Tx, before: AccountRow, after: AccountRow) -> None:
        """Conflict where the last account that may keep the accounts would no longer do so."""
        if self._keeps(before) and not any(map(self._keeps, (after, *rows.accounts(tx)))):
            raise Conflict(
                f"{before.name} is the last who keeps the accounts",
                remedy="give another account the role administrator first",
            )

    def _keeps(self, row: AccountRow) -> bool:
        roles = self._policy.roles
        own = [roles[name] for name in row.roles if name in roles]
        return not row.disabled and any("accounts" in role.manages for role in own)

    def _entry(self, grant: Grant, name: str, what: str, **facts: Fact) -> JournalEntry:
        return entry_of(grant, Kind.ACCOUNT, self._clock.now(), account=name, what=what, **facts)

    def check_organization(self, roles: Sequence[str], organization: str) -> None:
        """BadRequestData for what names no organisation, and where a role asks for one."""
        if organization and not _ORGANIZATION.fullmatch(organization):
            raise BadRequestData(
                f"{organization!r} is no organisation",
                where="organization",
                remedy="urn:ngsi-ld:Organization:KEY, as in the city's organizations.yaml",
            )
        asking = [name for name in roles if self._policy.role(name).organization]
        if asking and not organization:
            raise BadRequestData(
                f"{', '.join(asking)}: belongs to an organisation",
                where="organization",
                rule="guard/roles.yaml: organization",
            )

    def _check_roles(self, roles: Sequence[str]) -> None:
        for name in roles:
            role = self._policy.role(name)
            if role.machine or role.token:
                raise BadRequestData(f"{name} is a role of machines", where="roles")
        if not roles:
            raise BadRequestData("an account has at least one role", where="roles")


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or _TAKEN.fullmatch(name):
        raise BadRequestData(
            f"{name!r} cannot be the name of an account",
            where="name",
            rule="2 to 64 of a-z, 0-9 and . _ @ -; not operator, unknown or visitor-…",
            remedy="take for example the part of the e-mail address before the @",
        )


def _wrong() -> WrongCredentials:
    return WrongCredentials("name or password is wrong", remedy="look at the keyboard layout")


def _shown(row: AccountRow) -> Account:
    return Account(
        *(row.name, row.roles, row.disabled, row.created, row.changed),
        *(row.organization, row.version, row.house),
    )


async def _nobody(name: str, reason: str) -> None:
    """Before sessions are there, none can end."""
