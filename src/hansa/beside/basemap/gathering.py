"""From things of OpenStreetMap to features on the disk: each way where its rules want it."""

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np
import osmium
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from hansa.beside.basemap import assembling
from hansa.beside.basemap.model import HIGHEST, Box, Placed, Shape
from hansa.beside.basemap.reading import Looked, Relation
from hansa.beside.basemap.rules import Rules, Tags

Found = tuple[Placed, BaseGeometry]  # the geometry in degrees

_WIDE = 70  # pixels that an area must have for its name
_COAST = "coastline"
_SEA: Tags = {"natural": "water", "water": "sea"}
_STRAY = 1.5  # an extract this much wider than where nearly all of it lies has strays


@dataclass(slots=True)
class Notes:
    """What a person may want to know of an extract, counted."""

    ways_without_nodes: int = 0
    torn_relations: int = 0
    empty_relations: int = 0


class Gathering:
    """Takes nodes and ways in one pass; what needs several ways comes at the end."""

    def __init__(self, rules: Rules, looked: Looked) -> None:
        self.notes = Notes()
        self._rules = rules
        self._looked = looked
        self._kept: dict[int, LineString] = {}
        self._coast: list[LineString] = []
        self._places = array("d")
        self._wkb = osmium.geom.WKBFactory()

    def take(self, thing: Any) -> Iterator[Found]:
        """What one node or way becomes."""
        return self._node(thing) if thing.is_node() else self._way(thing)

    def assembled(self, box: Box) -> Iterator[Found]:
        """Areas of relations, and the sea; to be asked when all ways have been taken."""
        for relation in self._looked.relations:
            yield from self._area_of(relation, box)
        sea = assembling.sea(self._coast, box)
        if sea is not None:
            for placed in self._rules.placed(_SEA):
                if placed.shape is Shape.AREA:
                    yield placed, sea

    def box(self) -> Box | None:
        """Where the extract lies, by its own word or by what is in it, without strays."""
        if self._looked.box is not None or not self._places:
            return self._looked.box
        places = np.frombuffer(self._places).reshape(-1, 2)
        low, high = places.min(axis=0), places.max(axis=0)
        most_low, most_high = np.quantile(places, (0.005, 0.995), axis=0)
        if ((high - low) > _STRAY * (most_high - most_low)).any():
            margin = 0.05 * (most_high - most_low)
            low, high = np.maximum(low, most_low - margin), np.minimum(high, most_high + margin)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def _node(self, node: Any) -> Iterator[Found]:
        if not node.location.valid():
            return
        place = Point(node.location.lon, node.location.lat)
        for placed in self._rules.placed(dict(node.tags)):
            if placed.shape is Shape.POINT and not placed.sized:
                self._places.extend((place.x, place.y))
                yield placed, place

    def _way(self, way: Any) -> Iterator[Found]:
        tags = dict(way.tags)
        border = self._looked.borders.get(way.id, {})
        wanted = tuple(self._rules.placed({**tags, **border}))
        member = way.id in self._looked.members
        coast = tags.get("natural") == _COAST
        if not (wanted or member or coast):
            return
        lines = self._lines(way)
        for line in lines:
            self._places.extend(line.coords[0])
            if coast:
                self._coast.append(line)
        if member and lines:
            self._kept[way.id] = max(lines, key=lambda line: line.length)
        for placed in wanted:
            yield from _drawn(placed, lines, closed=way.is_closed())

    def _lines(self, way: Any) -> list[LineString]:
        """The way as a line; as several where nodes between them are not in the extract."""
        try:
            line = shapely.from_wkb(self._wkb.create_linestring(way))
        except (osmium.InvalidLocationError, RuntimeError):
            self.notes.ways_without_nodes += 1
        else:
            return [line] if isinstance(line, LineString) else []
        known = groupby(way.nodes, key=lambda node: node.location.valid())
        runs = [[(node.lon, node.lat) for node in run] for valid, run in known if valid]
        return [LineString(run) for run in runs if len(set(run)) > 1]

    def _area_of(self, relation: Relation, box: Box) -> Iterator[Found]:
        outers, inners = self._ways(relation.outers), self._ways(relation.inners)
        if len(outers) + len(inners) < len(relation.outers) + len(relation.inners):
            self.notes.torn_relations += 1
        area = assembling.area(outers, inners, box) if outers else None
        if area is None:
            self.notes.empty_relations += 1
            return
        for placed in relation.placed:
            yield _sized(placed, area), area if placed.shape is Shape.AREA else _point_in(area)

    def _ways(self, refs: Sequence[int]) -> list[LineString]:
        return [self._kept[ref] for ref in refs if ref in self._kept]


def _drawn(placed: Placed, lines: Sequence[LineString], *, closed: bool) -> Iterable[Found]:
    """A way as its layer wants it: a line, an area, a point inside the area."""
    if placed.shape is Shape.LINE:
        return [(placed, line) for line in lines]
    if not closed or not lines:
        return []
    path = [place for line in lines for place in line.coords]
    if len(set(path)) < 3:
        return []
    area = Polygon(path)
    return [(_sized(placed, area), area if placed.shape is Shape.AREA else _point_in(area))]


def _point_in(area: BaseGeometry) -> Point:
    return area.representative_point() if area.is_valid else area.centroid


def _sized(placed: Placed, area: BaseGeometry) -> Placed:
    """The name of an area comes with the zoom at which the area is wide enough for it."""
    if not placed.sized:
        return placed
    width = math.sqrt(abs(area.area) * math.cos(math.radians(area.centroid.y))) / 360
    zoom = math.ceil(math.log2(_WIDE / 512 / max(width, 1e-9)))
    first = max(placed.zoom, zoom)
    properties = {**placed.properties, "from": first}
    return replace(placed, zoom=min(first, HIGHEST), properties=properties)
