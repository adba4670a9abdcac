"""Sessions: kept by the server, known to the browser by a random token of which we keep a hash.

They live in memory (every request and every use of a view asks) and in the store (a restart
signs nobody out). One login at a time per account: signing in again ends the session before,
wherever it is open. A visitor of a loopback exercise city picks a role instead.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hansa.base.clock import Clock
from hansa.base.database import Database, Tx
from hansa.base.problems import Forbidden, ResourceNotFound
from hansa.guard.accounts import Accounts
from hansa.guard.attempts import is_loopback
from hansa.guard.journal import Journal, Kind, entry_of
from hansa.guard.model import Grant, World
from hansa.guard.policy import Policy
from hansa.guard.rights import Rights
from hansa.guard.store import accounts as rows
from hansa.guard.store.accounts import AccountRow, SessionRow

_SEEN_EVERY = timedelta(minutes=1)  # how old the stored time of last use may be


@dataclass(frozen=True, slots=True)
class Rules:
    """How long a session lives: without use, and at all.

    The second is a shift of 24 hours and its hand-over, so that nobody is signed out on duty.
    """

    idle: timedelta = timedelta(hours=8)
    longest: timedelta = timedelta(hours=25)


Dress = Callable[[Grant], Grant]
"""Gives the grant of a session the role of whom its holder acts for (see `delegations`)."""

Left = Callable[[str], None]
"""Is told of each session that ended."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: the token for the cookie, shown once, and the grant it stands for."""

    token: str
    grant: Grant
    until: datetime


class Sessions:
    """The sessions of one city."""

    def __init__(
        self,
        database: Database,
        journal: Journal,
        policy: Policy,
        rights: Rights,
        clock: Clock,
        accounts: Accounts,
        world: World,
        rules: Rules,
    ) -> None:
        self._database = database
        self._journal = journal
        self._policy = policy
        self._rights = rights
        self._clock = clock
        self._accounts = accounts
        self._world = world
        self._rules = rules
        self._by_hash: dict[bytes, SessionRow] = {}
        self._by_id: dict[str, SessionRow] = {}
        self._stored: dict[str, datetime] = {}
        self._host = ""
        self._turn = asyncio.Lock()  # memory follows the store in the same order
        self.dress: Dress = lambda grant: grant
        self.left: Left = lambda session: None
        accounts.end_sessions = self.end_account

    def own(self, grant: Grant) -> Grant:
        """The grant of the same session as its holder has it, acting for nobody."""
        row = self._by_id.get(grant.session)
        return replace(grant, on_behalf="") if row is None else self._own(row)

    def here(self, actor: str) -> bool:
        """Whether somebody of this name is signed in."""
        now = self._clock.now()
        return any(one.actor == actor and self._within(one, now) for one in self._by_id.values())

    def visitors(self) -> tuple[str, ...]:
        """Those who picked a role and are here."""
        now = self._clock.now()
        found = self._by_id.values()
        return tuple(one.actor for one in found if one.account is None and self._within(one, now))

    async def load(self) -> None:
        """Take up the sessions that were open when the node stopped."""
        for row in await self._database.read(rows.sessions):
            self._remember(row)
        await self._end_expired()

    def listens_at(self, host: str) -> None:
        """Say at which address the node listens; before that nobody can pick a role."""
        self._host = host

    # ---- coming

    async def sign_in(
        self, name: str, password: str, address: str, role: str | None = None
    ) -> Opened:
        """Open a session for an account, in `role` or its first one; ends the one before.

        WrongCredentials, TooManyRequests; Forbidden where the account has not that role.
        """
        account = await self._accounts.check(name, password, address)
        return await self.open_for(account, address, role, how="password")

    async def open_for(
        self,
        account: AccountRow,
        address: str,
        role: str | None,
        *,
        how: str,
        since: datetime | None = None,
    ) -> Opened:
        """Open a session for an account that was proven, now or `since`; `how`: for the journal."""
        chosen = role or account.roles[0]
        if chosen not in account.roles:
            raise Forbidden(
                f"the account {account.name} has not the role {chosen}",
                remedy=f"one of {', '.join(account.roles)}",
            )
        opened, row = self._new(account.name, account.name, chosen, account.organization, since)
        entry = entry_of(
            opened.grant, Kind.SIGN_IN, self._clock.now(), address=address, how=how, id=row.id
        )

        def unit(tx: Tx) -> None:
            self._accounts.check_unchanged(tx, account)
            rows.drop_sessions_of(tx, account.name)
            rows.add_session(tx, row)
            self._journal(tx, entry)

        await self._end_expired()
        async with self._turn:
            await self._database.write(unit)
            for before in self._of_account(account.name):
                self._forget(before)
            self._remember(row)
        return opened

    async def switch(self, grant: Grant, role: str) -> Opened:
        """Go on in another role of the same account; the session before ends.

        Forbidden for who has none, and for a role the account has not.
        """
        row = self._by_id.get(grant.session)
        if row is None or row.account is None:
            raise Forbidden("only an account has several roles", remedy="sign out and in again")
        account = await self._accounts.one(row.account)
        if account.disabled:
            raise Forbidden("the account is closed")
        return await self.open_for(account, "", role, how="switch", since=row.opened)

    async def roles_of(self, grant: Grant) -> tuple[str, ...]:
        """The roles that the holder of the grant may go on in; of a visitor none but its own."""
        row = self._by_id.get(grant.session)
        if row is None or row.account is None:
            return (grant.role,)
        return (await self._accounts.one(row.account)).roles

    def pickable(self) -> tuple[str, ...]:
        """The roles a visitor may pick; none but in an exercise city that listens at loopback."""
        if not self._world.exercise or not is_loopback(self._host):
            return ()
        return tuple(name for name, role in self._policy.roles.items() if role.pick)

    async def pick(self, role: str, client_host: str, host: str, organization: str = "") -> Opened:
        """Open a session without account; journalled. `host` is the request's Host header.

        A role that belongs to an organisation picks one too, or BadRequestData.
        Forbidden in a city that is real or can be reached from elsewhere, for a caller from
        elsewhere, and for a page of another site whose name was pointed here (DNS rebinding).
        """
        if role not in self.pickable() or not self.may_visit(client_host, host):
            raise Forbidden(
                "here nobody picks a role",
                rule="only an exercise city that listens at a loopback address lets a visitor "
                "on the same machine pick one of its roles",
                remedy="sign in",
            )
        self._accounts.check_organization([role], organization)
        opened, row = self._new(None, f"visitor-{secrets.token_hex(3)}", role, organization)
        entry = entry_of(opened.grant, Kind.PICK, self._clock.now(), id=row.id)

        def unit(tx: Tx) -> None:
            rows.add_session(tx, row)
            self._journal(tx, entry)

        await self._end_expired()
        await self._database.write(unit)
        self._remember(row)
        return opened

    def may_visit(self, client_host: str, host: str) -> bool:
        """Whether a caller may act by a picked role: on this machine, under its own name."""
        return bool(self.pickable()) and is_loopback(client_host) and is_loopback(host)

    # ---- being here

    async def of_token(self, token: str) -> Grant | None:
        """The grant of a cookie's token, counted as use; None where the session is over."""
        row = self._by_hash.get(_hash(token))
        if row is None:
            return None
        now = self._clock.now()
        if not self._within(row, now):
            await self._end([row], "expired")
            return None
        row = replace(row, seen=now)
        self._by_id[row.id] = self._by_hash[row.hash] = row
        if now - self._stored[row.id] >= _SEEN_EVERY:
            self._stored[row.id] = now
            await self._database.write(lambda tx: rows.see_session(tx, row.id, now))
        return self._grant(row)

    def live(self, session_id: str, now: datetime) -> bool:
        """Whether the session is open; asked at every use of its views."""
        row = self._by_id.get(session_id)
        return row is not None and self._within(row, now)

    def until(self, session_id: str) -> datetime | None:
        """When the session ends at the latest; None where it is over."""
        row = self._by_id.get(session_id)
        return None if row is None else row.opened + self._rules.longest

    # ---- going

    async def sign_out(self, grant: Grant) -> None:
        """End the session the grant lives by."""
        row = self._by_id.get(grant.session)
        if row is not None:
            await self._end([row], "signed out", Kind.SIGN_OUT)

    def open(self, grant: Grant) -> tuple[SessionRow, ...]:
        """The open sessions, newest first: every one for who keeps the accounts, else the own."""
        now = self._clock.now()
        keeps = self._rights.manages(grant, "accounts")
        found = [
            one
            for one in self._by_id.values()
            if self._within(one, now) and (keeps or one.id == grant.session)
        ]
        return tuple(sorted(found, key=lambda one: one.opened, reverse=True))

    async def end(self, grant: Grant, session_id: str) -> None:
        """End a session that `open` shows; ResourceNotFound for every other."""
        found = [one for one in self.open(grant) if one.id == session_id]
        if not found:
            raise ResourceNotFound("there is no such session", where="id")
        await self._end(found, f"ended by {grant.actor}")

    async def end_account(self, name: str, reason: str) -> None:
        """End the account's session, if it has one."""
        await self._end(self._of_account(name), reason)

    async def end_all(self, reason: str) -> None:
        """End every session."""
        await self._end(list(self._by_id.values()), reason)

    async def _end_expired(self) -> None:
        """Tidy up after those who never came back."""
        now = self._clock.now()
        over = [one for one in self._by_id.values() if not self._within(one, now)]
        await self._end(over, "expired")

    async def _end(
        self, ending: list[SessionRow], reason: str, kind: Kind = Kind.SESSION_ENDED
    ) -> None:
        now = self._clock.now()
        entries = [
            entry_of(self._grant(one), kind, now, reason=reason, id=one.id) for one in ending
        ]

        def unit(tx: Tx) -> None:
            rows.drop_sessions(tx, [one.id for one in ending])
            for entry in entries:
                self._journal(tx, entry)

        for one in ending:  # first in memory: what follows the wish to end sees nothing more
            self._forget(one)
        if ending:
            await self._database.write(unit)

    # ---- inside

    def _new(
        self,
        account: str | None,
        actor: str,
        role: str,
        organization: str,
        since: datetime | None = None,
    ) -> tuple[Opened, SessionRow]:
        now, token = self._clock.now(), secrets.token_urlsafe(32)
        begun = since or now
        own = organization if self._policy.role(role).organization else ""
        row = SessionRow(_hash(token), secrets.token_hex(8), account, actor, role, begun, now, own)
        return Opened(token, self._grant(row), begun + self._rules.longest), row

    def _grant(self, row: SessionRow) -> Grant:
        return self.dress(self._own(row))

    def _own(self, row: SessionRow) -> Grant:
        return Grant(
            *(row.actor, row.role, "operation", row.opened, self._world),
            session=row.id,
            organization=row.organization,
        )

    def _of_account(self, name: str) -> list[SessionRow]:
        return [one for one in self._by_id.values() if one.account == name]

    def _within(self, row: SessionRow, now: datetime) -> bool:
        rules = self._rules
        return now < row.seen + rules.idle and now < row.opened + rules.longest

    def _remember(self, row: SessionRow) -> None:
        self._by_hash[row.hash] = self._by_id[row.id] = row
        self._stored[row.id] = row.seen

    def _forget(self, row: SessionRow) -> None:
        self._by_hash.pop(row.hash, None)
        self._by_id.pop(row.id, None)
        self._stored.pop(row.id, None)
        self.left(row.id)


def _hash(token: str) -> bytes:
    """256 random bits need no slow hash: there is nothing to guess."""
    return hashlib.sha256(token.encode()).digest()
