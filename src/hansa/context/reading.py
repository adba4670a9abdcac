"""Queries over the store: prune in SQL, project by the view, judge in memory, page.

What SQL lets through is a superset of what matches; the memory matcher decides on the document
as the view sees it. Only where the view sees bodies whole and the SQL is exact do counting and
paging happen in SQL.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, TypeAlias, TypeVar

import orjson

from hansa.base.database import Tx
from hansa.base.times import format_instant, from_micros, to_micros
from hansa.context import door, tables
from hansa.context.model import Document, Entity, Evolution, Page, Table, Window
from hansa.context.query import (
    Candidate,
    Query,
    Selection,
    TypeAny,
    TypeExpression,
    TypeIs,
    compile_matcher,
    compile_sql,
    needs,
    order_key,
)
from hansa.context.rows import Rows, narrowed
from hansa.context.store import history, hot, reader
from hansa.context.store.history import Held, Past, Span
from hansa.context.store.names import Names
from hansa.context.store.reader import Stored, Then
from hansa.context.store.segments import Gone
from hansa.context.store.state import Key, flatten, stamps_of
from hansa.guard import View

T = TypeVar("T")
Ask: TypeAlias = Callable[[Tx, int], T]


@dataclass(frozen=True, slots=True)
class Found:
    """An entity as the view sees it, beside the row it was read from."""

    entity: Entity
    row: Stored


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the store: whose view, which part of it, what, as known when.

    `past`: what sealed history says, where the question is of the past. `only`: attributes
    that are wanted (none: all); of the past, others are not looked for.
    """

    view: View
    part: int
    query: Query
    at: datetime | None = None
    past: "Sealed | None" = None
    only: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sealed:
    """What files hold of the past, at one version of the manifest and one change number.

    `states`: eid -> newest instances as known at T, as the helper packed them. `eids`: the
    candidates; None: whoever lived. `sure`: of these the files answered the whole `q`.
    """

    number: int
    states: Mapping[int, str]
    eids: Sequence[int] | None
    gone: tuple[Gone, ...] = ()
    sure: frozenset[int] = frozenset()


def page(tx: Tx, names: Names, indexed: frozenset[str], asked: Asked) -> tuple[Page, list[Found]]:
    """The entities that a query asks for, in order, paged; with the rows they came from."""
    query = asked.query
    if asked.at is None and not query.order and (exact := _exact(indexed, asked)):
        return _paged_in_sql(tx, asked, exact)
    found = _matching(tx, names, indexed, asked)
    if query.order:
        key = order_key(query.order)
        found = iter(sorted(found, key=lambda one: key(_candidate(one.entity, system=True))))
    if not query.count:
        stop = None if query.limit is None else query.offset + query.limit
        kept = list(islice(found, query.offset, stop))
        return Page(tuple(one.entity for one in kept), None, asked.at), kept
    everything = list(found)
    stop = None if query.limit is None else query.offset + query.limit
    kept = everything[query.offset : stop]
    return Page(tuple(one.entity for one in kept), len(everything), asked.at), kept


def _exact(indexed: frozenset[str], asked: Asked) -> Selection | None:
    view = asked.view
    if not door.sees_bodies_whole(view) or view.narrow:
        return None
    selection = compile_sql(asked.query, indexed, asked.part, join=True)
    return selection if selection.exact else None


def _paged_in_sql(tx: Tx, asked: Asked, selected: Selection) -> tuple[Page, list[Found]]:
    where, params, source = selected.sql_where, selected.params, selected.sql_from
    query = asked.query
    total = reader.count(tx, where, params, source) if query.count else None
    limit = f"LIMIT {-1 if query.limit is None else query.limit} OFFSET {query.offset}"
    found = [
        Found(entity, row)
        for row in reader.select(tx, where, params, source, limit, selected.sql_order)
        if (entity := door.entity(asked.view, row)) is not None
    ]
    return Page(tuple(one.entity for one in found), total), found


def _matching(tx: Tx, names: Names, indexed: frozenset[str], asked: Asked) -> Iterator[Found]:
    if asked.at is not None:
        return _matching_then(tx, asked)
    return _matching_now(tx, indexed, asked)


def _matching_now(tx: Tx, indexed: frozenset[str], asked: Asked) -> Iterator[Found]:
    matches = compile_matcher(asked.query)
    system = _asks_system(asked.query)
    rows = Rows(asked.view)
    for row in _pruned(tx, indexed, asked):
        if not _exists(rows, row):
            continue
        entity = door.entity(asked.view, row)
        if entity is not None and matches(_candidate(entity, system=system)):
            yield Found(entity, row)


def _exists(rows: Rows, row: Stored) -> bool:
    if not rows.concern(row.types):
        return True
    return rows.admit(row.id, row.types, orjson.loads(row.body))


def _matching_then(tx: Tx, asked: Asked) -> Iterator[Found]:
    """The same of the past: what does not match is never rendered."""
    matches = compile_matcher(asked.query)
    system = _asks_system(asked.query)
    rows = Rows(asked.view)
    sure = _sure(asked)
    for then in _then(tx, asked):
        types = then.life.types
        if not door.admits(asked.view, types):
            continue
        if rows.concern(types) and not rows.admit(then.id, types, then.document()):
            continue
        if not system:
            document = door.document(asked.view, types, then.document())
            if not (sure(then, document) or matches(Candidate(then.id, types, document, {}))):
                continue
            if asked.only and not asked.view.personal:
                yield Found(_light(then, document), then.bare())
                continue
        row = then.stored()
        entity = door.entity(asked.view, row)
        if entity is not None and (not system or matches(_candidate(entity, system=True))):
            yield Found(entity, row)


def _sure(asked: Asked) -> Callable[[Then, Document], bool]:
    """Whether files have answered all that is asked of an entity."""
    query, view, past = asked.query, asked.view, asked.past
    more = (query.geo, query.scope, query.id_pattern, query.datasets, view.rows)
    if past is None or not past.sure or any(more) or not isinstance(query.types, TypeIs):
        return lambda then, document: False
    kind, attrs, told = query.types.name, frozenset(query.attrs), needs(query)
    shown: dict[tuple[str, ...], bool] = {}  # of a set of types: all that decides is seen

    def sure(then: Then, document: Document) -> bool:
        kinds = then.life.types
        if kinds not in shown:
            shown[kinds] = kind in kinds and all(view.sees(kinds, name) for name in told)
        there = not attrs or not attrs.isdisjoint(document)
        return there and shown[kinds] and then.eid in past.sure

    return sure


def table_then(tx: Tx, asked: Asked, columns: Sequence[str]) -> Table:
    """Plain values of the past, without making more of an entity than its document."""
    query, view = asked.query, asked.view
    matches, exist, sure = compile_matcher(query), Rows(view), _sure(asked)
    types, seen = set(type_names(query.types)), _columns_seen(view, columns)
    ids: list[str] = []
    rows: list[tuple[Any, ...]] = []
    for then in _then(tx, asked):
        kinds = then.life.types
        if not door.admits(view, kinds) or types.isdisjoint(kinds):
            continue
        document: Document = then.document()
        if exist.concern(kinds) and not exist.admit(then.id, kinds, document):
            continue
        if query.where is not None and not sure(then, document):
            document = door.document(view, kinds, document)
            if not matches(Candidate(then.id, kinds, document, {})):
                continue
        ids.append(then.id)
        rows.append(tables.cells(document, seen(kinds)))
    return Table(tuple(columns), tuple(ids), tuple(rows))


_Columns: TypeAlias = Sequence[tuple[str, bool]]


def _columns_seen(view: View, columns: Sequence[str]) -> Callable[[tuple[str, ...]], _Columns]:
    """The columns as entities of some types have them; what the view hides has no name."""
    wanted = tables.columns_of(columns)
    known: dict[tuple[str, ...], _Columns] = {}

    def seen(kinds: tuple[str, ...]) -> _Columns:
        if kinds not in known:
            known[kinds] = [(one if view.sees(kinds, one) else "", when) for one, when in wanted]
        return known[kinds]

    return seen


def _light(then: Then, document: Document) -> Entity:
    """An entity of which only some attributes were wanted: nobody asks for its bytes."""
    created = from_micros(then.life.created)
    entity = Entity(then.id, then.life.types, b"", then.life.number, created, created)
    entity.__dict__["document"] = document
    return entity


def _candidate(entity: Entity, *, system: bool) -> Candidate:
    told = _system_times(entity) if system else {}
    return Candidate(entity.id, entity.types, entity.document, told)


def _system_times(entity: Entity) -> Mapping[str, Any]:
    told: dict[str, Any] = {
        "createdAt": format_instant(entity.created_at),
        "modifiedAt": format_instant(entity.modified_at),
    }
    for (name, dataset), stamp in stamps_of(entity.system, flatten(entity.document)):
        told.setdefault(name, {})[dataset] = {
            "createdAt": format_instant(from_micros(stamp.created)),
            "modifiedAt": format_instant(from_micros(stamp.modified)),
        }
    return told


def _asks_system(query: Query) -> bool:
    """Whether a term names createdAt or modifiedAt; the tree's text tells, and cheaply."""
    return "createdAt" in (text := repr(query.where)) or "modifiedAt" in text


def type_names(tree: TypeExpression | None) -> tuple[str, ...]:
    """Every type that a selection names; one that takes any type names none."""
    if tree is None:
        return ()
    if isinstance(tree, TypeIs):
        return () if tree.name == "*" else (tree.name,)
    named = [type_names(term) for term in tree.terms]
    return () if () in named and isinstance(tree, TypeAny) else tuple(n for g in named for n in g)


def _pruned(tx: Tx, indexed: frozenset[str], asked: Asked) -> Iterator[Stored]:
    query, view = narrowed(asked.query, asked.view), asked.view
    usable = indexed
    if not door.sees_bodies_whole(view):  # an index must not tell what the view hides
        hidden = _hidden_somewhere(view)
        usable = indexed - hidden
        if "Absent(" in repr(query.where):  # of what the view hides, absence must not be told
            usable = frozenset()
        if query.geo is not None and query.geo.geoproperty in hidden:
            query = replace(query, geo=None)
    selected = compile_sql(query, usable, asked.part, join=True)
    where, params, source = selected.sql_where, selected.params, selected.sql_from
    return reader.select(tx, where, params, source, order=selected.sql_order)


def _hidden_somewhere(view: View) -> frozenset[str]:
    return frozenset(
        name for (kind, name), _ in view.classes.items() if not view.sees((kind,), name)
    )


def _then(tx: Tx, asked: Asked) -> Iterator[Then]:
    past = asked.past
    assert asked.at is not None and past is not None  # noqa: S101, PT018 - of the past only
    bounds = hot.Bounds(to_micros(asked.at), past.number)
    lives = hot.lives(tx, bounds, past.eids, type_names(asked.query.types))

    def newest(eids: Sequence[int]) -> Mapping[int, Mapping[Key, Held]]:
        return hot.newest(tx, bounds, eids, asked.only, past.gone)

    return reader.then(tx, asked.part, lives, past.states, newest)


# ---- temporal evolution


@dataclass(frozen=True, slots=True)
class Subject:
    """An entity of which history is asked."""

    eid: int
    id: str
    types: tuple[str, ...]


def evolution(
    tx: Tx,
    names: Names,
    asked: Asked,
    subject: Subject,
    span: Span,
    sealed: Sequence[Past],
    gone: Sequence[Gone],
) -> Evolution | None:
    """The history of one entity in a span (5.7.3, 5.7.4); None where there is none asked for."""
    only = frozenset(asked.query.attrs)
    lived = reader.life(tx, subject.eid)
    # of the last few, those that are gone make room for older ones
    wide = replace(span, last=None) if gone else span
    found = history.instances(tx, names, subject.eid, wide, only)
    rows = hot.merged(found, sealed, span, gone) if sealed or gone else found
    attributes = door.instances(asked.view, subject.types, iter(rows))
    if lived is None or (only and not attributes):
        return None
    return Evolution(
        id=subject.id,
        types=subject.types,
        attributes=attributes,
        created_at=from_micros(lived.created),
        deleted_at=None if lived.deleted is None else from_micros(lived.deleted),
    )


def subjects(tx: Tx, names: Names, indexed: frozenset[str], asked: Asked) -> list[Subject]:
    """The entities that a query names: chosen by their state (now, or as known at T); one
    deleted since is found by its id or type alone."""
    query = replace(asked.query, attrs=(), pick=None, omit=None)
    _, found = page(tx, names, indexed, replace(asked, query=query))
    chosen = [Subject(one.row.eid, one.row.id, one.row.types) for one in found]
    if query.where is None and query.geo is None and asked.at is None and query.ids:
        known = {one.eid for one in chosen}
        for eid, entity_id in reader.candidates_ever(
            tx, asked.part, query.ids, type_names(query.types)
        ):
            lived = reader.life(tx, eid)
            if eid not in known and lived is not None and _shown_ever(asked.view, lived.types):
                chosen.append(Subject(eid, entity_id, lived.types))
    return chosen


def _shown_ever(view: View, types: tuple[str, ...]) -> bool:
    """Whether an entity is shown whatever it held: what has no state meets no row rule."""
    return door.admits(view, types) and not Rows(view).concern(types)


def span_of(window: Window, at: datetime | None) -> Span:
    """The bounds of a window as the store has them."""
    return Span(
        column="observed" if window.timeproperty == "observedAt" else "recorded",
        low=None if window.after is None else to_micros(window.after),
        high=None if window.before is None else to_micros(window.before),
        last=window.last,
        known=None if at is None else to_micros(at),
    )


def kinds(tx: Tx, part: int) -> Mapping[tuple[str, ...], int]:
    """How many living entities there are of each set of types."""
    return {
        tuple(row[0].split()): row[1]
        for row in tx.execute(
            "SELECT types, count(*) FROM entity WHERE part=? AND body IS NOT NULL GROUP BY types",
            (part,),
        )
    }


def types(tx: Tx, part: int) -> Mapping[str, int]:
    """How many living entities there are of each type."""
    return {
        row[0]: row[1]
        for row in tx.execute(
            "SELECT type, count(*) FROM entity_type WHERE part=? GROUP BY type", (part,)
        )
    }
