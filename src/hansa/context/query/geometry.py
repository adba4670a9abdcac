"""Geometry of geo-queries and of order by distance: GeoJSON in, yes or no or metres out.

Topological relations are planar on longitude and latitude, as Simple Features has them and
GeoJSON's own cut at the antimeridian supposes. Distances are great circles on the mean sphere
(4.23.1 asks for haversine) between the nearest points; those of lines and areas are found on
a plane scaled at their latitude, which errs by less than 0.5 % within 1,000 km.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import shapely
from shapely.affinity import scale, translate
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from hansa.context.query.ast import Geo

RADIUS = 6_371_008.8  # metres: the mean radius of the Earth (IUGG R1)

Where: TypeAlias = Callable[[Any], bool]
"""A test of a GeoJSON value; what is no geometry meets none."""

_BROKEN = (ShapelyError, ValueError, TypeError, AttributeError, IndexError, KeyError)


def compile_geo(geo: Geo) -> Where:
    """The test of 4.10 of a GeoProperty's value against the reference geometry."""
    if geo.relation == "near":
        return _near(geo)
    reference = _shape(geo.geometry)
    if reference is None:
        return lambda value: False
    shapely.prepare(reference)
    relation, of_point = _RELATIONS[geo.relation], _OF_POINTS.get(geo.relation)

    def test(value: Any) -> bool:
        if of_point is not None and (point := _point(value)) is not None:
            return bool(of_point(reference, *point))
        found = _shape(value)
        return found is not None and bool(relation(reference, found))

    return test


_RELATIONS: dict[str, Callable[[BaseGeometry, BaseGeometry], Any]] = {
    "within": shapely.contains,  # the target within the reference: the reference contains it
    "contains": shapely.within,
    "overlaps": shapely.overlaps,
    "intersects": shapely.intersects,
    "equals": shapely.equals,
    "disjoint": shapely.disjoint,
}

_OF_POINTS: dict[str, Callable[[BaseGeometry, float, float], Any]] = {
    "within": shapely.contains_xy,  # most places are points, and making a shape takes long
    "intersects": shapely.intersects_xy,
    "disjoint": lambda reference, x, y: not shapely.intersects_xy(reference, x, y),
}


def _near(geo: Geo) -> Where:
    measure = meter(geo.geometry)
    most = math.inf if geo.max_distance is None else geo.max_distance
    least = geo.min_distance

    def test(value: Any) -> bool:
        metres = measure(value)
        if metres is None or metres > most:
            return False
        return least is None or metres > least

    return test


def meter(reference: Mapping[str, Any]) -> Callable[[Any], float | None]:
    """A function from a GeoJSON value to its distance in metres; None: it is no geometry."""
    here = _point(reference)
    whole = _shape(reference)

    def measure(value: Any) -> float | None:
        there = _point(value)
        if here is not None and there is not None:
            return haversine(here, there)
        found = _shape(value)
        return None if found is None or whole is None else _between(whole, found)

    return measure


def haversine(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres along the great circle between two (longitude, latitude) in degrees."""
    (x1, y1), (x2, y2) = one, other
    p1, p2 = math.radians(y1), math.radians(y2)
    s = math.sin((p2 - p1) / 2) ** 2
    s += math.cos(p1) * math.cos(p2) * math.sin(math.radians(x2 - x1) / 2) ** 2
    return 2 * RADIUS * math.asin(min(1.0, math.sqrt(s)))


def bounds(value: Any) -> tuple[float, float, float, float] | None:
    """(west, south, east, north) of a GeoJSON value, None where it is no geometry."""
    point = _point(value)
    if point is not None:
        return (*point, *point)
    found = _shape(value)
    return None if found is None else found.bounds


def _point(value: Any) -> tuple[float, float] | None:
    if not isinstance(value, Mapping) or value.get("type") != "Point":
        return None
    match value.get("coordinates"):
        case [int() | float() as x, int() | float() as y, *_] if math.isfinite(x + y):
            return x, y
        case _:
            return None


def _shape(value: Any) -> BaseGeometry | None:
    """The geometry, mended where it crosses itself; None for anything else."""
    if not isinstance(value, Mapping):
        return None
    if value.get("type") == "Point":
        point = _point(value)
        return None if point is None else shapely.Point(point)
    try:
        found = shape(dict(value))
        if found.is_empty or not all(map(math.isfinite, found.bounds)):
            return None
        return found if found.is_valid else shapely.make_valid(found)
    except _BROKEN:
        return None


def _between(one: BaseGeometry, other: BaseGeometry) -> float:
    if one.intersects(other):
        return 0.0
    turns = (-360.0, 0.0, 360.0) if _apart(one, other) > 180 else (0.0,)
    return min(_flat(one, translate(other, turn)) for turn in turns)


def _apart(one: BaseGeometry, other: BaseGeometry) -> float:
    west, _, east, _ = shapely.union(one.envelope, other.envelope).bounds
    return float(east - west)


def _flat(one: BaseGeometry, other: BaseGeometry) -> float:
    """The nearest pair on a plane scaled at its own latitude; the second pass knows that."""
    latitude = (one.centroid.y + other.centroid.y) / 2
    metres = math.inf
    for _ in range(2):
        factor = max(math.cos(math.radians(latitude)), 1e-6)
        near, far = nearest_points(_squeeze(one, factor), _squeeze(other, factor))
        pair = (near.x / factor, near.y), (far.x / factor, far.y)
        metres = min(metres, haversine(*pair))
        latitude = (near.y + far.y) / 2
    return metres


def _squeeze(geometry: BaseGeometry, factor: float) -> BaseGeometry:
    return scale(geometry, xfact=factor, yfact=1.0, origin=(0, 0))
