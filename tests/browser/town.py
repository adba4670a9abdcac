"""A hand-made town in a running node: invented houses, zones and calls of a city that is real."""

from typing import Any

from playwright.sync_api import Page

NORTH = "urn:ngsi-ld:SupplyZone:coldWater:north"
SOUTH = "urn:ngsi-ld:SupplyZone:coldWater:south"
WATERWORKS = "urn:ngsi-ld:Organization:waterworks"
_SQUARE = [[[39.84, 54.66], [39.88, 54.66], [39.88, 54.68], [39.84, 54.68], [39.84, 54.66]]]
_WRITE = """async (entities) => {
  const answer = await fetch('/ngsi-ld/v1/entityOperations/upsert', {
    method: 'POST',
    headers: {'Content-Type': 'application/json', 'Hansa-CSRF': '1'},
    body: JSON.stringify(entities),
  });
  return answer.status + ' ' + await answer.text();
}"""


def prop(value: Any) -> dict[str, Any]:
    return {"type": "Property", "value": value}


def refers(target: Any) -> dict[str, Any]:
    return {"type": "Relationship", "object": target}


def _zone(name: str, words: str, outline: Any = None) -> dict[str, Any]:
    zone: dict[str, Any] = {
        "id": name,
        "type": "SupplyZone",
        "name": prop(words),
        "resource": prop("coldWater"),
        "organization": refers(WATERWORKS),
    }
    if outline:
        place = {"type": "Polygon", "coordinates": outline}
        zone["location"] = {"type": "GeoProperty", "value": place}
    return zone


def _house(number: int, zones: list[str]) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": [39.842 + number * 0.0011, 54.67]}
    house = {
        "id": f"urn:ngsi-ld:Building:invented-{number}",
        "type": "Building",
        "street": prop("Придуманная улица"),
        "houseNumber": prop(str(number)),
        "residents": prop(100 + number),
        "children": prop(20),
        "location": {"type": "GeoProperty", "value": place},
    }
    return {**house, "zones": refers(zones)} if zones else house


def _social(number: int, category: str, name: str) -> dict[str, Any]:
    return {
        "id": f"urn:ngsi-ld:PointOfInterest:{number}",
        "type": "PointOfInterest",
        "category": prop(category),
        "name": prop(name),
        "refBuilding": refers(f"urn:ngsi-ld:Building:invented-{number}"),
    }


def build(page: Page) -> None:
    """Bring the town in, as the administrator whose page this is."""
    entities = [
        _zone(NORTH, "Северная, насосная № 3", _SQUARE),
        _zone(SOUTH, "Южная"),
        *(_house(number, [SOUTH] if number > 20 else []) for number in range(1, 31)),
        _social(3, "kindergarten", "Детский сад № 43"),
        _social(7, "school", "Школа № 21"),
    ]
    answer = page.evaluate(_WRITE, entities)
    assert answer.startswith("20"), answer


_CALL = """async (cards) => {
  for (const card of cards) {
    const answer = await fetch('/desk/calls', {
      method: 'POST',
      headers: {'Content-Type': 'application/json', 'Hansa-CSRF': '1'},
      body: JSON.stringify(card),
    });
    if (!answer.ok) return answer.status + ' ' + await answer.text();
  }
  return '';
}"""


def call(page: Page, theme: str, houses: range) -> None:
    """Calls from these houses, taken by who is at this page."""
    cards = [
        {"theme": theme, "building": f"urn:ngsi-ld:Building:invented-{number}"} for number in houses
    ]
    assert page.evaluate(_CALL, cards) == ""
