"""A hand-made town: its houses, zones and schools are invented, and their sums counted by hand.

Zone `north` (cold water) has the houses that name it: A 120 people, 30 children; B 80, 10; C of
whom nothing is known. Zone `square` (cold water, too) is an outline: B lies in it and D, 50 people
and 5 children, who name no zone. Together: A, B, C, D; 250 people, 45 children; the kindergarten
in A, the school in D, and the pumping station that stands within the outline in no house.
"""

from datetime import datetime
from typing import Any

from hansa.base.times import format_instant
from hansa.context import Change, City, Entity, Op, Query, TypeIs
from hansa.guard import Grant

SQUARE = [[[39.70, 54.60], [39.72, 54.60], [39.72, 54.62], [39.70, 54.62], [39.70, 54.60]]]
PLACES = {"a": [39.60, 54.70], "b": [39.705, 54.605], "c": [39.61, 54.70], "d": [39.71, 54.61]}
NORTH, OUTLINE, HEAT = (f"urn:ngsi-ld:SupplyZone:{one}" for one in ("north", "square", "heat"))
WATERWORKS = "urn:ngsi-ld:Organization:waterworks"


def value(given: Any) -> dict[str, Any]:
    return {"type": "Property", "value": given}


def refers(given: Any) -> dict[str, Any]:
    return {"type": "Relationship", "object": given}


def place(kind: str, coordinates: Any) -> dict[str, Any]:
    return {"type": "GeoProperty", "value": {"type": kind, "coordinates": coordinates}}


def house_id(name: str) -> str:
    return f"urn:ngsi-ld:Building:{name}"


def house(name: str, zones: Any = None, **numbers: int) -> Change:
    body: dict[str, Any] = {
        "type": "Building",
        "street": value("Hand-made Street"),
        "houseNumber": value(name),
        **{key: value(number) for key, number in numbers.items()},
    }
    if name in PLACES:
        body["location"] = place("Point", PLACES[name])
    if zones:
        body["zones"] = refers(zones)
    return Change(Op.CREATE, house_id(name), body)


def zone(name: str, resource: str, outline: Any = None) -> Change:
    body = {
        "type": "SupplyZone",
        "name": value("North side" if name == NORTH else name),
        "resource": value(resource),
        "organization": refers(WATERWORKS),
    }
    if outline:
        body["location"] = place("Polygon", outline)
    return Change(Op.CREATE, name, body)


def social(name: str, category: str, building: str = "", at: Any = None) -> Change:
    body: dict[str, Any] = {
        "type": "PointOfInterest",
        "category": value(category),
        "name": value(name),
    }
    if building:
        body["refBuilding"] = refers(house_id(building))
    if at:
        body["location"] = place("Point", at)
    return Change(Op.CREATE, f"urn:ngsi-ld:PointOfInterest:{name}", body)


TOWN = (
    zone(NORTH, "coldWater"),
    zone(OUTLINE, "coldWater", SQUARE),
    zone(HEAT, "heat"),
    house("a", [NORTH, HEAT], residents=120, children=30),
    house("b", NORTH, residents=80, children=10),
    house("c", NORTH),
    house("d", residents=50, children=5),
    house("e", HEAT, residents=7, children=1),
    social("43", "kindergarten", "a"),
    social("21", "school", "d"),
    social("pump", "pumpingStation", at=[39.715, 54.615]),
    social("far", "school", "e"),
)


async def settle(city: City, *changes: Change) -> None:
    """Write as who may write anything of the kind."""
    await city.write(city.guard.machine("sectors", city.world), changes or TOWN)


def call(number: int, at: datetime, *, theme: str = "no-water", zones: Any = NORTH) -> Change:
    """A call as the desk writes it."""
    body = {
        "type": "Call",
        "number": value(f"2026-{number:06d}"),
        "theme": value(theme),
        "zones": refers(zones),
        "refBuilding": refers(house_id("a")),
        "state": value("new"),
        "reportedAt": value(format_instant(at)),
        "enteredAt": value(format_instant(at)),
    }
    return Change(Op.CREATE, call_id(number), body)


def call_id(number: int) -> str:
    return f"urn:ngsi-ld:Call:2026-{number:06d}"


async def ring(city: City, *changes: Change) -> None:
    """Calls are taken."""
    await city.write(city.guard.machine("desk", city.world), changes)


async def all_of(city: City, kind: str) -> dict[str, Entity]:
    """Every entity of a type as the machine sees it."""
    grant: Grant = city.guard.machine("outages", city.world)
    page = await city.read(city.guard.view(grant), Query(types=TypeIs(kind)))
    return {one.id: one for one in page.entities}


async def one_of(city: City, kind: str) -> Entity:
    """The one entity of a type."""
    (found,) = (await all_of(city, kind)).values()
    return found


async def until(city: City, type_name: str, **values: Any) -> Entity:
    """The entity of a type with these values, once there is one; the log tells when."""
    while True:
        number = city.last_change
        for one in (await all_of(city, type_name)).values():
            if all(one.value(key) == want for key, want in values.items()):
                return one
        await city.news.beyond(number)
