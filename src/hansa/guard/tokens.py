"""Tokens of programs that speak NGSI-LD to the city from outside: random, hashed, with an end."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from hansa.base.clock import Clock
from hansa.base.database import Database, Tx
from hansa.base.problems import BadRequestData
from hansa.guard.journal import Journal, Kind, entry_of
from hansa.guard.model import Grant, World
from hansa.guard.policy import Policy
from hansa.guard.store import accounts as rows
from hansa.guard.store.accounts import TokenRow

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_LIVES = "token:"


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token, shown once, and when it ends."""

    token: str
    ends: datetime


class Tokens:
    """The tokens of one city."""

    def __init__(
        self, database: Database, journal: Journal, policy: Policy, clock: Clock, world: World
    ) -> None:
        self._database = database
        self._journal = journal
        self._policy = policy
        self._clock = clock
        self._world = world
        self._by_hash: dict[bytes, TokenRow] = {}
        self._by_name: dict[str, TokenRow] = {}

    async def load(self) -> None:
        """Take up the tokens that are in the store."""
        for row in await self._database.read(rows.tokens):
            self._remember(row)

    async def issue(
        self, grant: Grant, name: str, role: str = "api", *, days: int = 365, tenant: str = ""
    ) -> Issued:
        """A token for the program `name`; an older one of that name ends."""
        self._policy.check_manage(grant, "tokens")
        if not _NAME.fullmatch(name):
            raise BadRequestData(f"{name!r} cannot be the name of a program", where="name")
        if not self._policy.role(role).token:
            raise BadRequestData(f"{role} is no role of programs", where="role")
        now, token = self._clock.now(), f"hansa_{secrets.token_urlsafe(32)}"
        row = TokenRow(name, _hash(token), role, tenant, now, now + timedelta(days=days))
        await self._keep(grant, row)
        return Issued(token, row.ends)

    async def _keep(self, grant: Grant, row: TokenRow) -> None:
        now = self._clock.now()
        entry = entry_of(grant, Kind.TOKEN, now, name=row.name, what="issued", role_given=row.role)

        def unit(tx: Tx) -> None:
            rows.put_token(tx, row)
            self._journal(tx, entry)

        await self._database.write(unit)
        self._forget(row.name)
        self._remember(row)

    async def revoke(self, grant: Grant, name: str) -> None:
        """End the token of the program; its views end with it."""
        self._policy.check_manage(grant, "tokens")
        entry = entry_of(grant, Kind.TOKEN, self._clock.now(), name=name, what="revoked")

        def unit(tx: Tx) -> None:
            rows.drop_token(tx, name)
            self._journal(tx, entry)

        self._forget(name)
        await self._database.write(unit)

    def all(self, grant: Grant) -> tuple[tuple[str, str, datetime], ...]:
        """(program, role, end) of every token, by name."""
        self._policy.check_manage(grant, "tokens")
        return tuple((one.name, one.role, one.ends) for _, one in sorted(self._by_name.items()))

    def of_token(self, token: str) -> Grant | None:
        """The grant of a token; None where it is unknown or over."""
        row = self._by_hash.get(_hash(token))
        if row is None or self._clock.now() >= row.ends:
            return None
        session = _LIVES + row.name + ":" + row.hash[:6].hex()
        actor = f"token:{row.name}"
        return Grant(actor, row.role, "operation", row.created, self._world, row.tenant, session)

    def live(self, session: str, now: datetime) -> bool:
        """Whether the token that a grant lives by is still good."""
        name, _, mark = session.removeprefix(_LIVES).rpartition(":")
        row = self._by_name.get(name)
        return row is not None and row.hash[:6].hex() == mark and now < row.ends

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


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
