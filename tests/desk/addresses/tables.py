"""Entities of an invented quarter, counted by hand in `test_counting`."""

from typing import Any

from hansa.context import Change, Op

COLD = "urn:ngsi-ld:SupplyZone:coldWater:North"
HEAT = "urn:ngsi-ld:SupplyZone:heat:K1"
POWER = "urn:ngsi-ld:SupplyZone:power:P7"


def value(given: Any) -> dict[str, Any]:
    return {"type": "Property", "value": given}


def refers(*targets: str) -> dict[str, Any]:
    return {"type": "Relationship", "object": targets[0] if len(targets) == 1 else [*targets]}


def point(longitude: float, latitude: float) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "GeoProperty", "value": place}


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "GeoProperty", "value": {"type": "Polygon", "coordinates": [ring]}}


def house_id(key: str) -> str:
    return f"urn:ngsi-ld:Building:{key}"


def house(key: str, street: str, number: str, **more: Any) -> Change:
    """A house as the table's source writes it."""
    body = {"type": "Building", "street": value(street), "houseNumber": value(number), **more}
    return Change(Op.UPDATE_OR_CREATE, house_id(key), body)


QUARTER = (
    house(
        "lenina-1", "улица Ленина", "1",
        zones=refers(COLD, HEAT), residents=value(120), children=value(31),
        location=point(39.70, 54.60), socialObjects=value(["Детский сад № 43"]),
        streetNames=value(["Астраханская улица"]),
    ),
    house(
        "lenina-3", "улица Ленина", "3",
        zones=refers(COLD), residents=value(80), children=value(12), location=point(39.71, 54.60),
    ),
    house(
        "lenina-5", "улица Ленина", "5",
        zones=refers(COLD), location=point(39.72, 54.60), socialObjects=value(["Школа № 21"]),
    ),
    house("mira-2", "проспект Мира", "2", residents=value(55), location=point(39.73, 54.61)),
    house("mira-4", "проспект Мира", "4", residents=value(0), location=point(39.80, 54.61)),
)  # fmt: skip
