"""`georel`, `geometry`, `coordinates`, `geoproperty` (4.10): text to a checked reference.

Everything that can be wrong with a reference geometry is refused here, so that a query never
fails half way through the entities.
"""

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from hansa.base.problems import BadRequestData
from hansa.context.query.ast import Geo
from hansa.context.query.scan import Names, Scanner, canonical, unchanged

RELATIONS = frozenset(
    ["near", "within", "contains", "overlaps", "intersects", "equals", "disjoint"]
)

_WORD = re.compile(r"[a-z]+")
_DISTANCE = re.compile(r"(?:max|min)Distance(?===)")
_POSITIVE = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?!\w)")


def parse_geo(
    georel: str,
    geometry: str | None,
    coordinates: str | Sequence[Any] | None,
    geoproperty: str | None = None,
    name: Names = unchanged,
) -> Geo:
    """The geo-query; raises BadRequestData that names the parameter at fault.

    `coordinates` is the JSON text of a URL or the array of a body.
    """
    relation, distance, metres = _georel(georel)
    if not geometry or coordinates is None or coordinates == "":
        raise _bad("georel", "georel needs geometry and coordinates beside it")
    return Geo(
        relation,
        parse_geometry(geometry, coordinates),
        canonical(geoproperty, name) if geoproperty else "location",
        max_distance=metres if distance == "maxDistance" else None,
        min_distance=metres if distance == "minDistance" else None,
    )


def parse_geometry(
    geometry: str, coordinates: str | Sequence[Any], where: str = "coordinates"
) -> dict[str, Any]:
    """A GeoJSON geometry of checked shape (RFC 7946, 3.1); GeometryCollection is not allowed."""
    check = _SHAPES.get(geometry)
    if check is None:
        raise _bad("geometry", f"{geometry!r} is not one of {', '.join(_SHAPES)}")
    value = _json(coordinates, where) if isinstance(coordinates, str) else coordinates
    check(value, where)
    return {"type": geometry, "coordinates": value}


def _georel(text: str) -> tuple[str, str, float]:
    scan = Scanner(text, "georel", "4.10")
    relation = scan.take(_WORD)
    if relation not in RELATIONS:
        raise scan.fail(f"one of {', '.join(sorted(RELATIONS))}", 0)
    if relation != "near":
        scan.finish("the end")
        return relation, "", 0.0
    scan.expect(";", "and maxDistance==METRES or minDistance==METRES")
    distance = scan.need(_DISTANCE, "maxDistance==METRES or minDistance==METRES")
    scan.expect("==", "")
    start = scan.at
    metres = float(scan.need(_POSITIVE, "a positive number of metres"))
    if not 0 < metres < math.inf:
        raise scan.fail("a positive number of metres", start)
    scan.finish("the end")
    return relation, distance, metres


def _json(text: str, where: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _bad(where, f"not a JSON array: {error}") from error


def _position(value: Any, where: str) -> None:
    if not isinstance(value, Sequence) or isinstance(value, str) or not 2 <= len(value) <= 3:
        raise _bad(where, f"expected a position [longitude, latitude], found {value!r:.60}")
    if not all(type(one) in (int, float) and math.isfinite(one) for one in value):
        raise _bad(where, f"a position is made of numbers, found {value!r:.60}")
    if abs(value[0]) > 180 or abs(value[1]) > 90:
        raise _bad(where, f"{value!r:.60} is not on Earth; longitude comes first")


def _many(inner: Callable[[Any, str], None], least: int) -> Callable[[Any, str], None]:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, Sequence) or isinstance(value, str) or len(value) < least:
            raise _bad(where, f"expected an array of at least {least}, found {value!r:.60}")
        for one in value:
            inner(one, where)

    return check


def _ring(value: Any, where: str) -> None:
    _many(_position, 4)(value, where)
    if list(value[0]) != list(value[-1]):
        raise _bad(where, "the ring of a polygon ends where it began (RFC 7946, 3.1.6)")


_SHAPES: dict[str, Callable[[Any, str], None]] = {
    "Point": _position,
    "MultiPoint": _many(_position, 1),
    "LineString": _many(_position, 2),
    "MultiLineString": _many(_many(_position, 2), 1),
    "Polygon": _many(_ring, 1),
    "MultiPolygon": _many(_many(_ring, 1), 1),
}


def _bad(where: str, detail: str) -> BadRequestData:
    return BadRequestData(detail, where=where, rule="GS CIM 009, 4.10")
