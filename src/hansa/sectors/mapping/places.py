"""Positions and geometries of rows: checked for the Earth, and for "nowhere in particular".

Sources often write the position of the city hall where they do not know one. Such a placeholder
shown on a map would be a lie, so it is left out and the row is flagged.
"""

from collections.abc import Mapping
from typing import Any

from hansa.sectors.mapping.refuse import Refused, is_missing, shown
from hansa.sectors.mapping.schema import Field
from hansa.sectors.mapping.values import Fields, Json, Reader, number_of

_DEPTH = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}


def point_reader(field: Field, missing: frozenset[str]) -> Reader:
    """A GeoJSON Point of the columns `latitude` and `longitude`, degrees of WGS 84."""
    latitude, longitude = field.latitude or "", field.longitude or ""
    placeholders, flag = frozenset(field.placeholders), field.flag

    def read(fields: Fields, flags: list[str]) -> Json:
        north, east = fields.get(latitude), fields.get(longitude)
        if is_missing(north, missing) and is_missing(east, missing):
            return None
        position = (
            _degrees(east, longitude, 180.0, missing, field.decimal),
            _degrees(north, latitude, 90.0, missing, field.decimal),
        )
        if position in placeholders:
            if flag not in flags:
                flags.append(flag)
            return None
        return {"type": "Point", "coordinates": list(position)}

    return read


def _degrees(raw: Any, column: str, most: float, missing: frozenset[str], decimal: str) -> float:
    if is_missing(raw, missing):
        raise Refused(column, "position", "is empty where the other coordinate is not")
    value = number_of(raw, column, decimal)
    if abs(value) > most:
        raise Refused(column, "position", f"{shown(raw)} is not between -{most:g} and {most:g}")
    return value


def geometry_reader(column: str, missing: frozenset[str]) -> Reader:
    """A GeoJSON geometry as the cell holds it (RFC 7946, 3.1)."""

    def read(fields: Fields, flags: list[str]) -> Json:
        raw = fields.get(column)
        if is_missing(raw, missing):
            return None
        check_geometry(raw, column)
        return raw

    return read


def check_geometry(raw: Any, column: str) -> None:
    """Refused where `raw` is no geometry on the Earth."""
    kind = raw.get("type") if isinstance(raw, Mapping) else None
    depth = _DEPTH.get(kind) if isinstance(kind, str) else None
    if depth is None:
        raise Refused(column, "geometry", f"{shown(raw)} is no GeoJSON geometry")
    _check_positions(raw.get("coordinates"), depth, column)


def _check_positions(raw: Any, depth: int, column: str) -> None:
    if not isinstance(raw, list) or not raw:
        raise Refused(column, "geometry", "has no coordinates")
    if depth:
        for part in raw:
            _check_positions(part, depth - 1, column)
        return
    if len(raw) not in (2, 3) or not all(
        isinstance(part, int | float) and not isinstance(part, bool) for part in raw
    ):
        raise Refused(column, "geometry", f"{shown(raw)} is no position")
    if abs(raw[0]) > 180 or abs(raw[1]) > 90:
        raise Refused(column, "position", f"{shown(raw)} is not on the Earth (longitude first)")
