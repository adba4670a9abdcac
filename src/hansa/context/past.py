"""The past, wherever it lies: hot rows in the store, sealed ones in files beside it.

A question has two halves. The first looks into the store: which files the manifest names, at
which version and change number. Then the helper process is asked about those files. The second
half reads the hot rows up to that change number; where the manifest moved meanwhile (a segment
was sealed or merged) the question is asked again, so nothing is seen twice or missed.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import orjson

from hansa.base.database import Tx
from hansa.base.helper import Helper
from hansa.base.problems import HistoryMissing, HistoryNotKept
from hansa.base.sealed import File, Kept, Prune
from hansa.base.sealed import Span as Reach
from hansa.base.times import format_instant, from_micros, to_micros
from hansa.context import reading, tables
from hansa.context.model import Evolution, Page, Table, Window
from hansa.context.query import And, Compare, Expression, Query, ValueList, needs
from hansa.context.reading import Asked, Found, Sealed, Subject
from hansa.context.rows import narrowed
from hansa.context.store import hot, reader, segments
from hansa.context.store.history import Held, Past, Span, fragment, key_of
from hansa.context.store.names import Names
from hansa.context.store.reader import LogRow
from hansa.context.store.segments import Gone, Segment
from hansa.context.store.writer import Remembered, Want
from hansa.guard import View

T = TypeVar("T")
R = TypeVar("R")
Ask: TypeAlias = Callable[["reading.Ask[Any]"], Awaitable[Any]]
"""Runs a unit (tx, part) on a reader's connection, in one snapshot."""

_NOTHING = frozenset({""})  # no attribute has this name: only who was there is asked
_AT_ONCE = 2_000  # entities whose sealed instances come in one answer


@dataclass(frozen=True, slots=True)
class First:
    """The first half: what the store says before files are asked."""

    version: int
    number: int
    segments: tuple[Segment, ...]
    gone: tuple[Gone, ...]
    eids: tuple[int, ...] | None = None  # of the ids asked for
    touched: tuple[int, ...] = ()  # entities with hot rows


class PastReader:
    """Reads of the past of one city."""

    def __init__(self, names: Names, indexed: frozenset[str], helper: Helper, folder: Path) -> None:
        self.names = names
        self._indexed = indexed
        self.helper = helper
        self._folder = folder

    def file(self, one: Segment) -> File:
        """Where a segment lies."""
        rows, sums = self._folder / one.file, self._folder / one.sums
        return File(Kept(str(rows), one.digest), Kept(str(sums), one.sums_digest))

    def files(self, found: Sequence[Segment]) -> list[File]:
        """Where segments lie."""
        return [self.file(one) for one in found]

    # ---- entities as known at T

    async def page(
        self, ask: Ask, view: View, query: Query, at: datetime, only: frozenset[str] = frozenset()
    ) -> tuple[Page, list[Found]]:
        """What a query answers as known at a moment; `only`: these attributes are wanted."""

        def finish(tx: Tx, asked: Asked) -> tuple[Page, list[Found]]:
            return reading.page(tx, self.names, self._indexed, asked)

        return await self._then(ask, Asked(view, -1, query, at, only=only), finish)

    async def table(
        self, ask: Ask, view: View, query: Query, at: datetime, columns: Sequence[str]
    ) -> Table:
        """Plain values of the entities of a query as known at a moment."""
        only = frozenset(name for name, _ in tables.columns_of(columns)) or _NOTHING

        def finish(tx: Tx, asked: Asked) -> Table:
            return reading.table_then(tx, asked, columns)

        return await self._then(ask, Asked(view, -1, query, at, only=only), finish)

    async def _then(self, ask: Ask, asked: Asked, finish: Callable[[Tx, Asked], R]) -> R:
        """Ask files and store of one moment, at one version of the manifest."""
        assert asked.at is not None  # noqa: S101 - of the past only
        micros, query = to_micros(asked.at), narrowed(asked.query, asked.view)
        if asked.only:
            asked = replace(asked, only=asked.only | needs(query))
        return await self.settled(
            ask,
            lambda tx, part: self._first(tx, part, query, micros),
            lambda first: self._states(first, replace(asked, query=query), micros),
            lambda tx, part, _, past: finish(tx, replace(asked, part=part, past=past)),
        )

    def _first(self, tx: Tx, part: int, query: Query, at: int) -> First:
        types = reading.type_names(query.types)
        eids = tuple(reader.eids_of(tx, part, query.ids)) if query.ids else None
        _refuse_forgotten(tx, part, types or _types_of(tx, eids), at)
        number = reader.last_number(tx)
        found = tuple(one for one in segments.listed(tx, part, types) if one.recorded[0] <= at)
        touched: Sequence[int] = ()
        if found and eids is None:
            touched = hot.touched(tx, hot.Bounds(at, number), types)
        return First(
            segments.version(tx), number, found, segments.gone(tx, eids), eids, tuple(touched)
        )

    async def _states(self, first: First, asked: Asked, at: int) -> Sealed:
        if not first.segments:
            return Sealed(first.number, {}, first.eids, first.gone)
        prunes = [] if first.eids is not None else _prunes(asked.query)
        found = await self.helper.call(
            "history.states",
            self.files(first.segments),
            at,
            sorted(asked.only) or None,
            prunes,
            first.touched,
            first.eids,
            first.gone,
        )
        states: dict[int, str] = {eid: packed for eid, packed, _ in found}
        sure: frozenset[int] = frozenset()
        if prunes and len(prunes) == len(_terms(asked.query.where)):
            sure = frozenset(eid for eid, _, one in found if one).difference(first.touched)
        eids: Sequence[int] | None = first.eids
        if prunes:
            eids = sorted(states.keys() | set(first.touched))
        return Sealed(first.number, states, eids, first.gone, sure)

    # ---- evolutions

    async def evolutions(
        self, ask: Ask, view: View, query: Query, window: Window, at: datetime | None
    ) -> tuple[Evolution, ...]:
        """The history of each entity that a query names, in a window (5.7.3, 5.7.4)."""
        span = reading.span_of(window, at)
        chosen = await self.subjects(ask, view, query, at)
        found: list[Evolution] = []
        for start in range(0, len(chosen), _AT_ONCE):
            some = chosen[start : start + _AT_ONCE]
            found += await self._evolutions(ask, Asked(view, -1, query, at), some, span)
        return tuple(found)

    async def subjects(
        self, ask: Ask, view: View, query: Query, at: datetime | None
    ) -> list[Subject]:
        """The entities that a query names, by their state now or as known at T."""
        asked = Asked(view, -1, query, at)
        if at is None:
            found: list[Subject] = await ask(
                lambda tx, part: reading.subjects(
                    tx, self.names, self._indexed, replace(asked, part=part)
                )
            )
            return found
        bare = replace(query, attrs=(), pick=None, omit=None)
        _, rows = await self.page(ask, view, bare, at)
        return [Subject(one.row.eid, one.row.id, one.row.types) for one in rows]

    async def _evolutions(
        self, ask: Ask, asked: Asked, some: Sequence[Subject], span: Span
    ) -> list[Evolution]:
        eids = [one.eid for one in some]

        async def sealed(first: First) -> dict[int, list[Past]]:
            return await self._instances(first, eids, asked.query.attrs, span)

        def finish(tx: Tx, _: int, first: First, past: dict[int, list[Past]]) -> list[Evolution]:
            buried: dict[int, list[Gone]] = {}
            for one in first.gone:
                buried.setdefault(one.eid, []).append(one)
            found = (
                reading.evolution(
                    tx,
                    self.names,
                    asked,
                    one,
                    span,
                    past.get(one.eid, ()),
                    buried.get(one.eid, ()),
                )
                for one in some
            )
            return [one for one in found if one is not None]

        return await self.settled(
            ask, lambda tx, part: first_of(tx, part, some, span), sealed, finish
        )

    async def _instances(
        self, first: First, eids: Sequence[int], names: Sequence[str], span: Span
    ) -> dict[int, list[Past]]:
        if not first.segments:
            return {}
        rows = await self.helper.call(
            "history.instances",
            self.files(first.segments),
            eids,
            list(names),
            reach_of(span),
            span.last,
            first.gone,
        )
        found: dict[int, list[Past]] = {}
        for eid, text, order, number, recorded, observed, back, body in rows:
            name, dataset = key_of(text)
            parsed = None if body is None else orjson.loads(body)
            past = Past(name, dataset, order, number, recorded, observed, back, parsed)
            found.setdefault(eid, []).append(past)
        return found

    # ---- what the writer must know

    async def remembered(self, ask: Ask, wants: Sequence[Want]) -> Remembered:
        """What files say of the instances that a late one is held against."""

        def begin(tx: Tx, part: int) -> First:
            eids = sorted({one[0] for one in wants})
            gone = segments.gone(tx, eids)
            return First(segments.version(tx), 0, segments.listed(tx, part), gone)

        async def sealed(first: First) -> Remembered:
            held: dict[Want, Held | None] = dict.fromkeys(wants)
            asked = list(held)
            for eid, key, bound, order, number, recorded, body in await self.helper.call(
                "history.known", self.files(first.segments), asked, first.gone
            ):
                parsed = None if body is None else orjson.loads(body)
                held[eid, key, bound] = Held(order, number, recorded, parsed)
            return Remembered(first.version, held)

        return await self.settled(ask, begin, sealed, lambda _tx, _part, _first, found: found)

    # ---- what quiet changes set

    async def told(self, ask: Ask, rows: Sequence[LogRow]) -> list[LogRow]:
        """Rows of the log with what files have of quiet changes, be it a part of one."""
        numbers = [row.number for row in rows if row.held is not None]
        if not numbers:
            return list(rows)

        def begin(tx: Tx, part: int) -> First:
            return First(segments.version(tx), 0, segments.listed(tx, part), segments.gone(tx))

        async def sealed(first: First) -> dict[int, dict[str, Any]]:
            held: dict[int, dict[str, Any]] = {}
            if not first.segments:
                return held
            for number, key, body in await self.helper.call(
                "history.changes", self.files(first.segments), numbers, first.gone
            ):
                held.setdefault(number, {})[key] = None if body is None else orjson.loads(body)
            return held

        found: dict[int, dict[str, Any]] = await self.settled(
            ask, begin, sealed, lambda _tx, _part, _first, held: held
        )
        return [
            row
            if row.held is None or row.number not in found
            else replace(row, fragment=fragment({**row.held, **found[row.number]}))
            for row in rows
        ]

    # ---- both halves

    async def settled(
        self,
        ask: Ask,
        begin: Callable[[Tx, int], First],
        sealed: Callable[[First], Awaitable[T]],
        finish: Callable[[Tx, int, First, T], R],
    ) -> R:
        """Both halves at one version of the manifest; tried again while it moves."""
        while True:
            first: First = await ask(begin)
            try:
                past: T = await sealed(first)
            except HistoryMissing:
                if await ask(lambda tx, _: segments.version(tx)) == first.version:
                    raise
                continue

            def end(tx: Tx, part: int, first: First = first, past: T = past) -> tuple[R, ...]:
                same = segments.version(tx) == first.version
                return (finish(tx, part, first, past),) if same else ()

            answer: tuple[R, ...] = await ask(end)
            if answer:
                return answer[0]


def first_of(tx: Tx, part: int, some: Sequence[Subject], span: Span) -> First:
    """The first half of a question about instances of entities in a span."""
    types = {name for one in some for name in one.types}
    reach = reach_of(span)
    found = tuple(one for one in segments.listed(tx, part, types) if one.meets(reach))
    gone = segments.gone(tx, [one.eid for one in some])
    return First(segments.version(tx), reader.last_number(tx), found, gone)


def reach_of(span: Span) -> Reach:
    """A span as the helper process has it."""
    return Reach(span.column, span.low, span.high, span.known)


def _types_of(tx: Tx, eids: Sequence[int] | None) -> tuple[str, ...] | None:
    """The types that entities ever had; None where any entity is meant."""
    if eids is None:
        return None
    return tuple(sorted({name for names in segments.kinds(tx, eids) for name in names}))


def _refuse_forgotten(tx: Tx, part: int, types: Sequence[str] | None, at: int) -> None:
    since = segments.kept_since(tx, part, types)
    if since is not None and at < since:
        raise HistoryNotKept(
            f"of {', '.join(types or ('some types',))} the history before "
            f"{format_instant(from_micros(since))} was not kept",
            where="at",
            rule="retention of the city's folder (city.yaml)",
            remedy="ask for a later time, or open a backup of that time",
        )


def _prunes(query: Query) -> list[Prune]:
    """What must hold of text values, as far as files can tell it quickly."""
    found = []
    for term in _terms(query.where):
        if not isinstance(term, Compare) or term.operator != "==":
            continue
        path, texts = term.path, _texts(term.value)
        plain = not (path.subs or path.trail or path.links)
        if plain and texts and path.attribute not in query.expand_values:
            found.append(Prune(path.attribute, texts))
    return found


def _terms(where: Expression | None) -> Sequence[Expression]:
    if where is None:
        return ()
    return where.terms if isinstance(where, And) else (where,)


def _texts(value: Any) -> tuple[str, ...]:
    """The texts that a comparison allows, as JSON; none where it allows anything else."""
    members = value.members if isinstance(value, ValueList) else (value,)
    if not all(isinstance(one, str) for one in members):
        return ()
    return tuple(orjson.dumps(one).decode() for one in members)
