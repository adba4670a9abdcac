"""Tokens of programs that speak NGSI-LD to the city from outside: random, hashed, with an end."""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hansa.base.clock import Clock
from hansa.base.database import Database, Tx
from hansa.base.problems import AlreadyExists, BadRequestData, Conflict, ResourceNotFound
from hansa.guard.journal import Journal, Kind, entry_of
from hansa.guard.model import Grant, World
from hansa.guard.policy import Policy
from hansa.guard.rights import Rights
from hansa.guard.store import accounts as rows
from hansa.guard.store.accounts import TokenRow

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_SOURCE = re.compile(r"urn:ngsi-ld:DataSource:[A-Za-z0-9._~-]{1,128}")
_LIVES = "token:"
_LONGEST = 3650  # days
_USED_EVERY = timedelta(minutes=1)  # how old the stored time of last use may be


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token, shown once, and when it ends."""

    token: str
    ends: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """A token as an administrator sees it; `over`: its time is."""

    name: str
    role: str
    tenant: str
    source: str
    created: datetime
    ends: datetime
    used: datetime | None
    over: bool
    version: int


class Tokens:
    """The tokens of one city."""

    def __init__(
        self,
        database: Database,
        journal: Journal,
        policy: Policy,
        rights: Rights,
        clock: Clock,
        world: World,
    ) -> None:
        self._database = database
        self._journal = journal
        self._policy = policy
        self._rights = rights
        self._clock = clock
        self._world = world
        self._by_hash: dict[bytes, TokenRow] = {}
        self._by_name: dict[str, TokenRow] = {}

    async def load(self) -> None:
        """Take up the tokens that are in the store."""
        for row in await self._database.read(rows.tokens):
            self._remember(row)

    async def issue(
        self,
        grant: Grant,
        name: str,
        role: str = "api",
        *,
        days: int = 365,
        tenant: str = "",
        source: str = "",
        replaces: bool = True,
    ) -> Issued:
        """A token for the program `name`; an older one of that name ends, or AlreadyExists.

        `source`: the only source of data that it may deliver rows of and write entities of.
        """
        self._rights.check_manage(grant, "tokens")
        self._check(name, role, days, source)
        now, token = self._clock.now(), _fresh()
        ends = now + timedelta(days=days)
        row = TokenRow(name, _hash(token), role, tenant, now, ends, source)

        def change(before: TokenRow | None) -> TokenRow:
            if before is not None and not replaces:
                raise AlreadyExists(
                    f"the program {name} has a token already",
                    where="name",
                    remedy="rotate it, or take another name",
                )
            return row if before is None else replace(row, version=before.version + 1)

        return await self._keep(grant, name, "issued", token, change)

    async def rotate(self, grant: Grant, name: str, *, expect: int | None = None) -> Issued:
        """Another secret with the same rights, for as long again; the old one ends now.

        Conflict where it was rotated since version `expect`; ResourceNotFound.
        """
        self._rights.check_manage(grant, "tokens")
        now, token = self._clock.now(), _fresh()

        def change(before: TokenRow | None) -> TokenRow:
            if before is None:
                raise _unknown(name)
            if expect not in (None, before.version):
                raise Conflict(
                    f"somebody rotated the token of {name} meanwhile",
                    where="expect",
                    remedy="look at it again",
                )
            lasted = before.ends - before.created
            fresh = replace(before, hash=_hash(token), created=now, ends=now + lasted)
            return replace(fresh, version=before.version + 1)

        return await self._keep(grant, name, "rotated", token, change)

    async def _keep(
        self,
        grant: Grant,
        name: str,
        what: str,
        token: str,
        change: Callable[[TokenRow | None], TokenRow],
    ) -> Issued:
        now = self._clock.now()

        def unit(tx: Tx) -> TokenRow:
            row = change(rows.token(tx, name))
            rows.put_token(tx, row)
            facts = {"role_given": row.role, "source": row.source}
            self._journal(tx, entry_of(grant, Kind.TOKEN, now, name=name, what=what, **facts))
            return row

        row = await self._database.write(unit)
        self._forget(name)
        self._remember(row)
        return Issued(token, row.ends)

    def _check(self, name: str, role: str, days: int, source: str) -> None:
        if not _NAME.fullmatch(name):
            raise BadRequestData(f"{name!r} cannot be the name of a program", where="name")
        given = self._policy.role(role)
        if not given.token:
            raise BadRequestData(f"{role} is no role of programs", where="role")
        if given.source != bool(source):
            raise BadRequestData(
                f"a token in the role {role} speaks for one source"
                if given.source
                else f"a token in the role {role} is bound to no source",
                where="source",
            )
        if source and not _SOURCE.fullmatch(source):
            raise BadRequestData(
                f"{source!r} is no source",
                where="source",
                remedy="urn:ngsi-ld:DataSource:KEY, as GET /sectors/sources has it",
            )
        if not 1 <= days <= _LONGEST:
            raise BadRequestData(f"a token lasts 1 to {_LONGEST} days", where="days")

    async def revoke(self, grant: Grant, name: str) -> None:
        """End the token of the program; its views end with it."""
        self._rights.check_manage(grant, "tokens")
        entry = entry_of(grant, Kind.TOKEN, self._clock.now(), name=name, what="revoked")

        def unit(tx: Tx) -> None:
            rows.drop_token(tx, name)
            self._journal(tx, entry)

        if name not in self._by_name:
            raise _unknown(name)
        self._forget(name)
        await self._database.write(unit)

    def all(self, grant: Grant) -> tuple[Token, ...]:
        """Every token, by name."""
        self._rights.check_manage(grant, "tokens")
        now = self._clock.now()
        return tuple(
            Token(
                *(row.name, row.role, row.tenant, row.source, row.created, row.ends),
                *(row.used, now >= row.ends, row.version),
            )
            for _, row in sorted(self._by_name.items())
        )

    async def of_token(self, token: str) -> Grant | None:
        """The grant of a token, counted as use; None where it is unknown or over."""
        row = self._by_hash.get(_hash(token))
        now = self._clock.now()
        if row is None or now >= row.ends:
            return None
        if row.used is None or now - row.used >= _USED_EVERY:
            row = replace(row, used=now)
            self._remember(row)
            await self._database.write(lambda tx: rows.use_token(tx, row.name, now))
        return Grant(
            *(f"token:{row.name}", row.role, "operation", row.created, self._world, row.tenant),
            session=f"{_LIVES}{row.name}:{row.hash[:6].hex()}",
            source=row.source,
        )

    def live(self, session: str, now: datetime) -> bool:
        """Whether the token that a grant lives by is still good."""
        name, _, mark = session.removeprefix(_LIVES).rpartition(":")
        row = self._by_name.get(name)
        return row is not None and row.hash[:6].hex() == mark and now < row.ends

    def holds(self, grant: Grant) -> bool:
        """Whether the program of a grant has a token, whichever, in that role."""
        row = self._by_name.get(grant.actor.removeprefix(_LIVES))
        return row is not None and row.role == grant.role and self._clock.now() < row.ends

    def until(self, session: str) -> datetime | None:
        """When the token ends; None where it is over."""
        row = self._by_name.get(session.removeprefix(_LIVES).rpartition(":")[0])
        return None if row is None else row.ends

    def _remember(self, row: TokenRow) -> None:
        self._by_hash[row.hash] = self._by_name[row.name] = row

    def _forget(self, name: str) -> None:
        row = self._by_name.pop(name, None)
        if row is not None:
            self._by_hash.pop(row.hash, None)


def is_token(session: str) -> bool:
    """Whether a grant lives by a token, not by a session."""
    return session.startswith(_LIVES)


def _fresh() -> str:
    return f"hansa_{secrets.token_urlsafe(32)}"


def _unknown(name: str) -> ResourceNotFound:
    return ResourceNotFound(f"there is no token of a program {name}", where="name")


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
