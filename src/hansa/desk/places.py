"""Where something is, as one point, and how far two such points are apart. Pure."""

import math
from collections.abc import Iterator
from typing import Any, TypeAlias

Point: TypeAlias = tuple[float, float]  # longitude, latitude

_METRES_PER_DEGREE = 111_195.0


def point_of(geometry: Any) -> Point | None:
    """The middle of a GeoJSON geometry's corners; None where there are none."""
    found = list(_corners(geometry.get("coordinates"))) if isinstance(geometry, dict) else []
    if not found:
        return None
    return (sum(one[0] for one in found) / len(found), sum(one[1] for one in found) / len(found))


def corners(geometry: Any) -> tuple[Point, ...]:
    """Every corner or place of a GeoJSON geometry."""
    return tuple(_corners(geometry.get("coordinates"))) if isinstance(geometry, dict) else ()


def _corners(given: Any) -> Iterator[Point]:
    if not isinstance(given, list) or not given:
        return
    if isinstance(given[0], int | float):
        yield float(given[0]), float(given[1])
        return
    for one in given:
        yield from _corners(one)


def metres(one: Point, other: Point) -> float:
    """Metres between two points of one city (equirectangular)."""
    width = (one[0] - other[0]) * math.cos(math.radians((one[1] + other[1]) / 2))
    return math.hypot(width, one[1] - other[1]) * _METRES_PER_DEGREE
