"""Which houses a cut concerns, as the graph knows them now.

A house is of a zone because the city's table says so, or because it lies within the zone's outline.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Protocol

from hansa.context import City, Entity, Query, TypeIs, parse_geo, parse_q
from hansa.desk.entities import listed
from hansa.desk.outages.counting import Extent, House, Social, extent_of, is_area
from hansa.desk.places import point_of
from hansa.guard import View

BUILDING, ZONE, SOCIAL = "Building", "SupplyZone", "PointOfInterest"
PLACES = frozenset({BUILDING, ZONE, SOCIAL})
_PAGE = 200  # ids in one query


class Houses(Protocol):
    """Counts what zones and houses come to together."""

    async def extent(self, view: View, zones: Sequence[str], buildings: Sequence[str]) -> Extent:
        """The union of the zones' houses and of these houses, each once."""


class GraphHouses:
    """Reads houses, zones and social objects of one city's graph."""

    def __init__(self, city: City) -> None:
        self._city = city

    async def extent(self, view: View, zones: Sequence[str], buildings: Sequence[str]) -> Extent:
        """The union of the zones' houses and of these houses, each once."""
        outlines = [one for zone in await self._ids(view, zones) if is_area(one := _place(zone))]
        found = {one.id: one for one in await self._ids(view, buildings)}
        for group in _grouped(zones):
            found |= await self._where(view, BUILDING, f"zones=={_quoted(group)}")
        for outline in outlines:
            found |= await self._within(view, BUILDING, outline)
        social = await self._social(view, found.keys(), outlines)
        outlined = bool(outlines) and len(outlines) == len(set(zones)) and not buildings
        return extent_of(map(_house, found.values()), social, outlines, outlined=outlined)

    async def _social(
        self, view: View, houses: Collection[str], outlines: Iterable[Any]
    ) -> list[Social]:
        """Those in the houses, and those of no house that lie within an outline."""
        found: dict[str, Entity] = {}
        for group in _grouped(sorted(houses)):
            found |= await self._where(view, SOCIAL, f"refBuilding=={_quoted(group)}")
        for outline in outlines:
            inside = await self._within(view, SOCIAL, outline)
            found |= {key: one for key, one in inside.items() if not one.value("refBuilding")}
        return [
            Social(one.id, str(one.value("category") or ""), str(one.value("name") or ""))
            for one in found.values()
        ]

    async def _ids(self, view: View, ids: Sequence[str]) -> Sequence[Entity]:
        if not ids:
            return ()
        return (await self._city.read(view, Query(ids=tuple(dict.fromkeys(ids))))).entities

    async def _where(self, view: View, kind: str, where: str) -> dict[str, Entity]:
        page = await self._city.read(view, Query(types=TypeIs(kind), where=parse_q(where)))
        return {one.id: one for one in page.entities}

    async def _within(self, view: View, kind: str, outline: Any) -> dict[str, Entity]:
        geo = parse_geo("intersects", outline["type"], outline["coordinates"])
        page = await self._city.read(view, Query(types=TypeIs(kind), geo=geo))
        return {one.id: one for one in page.entities}


async def zones_at(city: City, view: View, building: Entity) -> dict[str, Entity]:
    """The zones a house is of: those it names, and those whose outline it lies in."""
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


def _house(entity: Entity) -> House:
    return House(
        entity.id,
        entity.value("residents"),
        entity.value("children"),
        point_of(entity.value("location")),
    )


def _place(entity: Entity) -> Any:
    return entity.value("location") if ZONE in entity.types else None


def _grouped(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    distinct = list(dict.fromkeys(ids))
    return (distinct[at : at + _PAGE] for at in range(0, len(distinct), _PAGE))


def _quoted(ids: Sequence[str]) -> str:
    return ",".join(f'"{one}"' for one in ids)
