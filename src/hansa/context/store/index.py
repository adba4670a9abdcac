"""The indexes beside the state: types, values of marked attributes, bounding boxes.

They only prune: what they let through is judged by the memory matcher, so an index may hold
less than the truth needs to be decided, never something that loses a match.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from shapely.errors import ShapelyError
from shapely.geometry import shape

from hansa.base.database import Tx
from hansa.context.model import Document, instance_value
from hansa.context.store.state import State

OTHER, BOOLEAN, NUMBER, TEXT = 0, 1, 2, 3
LOCATION = ("location", "")

Cell = tuple[str, int, Any]


def update(
    tx: Tx, part: int, eid: int, was: State | None, now: State | None, indexed: frozenset[str]
) -> None:
    """Bring the indexes of one entity from one state to the next."""
    _update_types(tx, part, eid, was, now)
    before, after = set(cells(was, indexed)), set(cells(now, indexed))
    if gone := before - after:
        tx.executemany(
            "DELETE FROM value WHERE part=? AND attr=? AND kind=? AND val=? AND eid=?",
            [(part, *cell, eid) for cell in gone],
        )
    if come := after - before:
        tx.executemany(
            "INSERT OR IGNORE INTO value VALUES(?,?,?,?,?)", [(part, *cell, eid) for cell in come]
        )
    _update_geo(tx, eid, was, now)


def _update_types(tx: Tx, part: int, eid: int, was: State | None, now: State | None) -> None:
    before, after = set(was.types if was else ()), set(now.types if now else ())
    for name in before - after:
        tx.execute("DELETE FROM entity_type WHERE part=? AND type=? AND eid=?", (part, name, eid))
    for name in after - before:
        tx.execute("INSERT OR IGNORE INTO entity_type VALUES(?,?,?)", (part, name, eid))


def cells(state: State | None, indexed: frozenset[str]) -> Iterator[Cell]:
    """(attribute, kind, value) of every scalar of the indexed attributes."""
    if state is None:
        return
    for (name, _), instance in state.attributes.items():
        if name in indexed:
            value = instance_value(instance)
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


def _update_geo(tx: Tx, eid: int, was: State | None, now: State | None) -> None:
    before = was.attributes.get(LOCATION) if was else None
    after = now.attributes.get(LOCATION) if now else None
    if before == after:
        return
    if before is not None:
        tx.execute("DELETE FROM geo WHERE id=?", (eid,))
    if after is not None and (box := bounds(instance_value(after))) is not None:
        minx, miny, maxx, maxy = box
        tx.execute("INSERT OR REPLACE INTO geo VALUES(?,?,?,?,?)", (eid, minx, maxx, miny, maxy))


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
