"""The face of the graph: read, history, write, changes (see docs/architecture.md).

A `City` is one store with its own home. Every read takes a `View` and every write a `Grant`;
rooms in process and the HTTP skin come through the same few methods.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from hansa.base.clock import Clock
from hansa.base.database import Database, Tx
from hansa.base.helper import Helper
from hansa.base.problems import NonexistentTenant
from hansa.base.settings import CitySettings
from hansa.base.times import to_micros
from hansa.base.vocabulary import Vocabulary
from hansa.context import (
    aggregating,
    committing,
    copying,
    discovering,
    personal,
    putting_away,
    reading,
    tables,
)
from hansa.context.following import Following
from hansa.context.forgetting import Wanted, bury
from hansa.context.model import (
    Aggregated,
    Aggregation,
    Change,
    Commit,
    Cursor,
    Entity,
    Evolution,
    Expect,
    Note,
    Page,
    Parcel,
    Record,
    Table,
    Timer,
    Window,
)
from hansa.context.news import News
from hansa.context.past import PastReader
from hansa.context.query import Query, TypeIs, parse_q
from hansa.context.sealing import Sealer
from hansa.context.store import bookkeeping, reader, segments
from hansa.context.store.names import Names
from hansa.context.store.schema import MIGRATIONS
from hansa.context.store.writer import NOTHING, NeedsFiles, Remembered
from hansa.guard import MIGRATIONS as GUARD_MIGRATIONS
from hansa.guard import Grant, Guard, JournalEntry, Override, View, World

T = TypeVar("T")

_BATCH = 1000


class City:
    """One city's graph with a memory. Open it with `City.open`, close it with `close`."""

    def __init__(
        self,
        settings: CitySettings,
        vocabulary: Vocabulary,
        database: Database,
        guard: Guard,
        clock: Clock,
    ) -> None:
        self.settings = settings
        self.vocabulary = vocabulary
        self.guard = guard
        self.clock = clock
        self.database = database
        self.helper = Helper()
        self.news = News(asyncio.get_running_loop(), database.read_now(reader.last_number))
        self._names = Names()
        folder = database.path.parent / segments.FOLDER
        self._past = PastReader(self._names, vocabulary.indexed, self.helper, folder)
        self.sealer = Sealer(database, self.helper, self._past, clock, folder, settings.retention)
        self._settle_classes()

    @classmethod
    async def open(
        cls,
        settings: CitySettings,
        vocabulary: Vocabulary,
        home: Path,
        clock: Clock,
        *,
        overrides: Sequence[Override] = (),
    ) -> "City":
        """Open the city's store in `home` (made when absent); StoreRefused says why not.

        `overrides`: privacy classes that the city's mappings tighten.
        """
        database = _store(home)
        guard = Guard(settings, vocabulary, database, home, clock, overrides=overrides)
        try:
            await guard.open()
            await guard.vault.sweep(_References(database).held)
            await database.write(segments.swept)
            return cls(settings, vocabulary, database, guard, clock)
        except BaseException:
            await guard.close()
            database.close()
            raise

    async def close(self) -> None:
        """Finish what is queued and close the store."""
        await self.helper.close()
        await self.guard.close()
        self.database.close()

    def reclassify(self, overrides: Sequence[Override]) -> None:
        """Other mappings are in force: what they tighten goes into the vault from now on."""
        self.guard.reclassify(overrides)
        self._settle_classes()

    def _settle_classes(self) -> None:
        self._personal = personal.Personal(self.guard.catalogue, refuses=self.settings.impersonal)
        self._committer = committing.Committer(
            self.guard, self._personal, self._names, self.vocabulary.indexed
        )

    @property
    def world(self) -> World:
        """The world this city's node lives in."""
        return World(self.settings.world)

    @property
    def last_change(self) -> int:
        """The newest change number that is durable."""
        return self.news.number

    async def copy_to(self, folder: Path) -> copying.Copied:
        """Copy the store into a folder while it is in use: one moment, whole, without the keys."""
        home, place = self.database.path.parent, self.guard.vault.place
        return await asyncio.to_thread(copying.copy_city, home, place, folder)

    # ---- reading

    async def read(
        self,
        view: View,
        query: Query,
        at: datetime | None = None,
        *,
        only: Collection[str] = (),
    ) -> Page:
        """Entities of a query; with `at`, as known at that moment.

        `only`: attributes that are wanted, where of many entities few are; others may lack.
        Of personal ones the others are not read at all.
        """
        self.guard.check_view(view, self.clock.outside.now())
        ask = partial(self._in_part, view.grant)
        if at is not None:
            answer, found = await self._past.page(ask, view, query, at, frozenset(only))
        else:
            answer, found = await ask(
                lambda tx, part: reading.page(
                    tx, self._names, self.vocabulary.indexed, reading.Asked(view, part, query)
                )
            )
        if view.personal and any(one.row.refs for one in found):
            entities = await self._with_personal(view, found, frozenset(only))
            return Page(entities, answer.count, answer.at)
        return answer

    async def history(
        self, view: View, query: Query, window: Window, at: datetime | None = None
    ) -> tuple[Evolution, ...]:
        """The temporal evolution of each entity of a query, `query.attrs` only if given."""
        self.guard.check_view(view, self.clock.outside.now())
        ask = partial(self._in_part, view.grant)
        return await self._past.evolutions(ask, view, query, window, at)

    async def table(
        self,
        view: View,
        type_name: str,
        columns: Sequence[str],
        *,
        where: str = "",
        ids: Sequence[str] = (),
        at: datetime | None = None,
    ) -> Table:
        """Plain values of attributes of every entity of a type; with `at`, as known then.

        `where` is a `q` (GS CIM 009, 4.9) with canonical names; `ids`: of these only. Values
        outside the view and personal ones are None.
        """
        terms = parse_q(where) if where else None
        query = Query(ids=tuple(ids), types=TypeIs(type_name), where=terms)
        self.guard.check_view(view, self.clock.outside.now())
        view = replace(view, personal=False, seen={})
        if at is not None:
            ask = partial(self._in_part, view.grant)
            return await self._past.table(ask, view, query, at, columns)
        page = await self.read(view, query)
        return tables.table(page.entities, columns)

    async def aggregates(
        self,
        view: View,
        query: Query,
        window: Window,
        aggregation: Aggregation,
        at: datetime | None = None,
    ) -> tuple[Aggregated, ...]:
        """What the instances of each period come to (4.5.19), `query.attrs` only if given."""
        self.guard.check_view(view, self.clock.outside.now())
        ask = partial(self._in_part, view.grant)
        return await aggregating.aggregates(self._past, ask, view, query, window, aggregation, at)

    async def types(self, view: View) -> Mapping[str, int]:
        """Types of living entities with their number."""
        self.guard.check_view(view, self.clock.outside.now())
        return await self._asked(view, discovering.types)

    async def attributes(self, view: View) -> Mapping[str, tuple[str, ...]]:
        """Attribute names per type that the view sees."""
        self.guard.check_view(view, self.clock.outside.now())
        return await self._asked(view, discovering.attributes)

    async def _asked(self, view: View, answer: Callable[[Tx, Names, reading.Asked], T]) -> T:
        plain = replace(view, personal=False, seen={})
        return await self._in_part(
            view.grant,
            lambda tx, part: answer(tx, self._names, reading.Asked(plain, part, Query())),
        )

    async def _in_part(self, grant: Grant, ask: "reading.Ask[T]") -> T:
        def unit(tx: Tx) -> T:
            part = self._names.part(tx, grant.tenant, grant.world.name, create=False)
            if part is None and grant.tenant and grant.tenant not in self.settings.tenants:
                raise NonexistentTenant(f"there is no tenant {grant.tenant!r}")
            return ask(tx, -1 if part is None else part)

        return await self.database.read(unit)

    async def _with_personal(
        self, view: View, found: Sequence[reading.Found], only: frozenset[str]
    ) -> tuple[Entity, ...]:
        refs = [
            personal.references(one.row.refs, only, partial(view.sees, one.entity.types))
            for one in found
        ]
        wanted = [ref for group in refs for ref in group.values()]
        values = await self.guard.vault.get(view.grant, wanted)
        return tuple(
            personal.resolved(
                one.entity,
                {key: values[ref] for key, ref in group.items() if ref in values},
            )
            for one, group in zip(found, refs, strict=True)
        )

    # ---- writing

    async def write(
        self,
        grant: Grant,
        changes: Sequence[Change],
        *,
        expect: Sequence[Expect] = (),
        cursor: Cursor | None = None,
        outbox: Sequence[Parcel] = (),
        timers: Sequence[Timer] = (),
        notes: Sequence[Note] = (),
        each: bool = False,
        quiet: bool = False,
        put_away: bool = False,
        same_person: bool = False,
        journal: Sequence[JournalEntry] = (),
    ) -> Commit:
        """Write all of it in one transaction, or nothing; returns when it is on disk.

        With `each`, a change that cannot be made is reported in its outcome and the others
        stand (batch operations, 5.6.7 to 5.6.10). `quiet`: named consumers of the log (rules,
        desk, notifications) do not see the changes: for bulk imports of the past. `put_away`:
        personal values were replaced by references into the vault before (`put_away` of
        this face, in a process beside); a value that was forgotten is refused. `same_person`: a
        telephone given is another one of whom the entity spoke before. `journal`: its entries
        beside that of the commit.
        """
        away = putting_away.PuttingAway(self.guard, self._personal, partial(self._in_part, grant))
        put = partial(away.put, grant, each=each, same_person=same_person)
        kept = changes if put_away else await put(changes)
        books = (cursor, outbox, timers, notes)
        wish = committing.Wish(grant, kept, expect, *books, each, quiet, journal)

        def unit(remembered: Remembered, tx: Tx) -> Commit:
            commit = self._committer.carry_out(tx, wish, self.clock.now(), remembered)
            tx.after_commit(lambda: self.news.tell(commit.number))
            return commit

        commit = await self._written(grant, unit)
        if timers or outbox:
            self.news.stir()
        return commit

    async def _written(self, grant: Grant, unit: Callable[[Remembered, Tx], Commit]) -> Commit:
        """Run the unit in the writer; where it needs to know what files hold, ask them first."""
        remembered = NOTHING
        while True:
            try:
                return await self.database.write(partial(unit, remembered))
            except NeedsFiles as need:
                ask = partial(self._in_part, grant)
                found = await self._past.remembered(ask, need.wants)
                remembered = found.beside(remembered)

    async def forget(
        self, grant: Grant, entity_id: str, attribute: str = "", instance: int | None = None
    ) -> None:
        """Delete history: of an entity, of one attribute, or one instance (its change number).

        Every read of history is without it at once; rows and files are rewritten by the next
        rounds of the upkeep. The state that stands now is not touched, nor what the change log
        and its journal said of it. ResourceNotFound where there is
        no such history (GS CIM 009, 5.6.12 to 5.6.15).
        """
        wanted = Wanted(entity_id, attribute, instance)
        query = Query(ids=(entity_id,), attrs=(attribute,) if attribute else ())
        every = Window(timeproperty="modifiedAt")  # what has no observedAt too
        found = await self.history(self.guard.view(grant), query, every)
        self.guard.check_write(grant, *wanted.check(found))

        def unit(tx: Tx) -> None:
            part = self._names.part(tx, grant.tenant, grant.world.name, create=True)
            bury(tx, part or 0, self.guard, grant, wanted, self.clock.now())

        await self.database.write(unit)

    # ---- the change log

    async def changes(
        self,
        view: View,
        consumer: str | None,
        after: int | None = None,
        *,
        rings: bool = False,
    ) -> AsyncIterator[tuple[Record, ...]]:
        """Batches of the change log after a number, for ever; waits for news, never polls.

        A named consumer begins at its stored cursor, which only `write(cursor=…)` moves;
        without a name it begins at `after`, or now. Batches a view hides wholly are skipped;
        with `rings` so is all but the consumer's own timers.
        """
        number = await self._start(consumer, after)
        following = Following(self._past, partial(self._in_part, view.grant), view, consumer)
        await following.begin(number)
        while True:
            self.guard.check_view(view, self.clock.outside.now())
            told = self.news.number
            rows = await self._log(view.grant, number, consumer, rings=rings)
            records = await following.seen(rows)
            self.guard.check_view(view, self.clock.outside.now())  # it may have ended meanwhile
            if not rows:
                number = max(told, number)  # what was quiet up to there is not looked at again
                if consumer is not None:
                    self.news.rest(consumer, number)
                await self.news.beyond(number)
                continue
            number = rows[-1].number
            if records:
                yield records

    async def _log(
        self, grant: Grant, after: int, consumer: str | None, *, rings: bool
    ) -> list[reader.LogRow]:
        ask, loud = partial(self._in_part, grant), consumer is not None
        rows: list[reader.LogRow] = await ask(
            lambda tx, part: (
                reader.rings(tx, part, consumer or "", after, _BATCH)
                if rings
                else reader.log(tx, part, after, _BATCH, loud=loud)
            )
        )
        return await self._past.told(ask, rows)

    async def _start(self, consumer: str | None, after: int | None) -> int:
        if after is not None:
            return after
        if consumer is None:
            return self.last_change
        return await self.database.read(lambda tx: bookkeeping.get_cursor(tx, consumer))

    async def cursor(self, consumer: str) -> int:
        """How far a named consumer has come."""
        return await self.database.read(lambda tx: bookkeeping.get_cursor(tx, consumer))

    async def settled(self, consumers: Sequence[str]) -> None:
        """Return once the named consumers have dealt with all there is, each other's effects too.

        Waits for ever for one that does not run.
        """
        number = -1
        while number < self.last_change:
            number = self.last_change
            for consumer in consumers:
                await self.news.at_rest(consumer, number)

    # ---- bookkeeping of rooms

    async def notes(
        self, space: str, prefix: str = "", after: str = "", limit: int | None = None
    ) -> tuple[Note, ...]:
        """Notes of a space in key order."""
        return await self.database.read(
            lambda tx: bookkeeping.get_notes(tx, space, prefix, after, limit)
        )

    async def holder(self, world: World, tenant: str, key: str) -> str | None:
        """The entity that holds an open key, or None."""

        def unit(tx: Tx) -> str | None:
            part = self._names.part(tx, tenant, world.name, create=False)
            return None if part is None else bookkeeping.holder(tx, part, key)

        return await self.database.read(unit)

    async def run_timers(self) -> None:
        """Turn each timer into a change when the city's clock says so; runs for ever."""
        while True:
            stirred = self.news.stirred  # before looking, or a timer set meanwhile is missed
            due = await self.database.read(bookkeeping.next_due)
            if due is not None and due <= to_micros(self.clock.now()):
                await self.database.write(self._ring)
                continue
            await self.news.stirred_or(stirred, self.clock, due)

    def _ring(self, tx: Tx) -> int:
        rung = self._committer.ring(tx, self.clock.now(), "machine:clock")
        number = reader.last_number(tx)
        tx.after_commit(lambda: self.news.tell(number))
        return rung


class _References:
    """Which references the graph holds; read once, and only when somebody asks."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._all: set[str] | None = None

    async def held(self, refs: Sequence[str]) -> set[str]:
        if self._all is None:
            self._all = await self._database.read(reader.references)
        return self._all.intersection(refs)


def _store(home: Path) -> Database:
    home.mkdir(parents=True, exist_ok=True)
    return Database(home / "graph.db", {"guard": GUARD_MIGRATIONS, "context": MIGRATIONS})
