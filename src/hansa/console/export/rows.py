"""An entity as a row: world and identity, then a group of columns per attribute (pure).

Each attribute has its value, unit, time and age side by side, so that no value leaves without
them. The row says of which world it is in its first cell: a file that lost its name still does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import orjson

from hansa.base.times import format_instant, parse_instant
from hansa.context import Entity, instance_value

Cell: TypeAlias = str | int | float | bool | None
GROUP = ("", ".unitCode", ".observedAt", ".age")
OTHERS = "otherDatasets"
_FIRST = ("world", "id", "type")
_LAST = (OTHERS, "asKnownAt", "exportedAt")
_FIXED = frozenset({"id", "type", "scope"})


@dataclass(frozen=True, slots=True)
class Told:
    """What an export says of itself in every row."""

    world: str
    known: datetime
    exported: datetime

    @property
    def exercise(self) -> bool:
        """Whether nothing in it is real."""
        return self.world != "actual"


def header(attributes: Sequence[str]) -> tuple[str, ...]:
    """The columns: `age` is in seconds when it was exported, times are RFC 3339."""
    groups = (f"{name}{part}" for name in attributes for part in GROUP)
    return (*_FIRST, *groups, *_LAST)


def row(entity: Entity, attributes: Sequence[str], told: Told) -> tuple[Cell, ...]:
    """The cells of an entity under `header`; None where nothing is known."""
    groups = (cell for name in attributes for cell in _group(entity, name, told))
    return (
        told.world,
        entity.id,
        ",".join(entity.types),
        *groups,
        _others(entity.document),
        format_instant(told.known),
        format_instant(told.exported),
    )


def _group(entity: Entity, name: str, told: Told) -> tuple[Cell, ...]:
    one = first(entity.document.get(name))
    if one is None:
        return (None, None, None, None)
    return (cell(one), one.get("unitCode"), one.get("observedAt"), age(entity, name, one, told))


def first(given: Any) -> Mapping[str, Any] | None:
    """The default instance of an attribute, else its first."""
    instances = given if isinstance(given, list) else [given]
    found = [one for one in instances if isinstance(one, dict)]
    return next((one for one in found if "datasetId" not in one), found[0] if found else None)


def cell(one: Mapping[str, Any]) -> Cell:
    """The value of an instance as one cell: plain where it is plain, else as JSON."""
    value = instance_value(one)
    if isinstance(value, dict) and "@value" in value:
        value = value["@value"]
    if value is None or isinstance(value, str | int | float):
        return value
    return orjson.dumps(value).decode()


def age(entity: Entity, name: str, one: Mapping[str, Any], told: Told) -> int | None:
    """Seconds since it was true in the world, or (where nobody says) since the city knew it."""
    observed = one.get("observedAt")
    known = entity.known_at(name, one.get("datasetId", ""))
    moment = known if observed is None else parse_instant(observed)
    return None if moment is None else round((told.exported - moment).total_seconds())


def _others(document: Mapping[str, Any]) -> str | None:
    """Instances of further datasets, which have no columns of their own, as JSON."""
    found = {
        name: [one for one in given if one is not first(given)]
        for name, given in document.items()
        if name not in _FIXED and isinstance(given, list)
    }
    kept = {name: many for name, many in found.items() if many}
    return orjson.dumps(kept).decode() if kept else None
