"""The order of entities (4.23) as a key for `sorted` and `heapq`.

Texts go by code point: no collation is asked of the store, so both stores and the memory
agree. Of several instances the default one counts, else the first. Values of unlike kinds go
by 4.23.2; null and what is not there come last, whichever the direction.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import orjson

from hansa.context.query.ast import Order, Path
from hansa.context.query.geometry import meter
from hansa.context.query.instants import moment
from hansa.context.query.targets import Candidate, Target, finder, instances, target

Key: TypeAlias = tuple[Any, ...]

_KINDS = ("number", "text", "object", "array", "boolean", "time", "date", "datetime")
_RANK = {kind: rank for rank, kind in enumerate(_KINDS)}
_NULL: Key = (1,)
_ABSENT: Key = (2,)


class _Reversed:
    """Turns the order of a key round, which `reverse=True` cannot do for one key of several."""

    __slots__ = ("key",)

    def __init__(self, key: Any) -> None:
        self.key = key

    def __lt__(self, other: "_Reversed") -> bool:
        return bool(other.key < self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reversed) and bool(other.key == self.key)

    __hash__ = None  # type: ignore[assignment] # a key is compared, never looked up


def order_key(orders: Sequence[Order]) -> Callable[[Candidate], Key]:
    """A sort key by all terms in turn; equal entities keep the order they came in."""
    keys = [_term(order) for order in orders]
    return lambda candidate: tuple(key(candidate) for key in keys)


def _term(order: Order) -> Callable[[Candidate], Key]:
    value = _value_of(order.path)
    measure = None if order.origin is None else meter(order.origin)

    def key(candidate: Candidate) -> Key:
        found = value(candidate)
        metres = None if measure is None or not found else measure(found[0])
        plain = _key(found) if metres is None else (0, (-1, metres))
        if plain[0] == 0 and order.descending:
            return 0, _Reversed(plain[1])
        return plain

    return key


def _key(found: Sequence[Any]) -> Key:
    """(0, (rank, comparable)) of a value; null and absence after all values."""
    if not found:
        return _ABSENT
    value = found[0]
    if value is None:
        return _NULL
    kind, comparable = _comparable(value)
    return 0, (_RANK[kind], comparable)


def _comparable(value: Any) -> tuple[str, Any]:
    match value:
        case bool():
            return "boolean", value
        case int() | float():
            return "number", value
        case str():
            return moment(value) or ("text", value)
        case Mapping():
            return "object", orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        case _:
            return "array", orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _value_of(path: Path) -> Callable[[Candidate], Sequence[Any]]:
    """A function to the value to order by: in a list of one, or none."""
    if path == Path("id"):
        return lambda candidate: (candidate.id,)
    if path == Path("type"):
        return lambda candidate: (min(candidate.types),) if candidate.types else ()
    if path == Path("scope"):
        return lambda candidate: _one(candidate.document.get("scope"))
    if path.subs or path.trail or path.links:
        return _from_targets(path)
    stamped = _from_targets(path)
    return lambda candidate: _instance_value(candidate, path.attribute) or stamped(candidate)


def _one(value: Any) -> Sequence[Any]:
    return () if value is None else (value,)


def _from_targets(path: Path) -> Callable[[Candidate], Sequence[Any]]:
    find = finder(path)

    def value(candidate: Candidate) -> Sequence[Any]:
        found = find(candidate)
        return _whole(found[0]) if found else ()

    return value


def _instance_value(candidate: Candidate, attribute: str) -> Sequence[Any]:
    found = instances(candidate.document, attribute, frozenset())
    chosen = next((one for one in found if "datasetId" not in one), found[0] if found else None)
    seen = None if chosen is None else target(chosen)
    return () if seen is None else _whole(seen)


def _whole(found: Target) -> Sequence[Any]:
    """An array is one value; of the texts of a language map the first stands for all."""
    return (list(found.members),) if found.array else found.members[:1]
