"""One entity and its past with what NGSI-LD has no member for: known since, whose, back-filled."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from hansa.base.problems import ResourceNotFound
from hansa.base.times import format_instant
from hansa.context import City, Entity, Evolution, Instance, Query, Window, world_member
from hansa.guard import View


async def look(city: City, view: View, entity_id: str, at: datetime | None) -> dict[str, Any]:
    """The entity, and of each instance that stands: known since, owner, whether back-filled.

    Owners are those of today: the past keeps who said a thing in the journal only.
    """
    query = Query(ids=(entity_id,))
    entity = await _one(city, view, query, at)
    today = entity if at is None else await _today(city, view, query)
    newest = await city.history(view, query, Window(timeproperty="modifiedAt", last=1), at)
    owners = _owners(today)
    return {
        **world_member(city.world),
        "now": format_instant(city.clock.now()),
        "at": None if at is None else format_instant(at),
        "change": entity.change,
        "createdAt": format_instant(entity.created_at),
        "modifiedAt": format_instant(entity.modified_at),
        "entity": entity.document,
        "known": _known(newest, owners),
        "sources": await _titles(city, view, set(owners.values())),
    }


async def _one(city: City, view: View, query: Query, at: datetime | None = None) -> Entity:
    page = await city.read(view, query, at)
    if not page.entities:
        raise ResourceNotFound(f"there is no entity {query.ids[0]}", where="id")
    return page.entities[0]


async def _today(city: City, view: View, query: Query) -> Entity | None:
    page = await city.read(view, query)
    return page.entities[0] if page.entities else None


def _owners(entity: Entity | None) -> dict[str, str]:
    if entity is None:
        return {}
    found = {name: entity.owner(name) for name in entity.document}
    return {name: owner for name, owner in found.items() if owner is not None}


def _known(newest: Iterable[Evolution], owners: Mapping[str, str]) -> dict[str, Any]:
    """By attribute, or `attribute datasetId`."""
    found: dict[str, Any] = {}
    for evolution in newest:
        for name, instances in evolution.attributes.items():
            for one in instances:
                dataset = (one.body or {}).get("datasetId", "")
                found[f"{name} {dataset}" if dataset else name] = {
                    "recordedAt": format_instant(one.recorded_at),
                    "backfilled": one.backfilled,
                    "owner": owners.get(name),
                }
    return found


async def _titles(city: City, view: View, owners: set[str]) -> dict[str, Any]:
    """The titles of sources, in every language they have."""
    if not owners:
        return {}
    page = await city.read(view, Query(ids=tuple(sorted(owners))))
    return {one.id: one.value("title") for one in page.entities}


async def past(
    city: City, view: View, entity_id: str, attribute: str, window: Window, at: datetime | None
) -> dict[str, Any]:
    """The newest instances of one attribute, both their times, whether they were back-filled."""
    plain = replace(view, personal=False, seen={})
    query = Query(ids=(entity_id,), attrs=(attribute,))
    found = await city.history(plain, query, window, at)
    instances = [one for each in found for one in each.attributes.get(attribute, ())]
    if not found:  # what does not exist for the view has no past either, not an empty one
        await _one(city, view, Query(ids=(entity_id,)), at)
    return {
        **world_member(city.world),
        "now": format_instant(city.clock.now()),
        "at": None if at is None else format_instant(at),
        "instances": [_instance(one) for one in instances],
    }


def _instance(one: Instance) -> dict[str, Any]:
    """`deleted` where the attribute was taken away."""
    return {
        **(one.body or {"type": "Property", "deleted": True}),
        "recordedAt": format_instant(one.recorded_at),
        "backfilled": one.backfilled,
    }
