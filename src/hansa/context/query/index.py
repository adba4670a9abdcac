"""What the store keeps beside an entity so that SQL can prune: rows of values, one box.

The store writes these rows and `context.query.sql` reads them; both lean on the same
`targets` as the matcher, which is why an exact selection needs no second look.
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from hansa.context.model import Document
from hansa.context.query.geometry import bounds
from hansa.context.query.targets import target

OTHER, BOOLEAN, NUMBER, TEXT = 0, 1, 2, 3

Cell: TypeAlias = tuple[int, Any]
"""(kind, value) of one member of a target."""


def cells(instance: Document) -> Iterator[Cell]:
    """The rows of one attribute instance: one per member, and at least one.

    Members of language maps and of lists of URIs count. What has no order of its own (null,
    objects, arrays in arrays, an empty array) is (OTHER, 0): it exists and equals nothing.
    """
    found = target(instance)
    if found is None:
        return
    yield from (_cell(one) for one in found.members)
    if not found.members:
        yield OTHER, 0


def _cell(member: Any) -> Cell:
    if isinstance(member, bool):
        return BOOLEAN, int(member)
    if isinstance(member, int | float):
        return NUMBER, _double(member)
    return (TEXT, member) if isinstance(member, str) else (OTHER, 0)


def _double(number: float) -> float:
    try:
        return float(number)
    except OverflowError:  # an integer beyond the doubles: past every number of a query
        return float("inf") if number > 0 else float("-inf")


def box(instances: Iterable[Document]) -> tuple[float, float, float, float] | None:
    """(west, south, east, north) around all instances of a GeoProperty; None: no geometry.

    A geometry that leaves the ranges of longitude or latitude gets the whole Earth, so that
    the box of a query never misses it.
    """
    found = [one for each in instances if (one := bounds(each.get("value"))) is not None]
    if not found:
        return None
    west, south = min(one[0] for one in found), min(one[1] for one in found)
    east, north = max(one[2] for one in found), max(one[3] for one in found)
    if west < -180 or east > 180 or south < -90 or north > 90:
        return min(west, -180.0), min(south, -90.0), max(east, 180.0), max(north, 90.0)
    return west, south, east, north
