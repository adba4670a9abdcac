"""What was done and looked at, by whom and why: an append-only chain in the city's store.

Entries are written inside the commit they speak of, by the one writer, so there is no change
without its entry and no entry without its change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import Any

import orjson

from hansa.base.database import Database, Tx
from hansa.base.times import parse_instant
from hansa.guard.chain import GENESIS, Head, Report, chain, ended, verify
from hansa.guard.model import Fact, Grant, JournalEntry
from hansa.guard.store import journal as rows

_AT_ONCE = 2000  # rows in memory while verifying
_ALL = 1 << 62


class Kind(StrEnum):
    """What an entry speaks of; rooms may add kinds of their own as plain texts."""

    COMMIT = "commit"
    SIGN_IN = "sign-in"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGN_OUT = "sign-out"
    SESSION_ENDED = "session-ended"
    PICK = "pick"
    ACCOUNT = "account"
    ACTING = "acting"
    PASSKEY = "passkey"
    TOKEN = "token"  # noqa: S105 - a kind of entry
    PERSONAL_READ = "personal-read"
    PERSONAL_SEARCH = "personal-search"
    ERASURE = "erasure"
    READMISSION = "readmission"
    CORRECTION = "correction"
    EXPORT = "export"
    BACKUP = "backup"
    RESTORE = "restore"
    KEYS = "keys-copied"
    TERMS = "terms"
    JOURNAL_READ = "journal-read"


def entry_of(grant: Grant, kind: str, at: datetime, **facts: Fact) -> JournalEntry:
    """An entry for what the holder of `grant` did at `at`."""
    return JournalEntry(
        kind=kind,
        actor=grant.actor,
        at=at,
        role=grant.role,
        purpose=grant.purpose,
        world=grant.world.name,
        tenant=grant.tenant,
        on_behalf=grant.on_behalf,
        facts=facts,
    )


def head_in(tx: Tx) -> Head:
    """The head of the chain, read inside `tx`."""
    return rows.last(tx)


def commit_entry(grant: Grant, at: datetime, first: int, last: int, digest: str) -> JournalEntry:
    """The entry of a commit: its change numbers and the digest (hex) of their rows."""
    return entry_of(grant, Kind.COMMIT, at, first=first, last=last, digest=digest)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries a reader looks for; what is empty asks for nothing."""

    kinds: tuple[str, ...] = ()
    actor: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None

    def covers(self, at: datetime) -> bool:
        """Whether the moment lies in the span."""
        begun = self.since is None or self.since <= at
        return begun and (self.until is None or at < self.until)


class Journal:
    """The journal of one city; calling it appends inside a commit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, tx: Tx, entry: JournalEntry) -> Head:
        """Append `entry` as part of the commit `tx`; the new head of the chain."""
        row = chain(rows.last(tx), entry)
        rows.add(tx, row)
        return row.head

    async def write(self, entry: JournalEntry) -> Head:
        """Append `entry` in a commit of its own; returns once it is on disk."""
        return await self._database.write(lambda tx: self(tx, entry))

    async def head(self) -> Head:
        """The last row's number and hash: remember it elsewhere to be able to verify the end."""
        return await self._database.read(rows.last)

    async def verify(self, expected_head: Head | None = None) -> Report:
        """Follow the whole chain; see `verify_journal`."""
        return await verify_journal(self._database, expected_head)

    async def entries(
        self, *kinds: str, before: int = _ALL, limit: int = 100
    ) -> tuple[Mapping[str, Any], ...]:
        """Entries of these kinds (not `commit`), newest first, numbered below `before`."""
        bodies = await self._database.read(
            lambda tx: tuple(rows.of_kinds(tx, kinds, before, limit))
        )
        return tuple(orjson.loads(body) for body in bodies)

    async def search(self, wanted: Wanted, limit: int) -> tuple[Mapping[str, Any], ...]:
        """At most `limit` entries, newest first; commits only where their kind is named."""
        before = _ALL if wanted.before is None else wanted.before

        def unit(tx: Tx) -> tuple[Mapping[str, Any], ...]:
            bodies = map(orjson.loads, rows.search(tx, wanted.kinds, wanted.actor, before))
            within = (one for one in bodies if wanted.covers(parse_instant(one["at"])))
            return tuple(islice(within, limit))

        return await self._database.read(unit)

    async def naming(self, *subjects: str) -> tuple[Mapping[str, Any], ...]:
        """Entries that name one of these marks (see `sealing.short_mark`), newest first."""
        bodies = await self._database.read(lambda tx: tuple(rows.naming(tx, subjects)))
        return tuple(orjson.loads(body) for body in bodies)


async def verify_journal(database: Database, expected_head: Head | None = None) -> Report:
    """Follow the chain from its first row, a batch at a time, whatever its length.

    Names the first number that does not hold. A tail cut off or rewritten shows only against
    an `expected_head` remembered from before.
    """
    report = Report(0, GENESIS)
    while True:
        start = report.head
        batch = await database.read(partial(rows.after, number=start.number, limit=_AT_ONCE))
        if not batch:
            return ended(report, expected_head)
        found = verify(batch, expected_head, start)
        report = Report(report.rows + found.rows, found.head, found.broken, found.reason)
        if not report.intact:
            return report
