"""Rows as CSV (RFC 4180) and entities as GeoJSON (RFC 7946), piece by piece (pure)."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from hansa.base.times import format_instant
from hansa.console.export.rows import Cell, Told, age, cell, first
from hansa.context import Entity

_FIXED = frozenset({"id", "type", "scope"})
# A spreadsheet takes a text that begins so for a formula and carries it out.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_lines(rows: Iterable[Iterable[Cell]]) -> bytes:
    """Lines of CSV; what is unknown is empty, a text that could be a formula gets a quote."""
    written = io.StringIO()
    csv.writer(written).writerows([[_written(one) for one in row] for row in rows])
    return written.getvalue().encode()


def _written(value: Cell) -> Cell:
    if isinstance(value, bool):
        return "true" if value else "false"
    return harmless(value) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """The text as no spreadsheet takes it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def opening(told: Told, type_name: str) -> bytes:
    """The begin of a FeatureCollection, up to its features."""
    members = {
        "type": "FeatureCollection",
        **_world(told),
        "name": f"{told.world} {type_name}" if told.exercise else type_name,
        "asKnownAt": format_instant(told.known),
        "exportedAt": format_instant(told.exported),
    }
    return orjson.dumps(members)[:-1] + b',"features":['


CLOSING = b"]}"


def feature(entity: Entity, told: Told) -> dict[str, Any]:
    """One Feature: the world as a member and, as many programs drop those, as a property."""
    place = first(entity.document.get("location"))
    properties: dict[str, Any] = {**_world(told), "type": ",".join(entity.types)}
    for name, given in entity.document.items():
        one = None if name in _FIXED or name == "location" else first(given)
        if one is not None:
            properties |= _property(entity, name, one, told)
    return {
        "type": "Feature",
        "id": entity.id,
        **_world(told),
        "geometry": None if place is None else place.get("value"),
        "properties": properties | {"asKnownAt": format_instant(told.known)},
    }


def _property(entity: Entity, name: str, one: Mapping[str, Any], told: Told) -> dict[str, Any]:
    said = {name: cell(one)}
    said |= {f"{name}.{each}": one[each] for each in ("unitCode", "observedAt") if each in one}
    return said | {f"{name}.age": age(entity, name, one, told)}


def _world(told: Told) -> dict[str, str]:
    return {"hansaWorld": told.world} if told.exercise else {}
