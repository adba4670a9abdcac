"""The one transaction: everything a write leaves behind, in one unit of the writer.

New state, instances, change records, journal entry, outbox rows, timers, notes and the
consumer's cursor commit together, so a crash at any point loses nothing and does nothing
twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from hansa.base.database import Tx
from hansa.base.problems import Conflict, Forbidden, Problem, ResourceNotFound
from hansa.base.times import to_micros
from hansa.context.model import (
    RESERVED,
    Change,
    Commit,
    Cursor,
    Expect,
    NoneOpen,
    Note,
    Op,
    Outcome,
    Parcel,
    Timer,
    Unchanged,
)
from hansa.context.personal import Personal
from hansa.context.store import bookkeeping
from hansa.context.store.names import Names
from hansa.context.store.writer import NOTHING, NeedsFiles, Remembered, Unit
from hansa.guard import Grant, Guard, JournalEntry, commit_entry

Allowed: TypeAlias = set[tuple[tuple[str, ...], tuple[str, ...]]]

_MANY = 16  # changes from which on entities are loaded together
_CREATING = (Op.CREATE, Op.UPSERT, Op.UPDATE_OR_CREATE)


@dataclass(frozen=True, slots=True)
class Wish:
    """All that one `City.write` asks for."""

    grant: Grant
    changes: Sequence[Change]
    expect: Sequence[Expect] = ()
    cursor: Cursor | None = None
    outbox: Sequence[Parcel] = ()
    timers: Sequence[Timer] = ()
    notes: Sequence[Note] = ()
    each: bool = False
    quiet: bool = False
    journal: Sequence[JournalEntry] = ()


@dataclass(frozen=True, slots=True)
class Committer:
    """Carries wishes out inside the writer's transaction."""

    guard: Guard
    personal: Personal
    names: Names
    indexed: frozenset[str]

    def carry_out(
        self, tx: Tx, wish: Wish, now: datetime, remembered: Remembered = NOTHING
    ) -> Commit:
        """Do all of `wish` or raise and do nothing (with `each`, per change).

        NeedsFiles: ask the files what it names, and come again with what they `remembered`.
        """
        grant = wish.grant
        part = self._part(tx, grant)
        micros = to_micros(now)
        unit = Unit(
            tx,
            self.names,
            part,
            micros,
            grant.actor,
            self.indexed,
            quiet=wish.quiet,
            remembered=remembered,
        )
        if len(wish.changes) > _MANY:
            unit.prefetch([change.id for change in wish.changes])
        for expected in wish.expect:
            _check(tx, unit, part, expected)
        first = unit.number + 1
        allowed: Allowed = set()
        outcomes = tuple(
            self._one(tx, unit, part, wish, change, allowed) for change in wish.changes
        )
        if unit.wants:
            raise NeedsFiles(unit.wants)
        digest = unit.flush()
        _keep_books(tx, part, wish, micros)
        if unit.count:
            self.guard.journal(tx, commit_entry(grant, now, first, unit.number, digest))
        for entry in wish.journal:
            self.guard.journal(tx, entry)
        return Commit(number=unit.number, at=now, outcomes=outcomes)

    def ring(self, tx: Tx, now: datetime, actor: str) -> int:
        """Turn timers that are due into changes; answers how many."""
        due = bookkeeping.take_due(tx, to_micros(now))
        for part in sorted({timer.part for timer in due}):
            unit = Unit(tx, self.names, part, to_micros(now), actor, self.indexed)
            for timer in due:
                if timer.part == part:
                    unit.log_timer(timer.consumer, timer.key, timer.payload)
            unit.flush()
        return len(due)

    def _part(self, tx: Tx, grant: Grant) -> int:
        part = self.names.part(tx, grant.tenant, grant.world.name, create=True)
        assert part is not None  # noqa: S101 - create=True always finds one
        return part

    def _one(
        self, tx: Tx, unit: Unit, part: int, wish: Wish, change: Change, allowed: Allowed
    ) -> Outcome:
        try:
            return self._apply(tx, unit, part, wish.grant, change, allowed)
        except Problem as problem:
            if not wish.each:
                raise
            return Outcome(change.id, False, (), 0, problem=problem)

    def _apply(
        self, tx: Tx, unit: Unit, part: int, grant: Grant, change: Change, allowed: Allowed
    ) -> Outcome:
        if grant.source:
            change = _owned(unit, change, grant.source)
        types = unit.types_of(change)
        asked = (types, tuple(change.body))
        if types and asked not in allowed:
            self.guard.check_write(grant, types, change.body.keys() - RESERVED)
            allowed.add(asked)
        if types:
            self.personal.check_none_left(change, types)
        if change.opens is not None:
            bookkeeping.expect_none(tx, part, NoneOpen(change.opens))
        outcome = unit.apply(change)
        if change.opens is not None or change.closes is not None or outcome.deleted:
            bookkeeping.hold(tx, part, change, deleted=outcome.deleted)
        for governing in self.guard.governing.intersection(types):
            standing = unit.standing(change.id)
            self.guard.hear(tx, governing, change.id, standing, unit.number)
        return outcome


def _owned(unit: Unit, change: Change, source: str) -> Change:
    """The change as one of the source's own: what is not wholly its own does not exist for it.

    Forbidden where it would create what is somebody else's.
    """
    owners = unit.owners_of(change.id)
    if owners is not None and owners != {source}:
        if change.op not in _CREATING:
            raise ResourceNotFound(f"there is no entity {change.id}", where=change.id)
        raise Forbidden(
            f"{change.id} is not wholly of the source {source}",
            where=change.id,
            rule="a token of one source writes what this source owns",
        )
    return change._replace(owner=source)


def _check(tx: Tx, unit: Unit, part: int, expected: Expect) -> None:
    if isinstance(expected, NoneOpen):
        bookkeeping.expect_none(tx, part, expected)
        return
    found = unit.change_of(expected.id)
    if isinstance(expected, Unchanged) and found != expected.change:
        raise Conflict(
            f"{expected.id} stands at change {found}, not at {expected.change}",
            where=expected.id,
            remedy="read it again and decide anew",
        )


def _keep_books(tx: Tx, part: int, wish: Wish, now: int) -> None:
    bookkeeping.put_notes(tx, wish.notes)
    bookkeeping.put_timers(tx, part, wish.timers)
    bookkeeping.put_parcels(tx, part, now, wish.outbox)
    if wish.cursor is not None:
        bookkeeping.put_cursor(tx, wish.cursor)
