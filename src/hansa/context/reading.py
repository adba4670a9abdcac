"""Queries over the store: prune in SQL, project by the view, judge in memory, page.

What SQL lets through is a superset of what matches; the memory matcher decides on the document
as the view sees it. Only where the view sees bodies whole and the SQL is exact do counting and
paging happen in SQL.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, TypeAlias, TypeVar

from hansa.base.database import Tx
from hansa.base.times import format_instant, from_micros, to_micros
from hansa.context import door
from hansa.context.model import Entity, Evolution, Page, Window
from hansa.context.query import (
    Candidate,
    Query,
    Selection,
    TypeAny,
    TypeExpression,
    TypeIs,
    compile_matcher,
    compile_sql,
    order_key,
    parse_q,
)
from hansa.context.store import history, reader
from hansa.context.store.names import Names
from hansa.context.store.reader import Stored
from hansa.context.store.state import flatten, stamps_of
from hansa.guard import View

T = TypeVar("T")
Matches: TypeAlias = Callable[[Candidate], bool]
Ask: TypeAlias = Callable[[Tx, int], T]


@dataclass(frozen=True, slots=True)
class Found:
    """An entity as the view sees it, beside the row it was read from."""

    entity: Entity
    row: Stored


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the store: whose view, which part of it, what, as known when."""

    view: View
    part: int
    query: Query
    at: datetime | None = None


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
    if not door.sees_bodies_whole(view) or view.hidden_types or view.rows:
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
    matches = compile_matcher(asked.query)
    system = _asks_system(asked.query)
    admits = _row_rules(asked.view)
    rows = _pruned(tx, indexed, asked) if asked.at is None else _then(tx, names, asked)
    for row in rows:
        entity = door.entity(asked.view, row)
        if entity is None:
            continue
        candidate = _candidate(entity, system=system)
        if matches(candidate) and admits(candidate):
            yield Found(entity, row)


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


def _type_names(tree: TypeExpression | None) -> tuple[str, ...]:
    """Every type that a selection names; one that takes any type names none."""
    if tree is None:
        return ()
    if isinstance(tree, TypeIs):
        return () if tree.name == "*" else (tree.name,)
    named = [_type_names(term) for term in tree.terms]
    return () if () in named and isinstance(tree, TypeAny) else tuple(n for g in named for n in g)


def _row_rules(view: View) -> Matches:
    rules = [(rule.type_name, compile_matcher(Query(where=parse_q(rule.q)))) for rule in view.rows]

    def admits(candidate: Candidate) -> bool:
        return all(matches(candidate) for name, matches in rules if name in candidate.types)

    return admits


def _pruned(tx: Tx, indexed: frozenset[str], asked: Asked) -> Iterator[Stored]:
    query, view = asked.query, asked.view
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


def _then(tx: Tx, names: Names, asked: Asked) -> Iterator[Stored]:
    assert asked.at is not None  # noqa: S101 - asked only for the past
    at = to_micros(asked.at)
    query = asked.query
    for eid, entity_id in reader.candidates_ever(
        tx, asked.part, query.ids, _type_names(query.types)
    ):
        row = reader.state_at(tx, names, eid, entity_id, at)
        if row is not None:
            yield row


# ---- temporal evolution


def evolutions(
    tx: Tx, names: Names, indexed: frozenset[str], asked: Asked, window: Window
) -> tuple[Evolution, ...]:
    """The history of each entity that the query names, in the window (5.7.3, 5.7.4).

    The entity is chosen by its state (now, or as known at T); one deleted since is found by
    its id or type alone.
    """
    span = _span(window, asked.at)
    only = frozenset(asked.query.attrs)
    found: list[Evolution] = []
    for eid, entity_id, types in _subjects(tx, names, indexed, asked):
        lived = reader.life(tx, eid)
        rows = history.instances(tx, names, eid, span, only)
        attributes = door.instances(asked.view, types, rows)
        if lived is None or (only and not attributes):
            continue
        found.append(
            Evolution(
                id=entity_id,
                types=types,
                attributes=attributes,
                created_at=from_micros(lived.created),
                deleted_at=None if lived.deleted is None else from_micros(lived.deleted),
            )
        )
    return tuple(found)


def _subjects(
    tx: Tx, names: Names, indexed: frozenset[str], asked: Asked
) -> list[tuple[int, str, tuple[str, ...]]]:
    query = replace(asked.query, attrs=(), pick=None, omit=None)
    _, found = page(tx, names, indexed, replace(asked, query=query))
    subjects = [(one.row.eid, one.row.id, one.row.types) for one in found]
    if query.where is None and query.geo is None and asked.at is None and query.ids:
        known = {eid for eid, _, _ in subjects}
        for eid, entity_id in reader.candidates_ever(
            tx, asked.part, query.ids, _type_names(query.types)
        ):
            lived = reader.life(tx, eid)
            if eid not in known and lived is not None and door.admits(asked.view, lived.types):
                subjects.append((eid, entity_id, lived.types))
    return subjects


def _span(window: Window, at: datetime | None) -> history.Span:
    return history.Span(
        column="observed" if window.timeproperty == "observedAt" else "recorded",
        low=None if window.after is None else to_micros(window.after),
        high=None if window.before is None else to_micros(window.before),
        last=window.last,
        known=None if at is None else to_micros(at),
    )


def types(tx: Tx, part: int) -> Mapping[str, int]:
    """How many living entities there are of each type."""
    return {
        row[0]: row[1]
        for row in tx.execute(
            "SELECT type, count(*) FROM entity_type WHERE part=? GROUP BY type", (part,)
        )
    }
