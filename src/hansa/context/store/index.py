"""The indexes beside the state: types, values of marked attributes, bounding boxes.

They only prune: what they let through is judged by the memory matcher, so an index may hold
less than the truth needs to be decided, never something that loses a match.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

from hansa.base.database import Tx
from hansa.context.model import Document
from hansa.context.query import index as query_index
from hansa.context.query.index import TEXT
from hansa.context.store.state import REF, State

LOCATION = "location"

Row: TypeAlias = tuple[str, int, Any]


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
        if was is None:
            come += [(part, name, kind, value, eid) for name, kind, value in cells(now, indexed)]
            continue
        touched = _touched(was, now, indexed)
        before, after = set(cells(was, touched)), set(cells(now, touched))
        gone += [(part, *cell, eid) for cell in before - after]
        come += [(part, *cell, eid) for cell in after - before]
    tx.executemany("DELETE FROM value WHERE part=? AND attr=? AND kind=? AND val=? AND eid=?", gone)
    come.sort()  # in the order of the key: neighbours in the tree
    tx.executemany("INSERT OR IGNORE INTO value VALUES(?,?,?,?,?)", come)
    _update_geo(tx, moves)


def _update_types(tx: Tx, part: int, moves: Iterable[Move]) -> None:
    gone: list[tuple[Any, ...]] = []
    come: list[tuple[Any, ...]] = []
    for eid, was, now in moves:
        before, after = was.types if was else (), now.types if now else ()
        if not before:
            come += [(part, name, eid) for name in after]
        elif before != after:
            gone += [(part, name, eid) for name in set(before) - set(after)]
            come += [(part, name, eid) for name in set(after) - set(before)]
    tx.executemany("DELETE FROM entity_type WHERE part=? AND type=? AND eid=?", gone)
    tx.executemany("INSERT OR IGNORE INTO entity_type VALUES(?,?,?)", come)


def _touched(was: State, now: State | None, indexed: frozenset[str]) -> frozenset[str]:
    """The indexed attributes of which an instance is no longer the very same value."""
    if now is None:
        return indexed
    keys = was.attributes.keys() | now.attributes.keys()
    return frozenset(
        key[0]
        for key in keys
        if key[0] in indexed and was.attributes.get(key) is not now.attributes.get(key)
    )


def cells(state: State | None, indexed: frozenset[str]) -> list[Row]:
    """(attribute, kind, value) of every member of the indexed attributes."""
    found: list[Row] = []
    if state is None:
        return found
    for (name, _), instance in state.attributes.items():
        if name in indexed:
            if type(value := instance.get("value")) is str:  # most are, and this is hot
                found.append((name, TEXT, value))
            elif REF not in instance:
                found += [(name, kind, member) for kind, member in query_index.cells(instance)]
    return found


def _update_geo(tx: Tx, moves: Iterable[Move]) -> None:
    gone: list[tuple[int]] = []
    come: list[tuple[Any, ...]] = []
    for eid, was, now in moves:
        before, after = _places(was), _places(now)
        if before == after:
            continue
        if before:
            gone.append((eid,))
        if (box := query_index.box(after)) is not None:
            west, south, east, north = box
            come.append((eid, west, east, south, north))
    tx.executemany("DELETE FROM geo WHERE id=?", gone)
    tx.executemany("INSERT OR REPLACE INTO geo VALUES(?,?,?,?,?)", come)


def _places(state: State | None) -> list[Document]:
    if state is None:
        return []
    return [one for key, one in state.attributes.items() if key[0] == LOCATION]
