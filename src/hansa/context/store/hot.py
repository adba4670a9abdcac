"""History that is not sealed yet, many entities at once: for reads as known at T, and sealing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from hansa.base.database import Tx
from hansa.context.store.history import Held, Past, Span, key_of
from hansa.context.store.segments import Gone
from hansa.context.store.state import Key

_OF = "eid IN (SELECT value FROM json_each(?)) AND recorded<=? AND n<=?"
# With max() SQLite takes the other columns from the row that has it; of two with the same ord
# it may take either, so where such a pair stands the slower way is gone.
_NEWEST = (
    f"SELECT eid, shape, max(ord), n, recorded, body FROM history WHERE {_OF}{{shapes}} "
    "GROUP BY eid, shape"
)
_TIES = f"SELECT 1 FROM history WHERE {_OF} GROUP BY eid, shape, ord HAVING count(*)>1 LIMIT 1"
_ORDERED = f"SELECT eid, shape, ord, n, recorded, body FROM history WHERE {_OF}{{shapes}}"
_AMONG = " AND {column} IN (SELECT value FROM json_each(?))"
# Most rows fail the plain look; to join strings for each of them would cost half as much again.
_EVER = "(instr(types, ?) AND instr(' ' || types || ' ', ?))"


@dataclass(frozen=True, slots=True)
class Bounds:
    """A read as known at `at`, of what was committed up to change `number`."""

    at: int
    number: int


def touched(tx: Tx, bounds: Bounds, types: Sequence[str]) -> list[int]:
    """Entities of the types that have hot history up to a moment."""
    of_types = " OR ".join(["instr(' ' || types || ' ', ?)"] * len(types)) or "1"
    rows = tx.execute(
        "SELECT DISTINCT h.eid FROM history h WHERE recorded<=? AND n<=? "
        f"AND EXISTS(SELECT 1 FROM life l WHERE l.eid=h.eid AND ({of_types}))",
        (bounds.at, bounds.number, *(f" {name} " for name in types)),
    )
    return [row[0] for row in rows]


def newest(
    tx: Tx, bounds: Bounds, eids: Sequence[int], only: frozenset[str], gone: Sequence[Gone]
) -> dict[int, dict[Key, Held]]:
    """Per entity the newest hot instance of each attribute (`only`: of these)."""
    params: list[Any] = [orjson.dumps(list(eids)).decode(), bounds.at, bounds.number]
    sql = _NEWEST if tx.one(_TIES, params) is None else _ORDERED
    wanted = _shapes(tx, only)
    shapes = _AMONG.format(column="shape") if only else ""
    if only:
        params.append(orjson.dumps(list(wanted)).decode())
    folded: dict[int, dict[Key, Held]] = {}
    for eid, shape, *row in tx.execute(sql.format(shapes=shapes), params):
        fold(folded.setdefault(eid, {}), row, wanted[shape])
    for eid in {one.eid for one in gone} & folded.keys():
        folded[eid] = _exact(tx, bounds, eid, only, [one for one in gone if one.eid == eid])
    return folded


def fold(into: dict[Key, Held], row: Sequence[Any], wanted: Sequence[tuple[str, Key]]) -> None:
    """Put what a row (ord, n, recorded, packed) says of some keys into the newest instances."""
    order, number, recorded, packed = row
    bodies = orjson.loads(packed)
    for text, key in wanted:
        standing = into.get(key)
        if standing is None or (order, number) > standing[:2]:
            into[key] = Held(order, number, recorded, bodies[text])


def _shapes(tx: Tx, only: frozenset[str]) -> dict[int, list[tuple[str, Key]]]:
    """The wanted keys of each shape in which one of the attributes stands (none: of all)."""
    found: dict[int, list[tuple[str, Key]]] = {}
    for number, text in tx.execute("SELECT nid, name FROM name"):
        keys = [(one, key_of(one)) for one in text.split("\n")]
        wanted = [pair for pair in keys if not only or pair[1][0] in only]
        if wanted:
            found[number] = wanted
    return found


def _exact(
    tx: Tx, bounds: Bounds, eid: int, only: frozenset[str], gone: Sequence[Gone]
) -> dict[Key, Held]:
    """The same for one entity of which instances are gone: every row is looked at."""
    folded: dict[Key, Held] = {}
    for order, number, recorded, packed in tx.execute(
        "SELECT ord, n, recorded, body FROM history WHERE eid=? AND recorded<=? AND n<=?",
        (eid, bounds.at, bounds.number),
    ):
        bodies = orjson.loads(packed)
        left = [
            text for text in bodies if not any(one.covers(key_of(text)[0], number) for one in gone)
        ]
        wanted = [(text, key_of(text)) for text in left if not only or key_of(text)[0] in only]
        fold(folded, (order, number, recorded, packed), wanted)
    return folded


def merged(
    hot: Iterable[Past], sealed: Iterable[Past], span: Span, gone: Sequence[Gone]
) -> Iterator[Past]:
    """Instances of one entity from both places, per attribute oldest first, `last` of each."""
    found: dict[tuple[str, str], list[Past]] = {}
    for past in (*hot, *sealed):
        if not any(one.covers(past.name, past.number) for one in gone):
            found.setdefault((past.name, past.dataset), []).append(past)
    for key in sorted(found):
        group = sorted(found[key], key=lambda past: (past.order, past.number))
        yield from group if span.last is None else group[-span.last :]


def extent(tx: Tx, eids: Sequence[int], column: str) -> tuple[int | None, int | None]:
    """Between which moments hot instances of entities were observed, or recorded."""
    name = "observed" if column == "observed" else "recorded"
    row = tx.one(
        f"SELECT min({name}), max({name}) FROM history "
        "WHERE eid IN (SELECT value FROM json_each(?))",
        (orjson.dumps(list(eids)).decode(),),
    )
    return (None, None) if row is None else (row[0], row[1])


def entities_of(tx: Tx, part: int, type_name: str) -> list[int]:
    """Entities that ever were of a type, dead ones too."""
    rows = tx.execute(
        "SELECT eid FROM entity WHERE part=? AND eid IN (SELECT eid FROM life "
        f"WHERE {_EVER}) ORDER BY eid",
        (part, type_name, f" {type_name} "),
    )
    return [row[0] for row in rows]


def sealable(
    tx: Tx, eids: Sequence[int], before: int, after: Sequence[int], limit: int
) -> list[tuple[Any, ...]]:
    """Hot rows of entities recorded before a moment, in the order of the key, after one key.

    As (eid, shape, ord, n, recorded, observed, back, body).
    """
    return tx.all(
        "SELECT * FROM history WHERE eid IN (SELECT value FROM json_each(?)) "
        "AND (eid, shape, ord, n) > (?,?,?,?) AND recorded<? "
        "ORDER BY eid, shape, ord, n LIMIT ?",
        (orjson.dumps(list(eids)).decode(), *after, before, limit),
    )


def remove(tx: Tx, rows: Sequence[Sequence[Any]]) -> int:
    """Take hot rows away by their key (eid, shape, ord, n); how many were there."""
    gone = 0
    for row in rows:
        tx.execute("DELETE FROM history WHERE eid=? AND shape=? AND ord=? AND n=?", row[:4])
        gone += tx.changes()
    return gone


def lives(
    tx: Tx, bounds: Bounds, eids: Sequence[int] | None, types: Sequence[str] = ()
) -> Mapping[int, list[tuple[int, int, int, str]]]:
    """When entities came and went, as (recorded, n, alive, types) in order, up to a moment.

    Of these entities; or (None) of all, or of those that ever were of one of the types.
    """
    params: list[Any] = [bounds.at, bounds.number]
    among = ""
    if eids is not None:
        among = _AMONG.format(column="eid")
        params.append(orjson.dumps(list(eids)).decode())
    elif types:
        ever = " OR ".join([_EVER] * len(types))
        among = f" AND eid IN (SELECT eid FROM life WHERE {ever})"
        params += [text for name in types for text in (name, f" {name} ")]
    found: dict[int, list[tuple[int, int, int, str]]] = {}
    for eid, *row in tx.execute(
        "SELECT eid, recorded, n, alive, types FROM life "
        f"WHERE recorded<=? AND n<=?{among} ORDER BY eid, recorded, n",
        params,
    ):
        found.setdefault(eid, []).append((row[0], row[1], row[2], row[3]))
    return found
