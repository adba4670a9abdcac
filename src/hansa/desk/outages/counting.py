"""How many houses, people and children a cut concerns, and which social objects. Pure.

Houses come together by their id, whichever zone or list they were found through, so that a house
in two zones is one house.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hansa.desk.places import Point

_AREAS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True, slots=True)
class House:
    """A house as far as it is counted. None: the city's table does not say."""

    id: str
    residents: int | None = None
    children: int | None = None
    place: Point | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """What a cut concerns. `area`: a GeoJSON geometry, None where no place is known."""

    houses: frozenset[str] = frozenset()
    people: int | None = None
    children: int | None = None
    social: tuple[tuple[str, str], ...] = ()
    points: tuple[Point, ...] = ()
    area: Mapping[str, Any] | None = field(default=None)


NOWHERE = Extent()


def extent_of(
    houses: Iterable[House],
    social: Iterable[tuple[str, str]],
    outlines: Iterable[Mapping[str, Any]] = (),
    *,
    outlined: bool = False,
) -> Extent:
    """The union of houses with their social objects; `outlined`: the outlines say it all."""
    found = {one.id: one for one in houses}
    points = tuple(one.place for _, one in sorted(found.items()) if one.place is not None)
    return Extent(
        frozenset(found),
        _sum(one.residents for one in found.values()),
        _sum(one.children for one in found.values()),
        tuple(sorted(social)),
        points,
        _outline(outlines) if outlined else _places(points),
    )


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = [one for one in numbers if one is not None]
    return sum(known) if known else None


def _outline(given: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The zones' outlines as one geometry."""
    polygons: list[Any] = []
    for one in given:
        if one.get("type") == "Polygon":
            polygons.append(one["coordinates"])
        elif one.get("type") == "MultiPolygon":
            polygons += one["coordinates"]
    if not polygons:
        return None
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _places(points: tuple[Point, ...]) -> Mapping[str, Any] | None:
    distinct = [list(one) for one in dict.fromkeys(points)]
    if not distinct:
        return None
    if len(distinct) == 1:
        return {"type": "Point", "coordinates": distinct[0]}
    return {"type": "MultiPoint", "coordinates": distinct}


def is_area(geometry: Any) -> bool:
    """Whether a GeoJSON geometry encloses something."""
    return isinstance(geometry, Mapping) and geometry.get("type") in _AREAS
