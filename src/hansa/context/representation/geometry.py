"""GeoJSON geometries as NGSI-LD allows them: RFC 7946, 3.1, without GeometryCollection.

Shape and range are checked, topology is not: data of cities hold self-crossing polygons, and
refusing them would lose the rest of the entity.
"""

from collections.abc import Callable, Mapping
from typing import Any

from hansa.base.problems import BadRequestData

_RULE = "RFC 7946, 3.1; GS CIM 009 v1.9.1, 4.7"


def check_geometry(value: Any, where: str) -> None:
    """BadRequestData unless `value` is a Point … MultiPolygon, longitude first, in degrees."""
    check = _CHECKS.get(_kind(value)) if isinstance(value, Mapping) else None
    if check is None:
        raise BadRequestData("is not a GeoJSON geometry", where=where, rule=_RULE)
    if "coordinates" not in value or not check(value["coordinates"]):
        raise BadRequestData(
            f"the coordinates are not those of a {value['type']}",
            where=f"{where}.coordinates",
            rule=_RULE,
            remedy="degrees, longitude before latitude",
        )


def looks_like_geometry(value: Any) -> bool:
    """Whether a concise value means a GeoProperty (4.5.2.3)."""
    return isinstance(value, Mapping) and _kind(value) in _CHECKS and "coordinates" in value


def _kind(value: Mapping[str, Any]) -> str:
    told = value.get("type")
    return told if isinstance(told, str) else ""


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _position(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 2 <= len(value) <= 4
        and all(map(_number, value))
        and -180 <= value[0] <= 180
        and -90 <= value[1] <= 90
    )


def _positions(least: int) -> Callable[[Any], bool]:
    def check(value: Any) -> bool:
        return isinstance(value, list) and len(value) >= least and all(map(_position, value))

    return check


def _ring(value: Any) -> bool:
    return _positions(4)(value) and value[0] == value[-1]


def _all(inner: Callable[[Any], bool]) -> Callable[[Any], bool]:
    def check(value: Any) -> bool:
        return isinstance(value, list) and bool(value) and all(map(inner, value))

    return check


_CHECKS: Mapping[Any, Callable[[Any], bool]] = {
    "Point": _position,
    "MultiPoint": _positions(1),
    "LineString": _positions(2),
    "MultiLineString": _all(_positions(2)),
    "Polygon": _all(_ring),
    "MultiPolygon": _all(_all(_ring)),
}
