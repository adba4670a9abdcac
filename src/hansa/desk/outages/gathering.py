"""Which houses a cut concerns, and which zones a house is of, by the city's addresses.

What a source calls a zone or a house by name is found here too: the utility's table does not know
our ids.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from hansa.context import City, Entity, Query, TypeIs, parse_geo
from hansa.desk.addresses import Addresses, Index, Match
from hansa.desk.addresses.zones import holds
from hansa.desk.entities import listed
from hansa.desk.outages.counting import Extent, House, extent_of, is_area
from hansa.desk.places import Point, metres
from hansa.guard import View

BUILDING, ZONE, SOCIAL = "Building", "SupplyZone", "PointOfInterest"
PLACES = frozenset({BUILDING, ZONE, SOCIAL})
_TOLD = 4  # places that are named in one line


class Houses:
    """Counts what zones and houses come to together."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses

    async def extent(self, zones: Sequence[str], buildings: Sequence[str]) -> Extent:
        """The union of the zones' houses and of these houses, each once."""
        index = await self._addresses.index()
        ids = index.houses_of(zones, buildings)
        outlines = [one for name in dict.fromkeys(zones) if (one := _outline(index, name))]
        outlined = bool(outlines) and len(outlines) == len(set(zones)) and not buildings
        social = index.count(ids, zones).social
        return extent_of(_houses(index, ids), social, outlines, outlined=outlined)

    async def heard(self, number: int) -> None:
        """Wait until the houses are as this change of the log left them."""
        await self._addresses.heard(number)

    async def zones_at(self, building: str) -> tuple[str, ...]:
        """The zones a house is of: those it names, and those whose outline it lies in."""
        found = (await self._addresses.index()).building(building)
        return () if found is None else found.zones

    async def place_of(self, building: str) -> Point | None:
        """Where a house stands."""
        found = (await self._addresses.index()).told(building) if building else None
        return None if found is None else found.point

    async def zones_near(self, resource: str, place: Point, near: float) -> tuple[str, ...]:
        """The zones of a resource at a place: whose outline holds it, else of the nearest house."""
        index = await self._addresses.index()
        mine = {one.id: one for one in index.zones() if one.resource == resource}
        found = [name for name, one in mine.items() if holds(one.outline, place)]
        if found or not mine:
            return tuple(found)
        house = _nearest(index, place, near)
        nearest = index.building(house) if house else None
        return () if nearest is None else tuple(one for one in nearest.zones if one in mine)

    async def house_at(self, address: str, place: Point | None, within: float) -> str:
        """The house that an address names beyond doubt, else the nearest so near; "" for none.

        What stands behind street and house (a flat) is left out where the whole names none.
        """
        index = await self._addresses.index()
        parts = [one.strip() for one in address.split(",") if one.strip()]
        for count in (len(parts), 2, 1):
            if parts[:count] and (house := _house_called(index, ", ".join(parts[:count]))):
                return house
        return "" if place is None else _nearest(index, place, within)

    async def told(self, zones: Sequence[str], buildings: Sequence[str]) -> str:
        """Zones and houses by name, the first few, for who must go there."""
        index = await self._addresses.index()
        found = [zone.name for name in zones if (zone := index.zone(name)) is not None]
        houses = [house for name in buildings if (house := index.told(name)) is not None]
        found += [f"{house.street}, {house.house}" for house in houses]
        more = " …" if len(found) > _TOLD else ""
        return "; ".join(found[:_TOLD]) + more

    async def named(
        self, resource: str, zones: Iterable[str], houses: Iterable[str]
    ) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Ids of zones and houses that are called so, and the names that nothing bears."""
        index = await self._addresses.index()
        called = {one.name.casefold(): one.id for one in index.zones() if one.resource == resource}
        found: list[str] = []
        meant: list[str] = []
        unknown: list[str] = []
        for name in zones:
            zone = called.get(name.strip().casefold())
            (unknown if zone is None else found).append(zone or name)
        for name in houses:
            house = _house_called(index, name)
            (meant if house else unknown).append(house or name)
        return tuple(found), tuple(meant), tuple(unknown)


async def zones_at(city: City, view: View, building: Entity) -> dict[str, Entity]:
    """The zones of a house as a view sees them: those it names, and those it lies in."""
    found: dict[str, Entity] = {}
    if named := listed(building.value("zones")):
        page = await city.read(view, Query(ids=named, types=TypeIs(ZONE)))
        found |= {one.id: one for one in page.entities}
    place = building.value("location")
    if isinstance(place, dict) and place.get("type") == "Point":
        geo = parse_geo("intersects", "Point", place["coordinates"])
        page = await city.read(view, Query(types=TypeIs(ZONE), geo=geo))
        found |= {one.id: one for one in page.entities}
    return found


def _nearest(index: Index, place: Point, within: float) -> str:
    away = [
        (metres(place, one.point), name)
        for name in index.every()
        if (one := index.told(name)) is not None and one.point is not None
    ]
    distance, house = min(away, default=(within + 1, ""))
    return house if distance <= within else ""


def _house_called(index: Index, name: str) -> str:
    """The house that a text names beyond doubt; "" where there is none."""
    sure = [
        one.building for one in index.search(name, 2) if one.building and one.match is Match.EXACT
    ]
    return sure[0] if len(sure) == 1 else ""


def _houses(index: Index, ids: Iterable[str]) -> Iterable[House]:
    for name in ids:
        if (one := index.told(name)) is not None:
            yield House(one.id, one.residents, one.children, one.point)


def _outline(index: Index, zone: str) -> Any:
    found = index.zone(zone)
    return found.outline if found is not None and is_area(found.outline) else None
