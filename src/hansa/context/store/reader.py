"""Reading rows: the state now, the state as known at T, instances of history, the log.

Everything here answers values of the store (`Row`s with bodies as bytes); what a view may see
of them is decided above, in `context.door`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from hansa.base.database import Tx
from hansa.context.store.names import Names
from hansa.context.store.state import Key, Stamp, State, pack
from hansa.context.store.writer import QUIET, render

_FOREVER = 1 << 62
_COLUMNS = "e.eid, e.id, e.types, e.body, e.sys, e.refs, e.change, e.created, e.modified"


@dataclass(frozen=True, slots=True)
class Stored:
    """A row of `entity` that is alive."""

    eid: int
    id: str
    types: tuple[str, ...]
    body: bytes
    sys: bytes
    refs: bytes | None
    change: int
    created: int
    modified: int


@dataclass(frozen=True, slots=True)
class Past:
    """One instance of history; body None: dropped."""

    name: str
    dataset: str
    order: int
    number: int
    recorded: int
    observed: int | None
    back: bool
    body: bytes | None


@dataclass(frozen=True, slots=True)
class LogRow:
    """A row of the change log."""

    number: int
    kind: str
    id: str
    types: str
    fragment: bytes
    removed: str
    recorded: int
    committed: int
    actor: str
    flags: int


def select(
    tx: Tx, where: str, params: Sequence[Any], order: str = "e.eid", limit: str = ""
) -> Iterator[Stored]:
    """Living entities that meet an SQL condition on `entity e`."""
    sql = f"SELECT {_COLUMNS} FROM entity e WHERE e.body IS NOT NULL AND {where} ORDER BY {order}"
    for row in tx.execute(f"{sql} {limit}", params):
        yield Stored(row[0], row[1], tuple(row[2].split()), *row[3:])


def count(tx: Tx, where: str, params: Sequence[Any]) -> int:
    """How many living entities meet an SQL condition."""
    row = tx.one(f"SELECT count(*) FROM entity e WHERE e.body IS NOT NULL AND {where}", params)
    return 0 if row is None else int(row[0])


def candidates_ever(
    tx: Tx, part: int, ids: Sequence[str], types: Iterable[str]
) -> list[tuple[int, str]]:
    """(eid, id) of entities, alive or not, with one of the ids and one of the types."""
    sql, params = "SELECT eid, id FROM entity WHERE part=?", [part]
    given: list[Any] = list(params)
    if ids:
        sql += f" AND id IN ({','.join('?' * len(ids))})"
        given += ids
    if names := list(types):
        sql += " AND (" + " OR ".join(["types LIKE ?"] * len(names)) + ")"
        given += [f"% {name} %" for name in names]
    return [(row[0], row[1]) for row in tx.execute(sql + " ORDER BY eid", given)]


def types_of(tx: Tx, part: int, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Types of entities by id; those that do not exist have none."""
    found: dict[str, tuple[str, ...]] = {name: () for name in ids}
    for entity_id in ids:
        row = tx.one(
            "SELECT types FROM entity WHERE part=? AND id=? AND body IS NOT NULL",
            (part, entity_id),
        )
        found[entity_id] = () if row is None else tuple(row[0].split())
    return found


# ---- the past


def state_at(tx: Tx, names: Names, eid: int, entity_id: str, at: int) -> Stored | None:
    """The entity as known at `at`, or None where it was not alive then."""
    lived = life(tx, eid, at)
    if lived is None or lived.deleted is not None:
        return None
    attributes: dict[Key, dict[str, Any]] = {}
    stamps: dict[Key, Stamp] = {}
    change = lived.number
    for attr, dataset in series(tx, eid):
        found = _latest(tx, eid, attr, dataset, at)
        if found is None or found[3] is None:
            continue
        key = (names.text(tx, attr), names.text(tx, dataset))
        attributes[key] = orjson.loads(found[3])
        stamps[key] = Stamp(found[2], found[2], found[0])
        change = max(change, found[1])
    state = State(lived.types, attributes, stamps)
    body, refs = render(entity_id, state)
    modified = max((stamp.modified for stamp in stamps.values()), default=lived.created)
    packed = orjson.dumps(pack(stamps))
    return Stored(eid, entity_id, state.types, body, packed, refs, change, lived.created, modified)


def series(tx: Tx, eid: int) -> list[tuple[int, int]]:
    """The (attribute, dataset) numbers of an entity, by skipping through the key."""
    found: list[tuple[int, int]] = []
    last = (-1, -1)
    while row := tx.one(
        "SELECT attr, dataset FROM history WHERE eid=? AND (attr, dataset) > (?, ?) "
        "ORDER BY attr, dataset LIMIT 1",
        (eid, *last),
    ):
        last = (row[0], row[1])
        found.append(last)
    return found


def _latest(tx: Tx, eid: int, attr: int, dataset: int, at: int) -> tuple[Any, ...] | None:
    return tx.one(
        "SELECT ord, n, recorded, body FROM history WHERE eid=? AND attr=? AND dataset=? "
        "AND recorded<=? ORDER BY ord DESC, n DESC LIMIT 1",
        (eid, attr, dataset, at),
    )


@dataclass(frozen=True, slots=True)
class Span:
    """Bounds of a history read in microseconds; `column` is `observed` or `recorded`."""

    column: str
    low: int | None
    high: int | None
    last: int | None
    known: int | None  # recorded at or before


def instances(tx: Tx, names: Names, eid: int, span: Span, only: frozenset[str]) -> Iterator[Past]:
    """Instances of an entity in a span, per attribute oldest first; `only` empty: all."""
    for attr, dataset in series(tx, eid):
        name = names.text(tx, attr)
        if only and name not in only:
            continue
        rows = _window(tx, (eid, attr, dataset), span)
        for order, number, recorded, observed, back, body in rows:
            yield Past(
                name,
                names.text(tx, dataset),
                order,
                number,
                recorded,
                observed,
                bool(back),
                body,
            )


def _window(tx: Tx, key: tuple[int, int, int], span: Span) -> list[tuple[Any, ...]]:
    sql = [
        "SELECT ord, n, recorded, observed, back, body FROM history "
        "WHERE eid=? AND attr=? AND dataset=?"
    ]
    params: list[Any] = list(key)
    column = "recorded" if span.column == "recorded" else "observed"
    if span.low is not None:
        sql.append(f"AND {column} >= ?")
        params.append(span.low)
        if column == "observed":  # ord is never before observedAt
            sql.append("AND ord >= ?")
            params.append(span.low)
    if span.high is not None:
        sql.append(f"AND {column} < ?")
        params.append(span.high)
    elif column == "observed":
        sql.append("AND observed IS NOT NULL")
    if span.known is not None:
        sql.append("AND recorded <= ?")
        params.append(span.known)
    sql.append("ORDER BY ord DESC, n DESC")
    if span.last is not None:
        sql.append("LIMIT ?")
        params.append(span.last)
    return tx.all(" ".join(sql), params)[::-1]


@dataclass(frozen=True, slots=True)
class Life:
    """The newest life of an entity: microseconds, types, the change that shaped it last."""

    created: int
    deleted: int | None
    types: tuple[str, ...]
    number: int


def life(tx: Tx, eid: int, at: int | None = None) -> Life | None:
    """The newest life as known at `at` (None: now), or None where there was none yet."""
    found: Life | None = None
    for recorded, number, alive, types in tx.execute(
        "SELECT recorded, n, alive, types FROM life WHERE eid=? AND recorded<=? "
        "ORDER BY recorded, n",
        (eid, _FOREVER if at is None else at),
    ):
        names = tuple(types.split())
        if not alive and found is not None:
            found = Life(found.created, recorded, names, number)
        elif found is None or found.deleted is not None:
            found = Life(recorded, None, names, number)
        else:
            found = Life(found.created, None, names, number)
    return found


# ---- the log


def log(tx: Tx, part: int, after: int, limit: int, *, loud: bool = False) -> list[LogRow]:
    """Rows of the change log after a number, in order; `loud`: without quiet ones."""
    return [
        LogRow(*row)
        for row in tx.execute(
            "SELECT n, kind, id, types, fragment, removed, recorded, committed, actor, flags "
            "FROM log WHERE n>? AND part=? AND (flags & ?)=0 ORDER BY n LIMIT ?",
            (after, part, QUIET if loud else 0, limit),
        )
    ]


def last_number(tx: Tx) -> int:
    """The newest change number of the store; 0 when nothing was written."""
    row = tx.one("SELECT max(n) FROM log")
    return 0 if row is None or row[0] is None else int(row[0])
