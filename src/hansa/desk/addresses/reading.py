"""Entities of the graph as the index's values, and what a table says beside its houses. Pure."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from hansa.base.ids import urn
from hansa.context import Change, Entity, Op
from hansa.desk.addresses.index import Index
from hansa.desk.addresses.model import BUILDING, SOCIAL, ZONE, Building, Social, Zone
from hansa.desk.addresses.spelling import Spelling
from hansa.desk.entities import listed, prop, refers
from hansa.desk.places import point_of


def building_of(entity: Entity) -> Building | None:
    """A house; None where it has no street or number yet, or stands in the table no more."""
    street, house = _text(entity, "street"), _text(entity, "houseNumber")
    if not street or not house or entity.value("retiredAt") is not None:
        return None
    return Building(
        id=entity.id,
        street=street,
        house=house,
        other_names=_texts(entity, "streetNames"),
        district=_text(entity, "district"),
        point=point_of(entity.value("location")),
        zones=listed(entity.value("zones")),
        residents=_whole(entity, "residents"),
        children=_whole(entity, "children"),
        organization=next(iter(listed(entity.value("organization"))), ""),
        managed_by=_text(entity, "managedBy"),
        social=_texts(entity, "socialObjects"),
    )


def zone_of(entity: Entity) -> Zone:
    """A zone of supply."""
    resource, name = named_zone(entity.id)
    return Zone(
        id=entity.id,
        name=_text(entity, "name") or name,
        resource=_text(entity, "resource") or resource,
        organization=next(iter(listed(entity.value("organization"))), ""),
        outline=entity.value("location"),
    )


def social_of(entity: Entity) -> Social:
    """A social object."""
    return Social(
        id=entity.id,
        name=_text(entity, "name"),
        category=_text(entity, "category") or "other",
        building=next(iter(listed(entity.value("refBuilding"))), ""),
        point=point_of(entity.value("location")),
    )


def _text(entity: Entity, name: str) -> str:
    found = entity.value(name)
    return found.strip() if isinstance(found, str) else ""


def _texts(entity: Entity, name: str) -> tuple[str, ...]:
    found = entity.value(name)
    given = [found] if isinstance(found, str) else found
    return tuple(one for one in given if isinstance(one, str)) if isinstance(given, list) else ()


def _whole(entity: Entity, name: str) -> int | None:
    found = entity.value(name)
    return int(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


# ---- what a table of houses says of other things


def named_zone(zone: str) -> tuple[str, str]:
    """Resource and name of a zone that a table of houses named (SupplyZone:heat:North)."""
    local = unquote(zone.rpartition(f":{ZONE}:")[2])
    resource, apart, name = local.partition(":")
    return (resource, name) if apart else ("", local)


def _social_id(building: str, name: str) -> str:
    return urn(SOCIAL, f"{unquote(building.rpartition(f':{BUILDING}:')[2])}:{name}")


def missing(spelling: Spelling, index: Index, building: Building) -> Iterator[Change]:
    """Zones and social objects that the table names at the house and the graph has not yet.

    What the house's table no longer names goes, if it came from there.
    """
    for zone in building.zones:
        if index.zone(zone) is None:
            resource, name = named_zone(zone)
            yield Change(Op.CREATE, zone, _named(ZONE, name, resource=prop(resource)))
    wanted = {_social_id(building.id, name): name for name in building.social}
    for one, name in wanted.items():
        if not index.has_social(one):
            more = {
                "category": prop(spelling.category(name)),
                "refBuilding": refers(building.id),
                **_at(building),
            }
            yield Change(Op.CREATE, one, _named(SOCIAL, name, **more))
    for held in index.social(building.id):
        if held.id not in wanted and held.id == _social_id(building.id, held.name):
            yield Change(Op.DELETE, held.id)


def _named(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "name": prop(name), **more}


def _at(building: Building) -> dict[str, Any]:
    if building.point is None:
        return {}
    place = {"type": "Point", "coordinates": [*building.point]}
    return {"location": {"type": "GeoProperty", "value": place}}
