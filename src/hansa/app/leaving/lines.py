"""Entities and their history as JSON Lines, a file a type: read as known at one moment.

What is personal is in neither: a view without a purpose does not see it. A line says of which
world it is, so that one which lost its file still does.
"""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from hansa.base.times import format_instant
from hansa.context import City, Entity, Evolution, Instance, Query, Window
from hansa.guard import View

_AT_ONCE = 1000
_AT_ONCE_WITH_HISTORY = 200
_ONE = ("name",)  # without a column named, a table would unpack every attribute


def file_of(type_name: str) -> str:
    """The name of a type's file; a type that is known by its IRI has a readable one, too."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", type_name) + ".jsonl"


async def entities(city: City, view: View, ids: Sequence[str], at: datetime, path: Path) -> int:
    """Write the entities of a type; how many there were."""
    written = 0
    with path.open("wb") as file:
        async for some in _pages(ids, _AT_ONCE):
            page = await city.read(view, Query(ids=some), at)
            for one in sorted(page.entities, key=lambda one: one.id):
                file.write(_line(_state(one, view)))
                written += 1
    return written


async def history(city: City, view: View, ids: Sequence[str], at: datetime, path: Path) -> None:
    """Write how the entities of a type came to be what they are."""
    with path.open("wb") as file:
        async for some in _pages(ids, _AT_ONCE_WITH_HISTORY):
            found = await city.history(view, Query(ids=some), Window(timeproperty="modifiedAt"), at)
            for one in sorted(found, key=lambda one: one.id):
                file.write(_line(_evolution(one, view)))


async def ids_of(city: City, view: View, type_name: str, at: datetime) -> tuple[str, ...]:
    """Which entities of a type there are."""
    return (await city.table(view, type_name, _ONE, at=at)).ids


async def _pages(ids: Sequence[str], size: int) -> AsyncIterator[tuple[str, ...]]:
    for start in range(0, len(ids), size):
        yield tuple(ids[start : start + size])


def _state(one: Entity, view: View) -> dict[str, Any]:
    return {"world": view.world.name, **one.document}


def _evolution(one: Evolution, view: View) -> dict[str, Any]:
    attributes = {name: [_instance(each) for each in some] for name, some in one.attributes.items()}
    types = one.types[0] if len(one.types) == 1 else list(one.types)
    return {"world": view.world.name, "id": one.id, "type": types, **attributes}


def _instance(one: Instance) -> dict[str, Any]:
    recorded = format_instant(one.recorded_at)
    if one.body is None:
        return {"deletedAt": recorded, "recordedAt": recorded}
    return {**one.body, "recordedAt": recorded}


def _line(document: dict[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)
