"""The indexes beside the state: types, values of marked attributes, bounding boxes.

They only prune: what they let through is judged by the memory matcher, so an index may hold
less than the truth needs to be decided, never something that loses a match.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from shapely.errors import ShapelyError
from shapely.geometry import shape

from hansa.base.database import Tx
from hansa.context.model import Document, instance_value
from hansa.context.store.state import State

OTHER, BOOLEAN, NUMBER, TEXT = 0, 1, 2, 3
LOCATION = ("location", "")

Cell = tuple[str, int, Any]


class Move(NamedTuple):
    """An entity that went from one state to another."""

    eid: int
    was: State | None
    now: State | None


def update(tx: Tx, part: int, moves: Sequence[Move], indexed: frozenset[str]) -> None:
    """Bring the indexes of entities from one state to the next."""
    _update_types(tx, part, moves)
    gone: list[tuple[Any, ...]] = []
    come: list[tuple[Any, ...]] = []
    for eid, was, now in moves:
        before, after = set(cells(was, indexed)), set(cells(now, indexed))
        gone += [(part, *cell, eid) for cell in before - after]
        come += [(part, *cell, eid) for cell in after - before]
    tx.executemany("DELETE FROM value WHERE part=? AND attr=? AND kind=? AND val=? AND eid=?", gone)
    tx.executemany("INSERT OR IGNORE INTO value VALUES(?,?,?,?,?)", come)
    _update_geo(tx, moves)


def _update_types(tx: Tx, part: int, moves: Iterable[Move]) -> None:
    gone: list[tuple[Any, ...]] = []
    come: list[tuple[Any, ...]] = []
    for eid, was, now in moves:
        before, after = was.types if was else (), now.types if now else ()
        if before != after:
            gone += [(part, name, eid) for name in set(before) - set(after)]
            come += [(part, name, eid) for name in set(after) - set(before)]
    tx.executemany("DELETE FROM entity_type WHERE part=? AND type=? AND eid=?", gone)
    tx.executemany("INSERT OR IGNORE INTO entity_type VALUES(?,?,?)", come)


def cells(state: State | None, indexed: frozenset[str]) -> Iterator[Cell]:
    """(attribute, kind, value) of every scalar of the indexed attributes."""
    if state is None:
        return
    for (name, _), instance in state.attributes.items():
        if name in indexed:
            value = instance_value(instance)
            if isinstance(value, str):
                yield name, TEXT, value
                continue
            for scalar in value if isinstance(value, list) else (value,):
                yield (name, *_cell(scalar))


def _cell(scalar: Any) -> tuple[int, Any]:
    match scalar:
        case bool():
            return BOOLEAN, int(scalar)
        case int() | float():
            return NUMBER, float(scalar)
        case str():
            return TEXT, scalar
        case _:
            return OTHER, 0


def _update_geo(tx: Tx, moves: Iterable[Move]) -> None:
    gone: list[tuple[int]] = []
    come: list[tuple[Any, ...]] = []
    for eid, was, now in moves:
        before = was.attributes.get(LOCATION) if was else None
        after = now.attributes.get(LOCATION) if now else None
        if before == after:
            continue
        if before is not None:
            gone.append((eid,))
        if after is not None and (box := bounds(instance_value(after))) is not None:
            minx, miny, maxx, maxy = box
            come.append((eid, minx, maxx, miny, maxy))
    tx.executemany("DELETE FROM geo WHERE id=?", gone)
    tx.executemany("INSERT OR REPLACE INTO geo VALUES(?,?,?,?,?)", come)


def bounds(geometry: Document | None) -> tuple[float, float, float, float] | None:
    """(west, south, east, north) of a GeoJSON geometry, None where it has no extent."""
    if not isinstance(geometry, Mapping):
        return None
    if geometry.get("type") == "Point":
        x, y = geometry["coordinates"][:2]
        return x, y, x, y
    try:
        found = shape(dict(geometry))
    except (ShapelyError, ValueError, TypeError, AttributeError, IndexError):
        return None
    return None if found.is_empty else found.bounds
