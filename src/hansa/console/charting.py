"""What the charts of a page are drawn from: one entity's series, or all of a sector."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from hansa.base.problems import BadRequestData, ResourceNotFound
from hansa.base.times import format_instant
from hansa.base.vocabulary import TypeDef
from hansa.console.series import Limit, Wanted, measured, series_of, window_of
from hansa.context import City, Entity, Query, TypeIs, world_member
from hansa.guard import View

SECTOR_POINTS = 250  # of one series among many: small multiples are narrow
_MOST_ENTITIES = 60
_MOST_LOOKED_AT = 2000  # entities of one type whose sector is looked up
_UNMEASURED = frozenset({"C62", "SEC"})  # counts and delays are no series of a sector


async def entity_series(
    city: City,
    view: View,
    entity_id: str,
    attributes: Sequence[str],
    wanted: Wanted,
    limits: Sequence[Limit],
) -> dict[str, Any]:
    """The series of one entity; ResourceNotFound where there is none or the view sees none."""
    page = await city.read(_plain(view), Query(ids=(entity_id,)), wanted.at)
    if not page.entities:
        raise ResourceNotFound(f"there is no entity {entity_id}", where="id")
    told = await _told(city, view, page.entities, attributes, wanted)
    (entity,) = page.entities
    return {
        **_head(city, told, wanted),
        "id": entity.id,
        "type": list(entity.types),
        "series": _with_limits(entity, told["series"].get(entity.id, []), limits),
    }


async def sector_series(
    city: City, view: View, sector: str, wanted: Wanted, limits: Sequence[Limit]
) -> dict[str, Any]:
    """The series of every entity of a sector that is measured; BadRequestData: no such sector."""
    if sector not in {one.name for one in city.vocabulary.sectors}:
        raise BadRequestData(f"{sector!r} is no sector", where="sector")
    found = await _of_sector(city, view, sector)
    kept = found[:_MOST_ENTITIES]
    told = await _told(city, view, kept, (), replace(wanted, most=SECTOR_POINTS))
    return {
        **_head(city, told, wanted),
        "sector": sector,
        "left": len(found) - len(kept),
        "entities": [
            {
                "id": one.id,
                "type": list(one.types),
                "name": one.value("name"),
                "series": _with_limits(one, told["series"].get(one.id, []), limits),
            }
            for one in kept
        ],
    }


async def _told(
    city: City, view: View, entities: Sequence[Entity], only: Sequence[str], wanted: Wanted
) -> dict[str, Any]:
    """`series` by entity, with the window and the period they share.

    What says when it was true in the world lies there; the rest by when the city knew it.
    """
    observed: dict[str, bool] = {}
    for one in entities:
        observed |= measured(one, only)
    series: dict[str, list[dict[str, Any]]] = {}
    begin: datetime | None = wanted.after
    for says, timeproperty in ((True, "observedAt"), (False, "modifiedAt")):
        names = tuple(sorted(name for name, has in observed.items() if has is says))
        if not names:
            continue
        query = Query(ids=tuple(one.id for one in entities), attrs=names)
        asked = replace(wanted, after=begin)
        window, step = await window_of(city, view, query, asked, timeproperty)
        begin = window.after
        for entity_id, found in (await series_of(city, view, query, window, step, wanted)).items():
            series.setdefault(entity_id, []).extend(found)
    return {"series": series, "begin": begin or wanted.before}


def _head(city: City, told: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    return {
        **world_member(city.world),
        "now": format_instant(city.clock.now()),
        "at": None if wanted.at is None else format_instant(wanted.at),
        "from": format_instant(told["begin"]),
        "to": format_instant(wanted.before),
    }


def _with_limits(
    entity: Entity, series: Sequence[Mapping[str, Any]], limits: Sequence[Limit]
) -> list[dict[str, Any]]:
    return [
        {
            **one,
            "limits": [
                {"value": limit.value, "operator": limit.operator, "severity": limit.severity}
                for limit in limits
                if limit.type in entity.types and limit.attribute == one["attribute"]
            ],
        }
        for one in series
    ]


async def _of_sector(city: City, view: View, sector: str) -> list[Entity]:
    """Measured entities of the sector: as they say themselves, as the source that owns their
    values does, or as their type does. Entities of today, as known today, are chosen from.
    """
    plain = _plain(view)
    page = await city.read(plain, Query(types=TypeIs("DataSource")))
    of_source = {one.id: one.value("sector") for one in page.entities}
    found: list[Entity] = []
    for kind, definition in city.vocabulary.types.items():
        names = _measured(definition)
        if not names or not view.admits((kind,)):
            continue
        page = await city.read(plain, Query(types=TypeIs(kind), limit=_MOST_LOOKED_AT))
        for one in page.entities:
            sources = (of_source.get(one.owner(name) or "") for name in names)
            own = one.value("sector") or next(filter(None, sources), None)
            if (own or definition.sector) == sector and measured(one, names):
                found.append(one)
    return found


def _measured(definition: TypeDef) -> tuple[str, ...]:
    return tuple(
        name
        for name, one in definition.attributes.items()
        if one.unit is not None and one.unit not in _UNMEASURED
    )


def _plain(view: View) -> View:
    """The view without personal values: a chart needs none."""
    return replace(view, personal=False, seen={})
