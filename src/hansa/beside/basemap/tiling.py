"""Features into tiles, zoom after zoom, in the order of the archive.

A whole feature is simplified once for a zoom and then cut, so that a line meets itself at the
edge of two tiles. A tile that comes out too large loses what matters least until it fits.
"""

import gzip
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import shapely
from numpy.typing import NDArray
from pmtiles.tile import zxy_to_tileid
from shapely.geometry import MultiLineString

from hansa.beside.basemap import mvt
from hansa.beside.basemap.ground import areas_of
from hansa.beside.basemap.model import HIGHEST, LOWEST, Box, Feature, Geometries, Progress
from hansa.beside.basemap.rules import Layer, Rules
from hansa.beside.basemap.spool import CELLS, Cell, Spool, covering

MOST = 500_000  # bytes of a tile as it is sent

_BUFFER = 64  # units beyond the edge: the width of the widest line
_PIXEL = mvt.EXTENT / 512
_SMALLEST = 4 * _PIXEL**2  # square units: what is less is not seen; the last zoom keeps more
_SPARE = 0.9  # of the room: what is left out is estimated


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile as it goes into the archive; `dropped`: features that had no room."""

    number: int
    body: bytes
    dropped: int


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Features of one cell at one zoom, simplified; geometries and their boxes in columns."""

    features: Sequence[Feature]
    geometries: Geometries
    bounds: NDArray[np.float64]


class Tiler:
    """Makes all tiles of what a spool holds."""

    def __init__(self, rules: Rules, spool: Spool, box: Box, most: int = MOST) -> None:
        self._layers: Sequence[tuple[str, Layer]] = tuple(rules.layers.items())
        self._spool = spool
        self._box = box
        self._most = most

    def tiles(self, progress: Progress) -> Iterator[Tile]:
        """Every tile that has something on it."""
        cells = self._spool.cells(self._box)
        ordered = sorted(cells, key=lambda cell: zxy_to_tileid(CELLS, *cell))
        steps = (CELLS - LOWEST) + (HIGHEST - CELLS + 1) * len(ordered)
        done = 0
        for zoom in range(LOWEST, HIGHEST + 1):
            offsets = [cells[cell] for cell in ordered] if zoom >= CELLS else [self._spool.far()]
            for index, some in enumerate(offsets):
                drawn = self._drawn(some.tolist(), zoom)
                within = ordered[index] if zoom >= CELLS else None
                yield from self._cut(drawn, zoom, within)
                done += 1
                progress("tiling", done, steps)

    def _drawn(self, offsets: Iterable[int], zoom: int) -> _Drawn:
        features = list(self._spool.read(offsets, zoom))
        geometries = self._within(np.array([one.geometry for one in features], dtype=object))
        kept = _simplified(geometries, zoom)
        chosen = [feature for feature, keep in zip(features, kept, strict=True) if keep]
        geometries = geometries[kept]
        return _Drawn(chosen, geometries, shapely.bounds(geometries).reshape(-1, 4))

    def _within(self, geometries: Geometries) -> Geometries:
        """What of them lies in the box: beyond it the extract knows only pieces."""
        west, north, east, south = shapely.bounds(geometries).reshape(-1, 4).T
        box = self._box
        out = ~((west >= box[0]) & (north >= box[1]) & (east <= box[2]) & (south <= box[3]))
        geometries[out] = shapely.clip_by_rect(geometries[out], *box)
        return geometries

    def _cut(self, drawn: _Drawn, zoom: int, cell: Cell | None) -> Iterator[Tile]:
        for x, y in _places(drawn, zoom, cell):
            found = self._tile(drawn, zoom, x, y)
            if found is not None:
                yield found

    def _tile(self, drawn: _Drawn, zoom: int, x: int, y: int) -> Tile | None:
        side, extent = 1 << zoom, mvt.EXTENT
        margin = _BUFFER / extent
        west, north = (x - margin) / side, (y - margin) / side
        east, south = (x + 1 + margin) / side, (y + 1 + margin) / side
        bounds = drawn.bounds
        touched = (bounds[:, 0] < east) & (bounds[:, 2] > west)
        touched &= (bounds[:, 1] < south) & (bounds[:, 3] > north)
        index = np.flatnonzero(touched)
        if not len(index):
            return None
        inside = shapely.clip_by_rect(drawn.geometries[index], west, north, east, south)
        kept = ~shapely.is_empty(inside) & ~_beyond(inside, x / side, y / side, 1 / side)

        def to_units(places: NDArray[np.float64]) -> NDArray[np.float64]:
            return (places * side - (x, y)) * extent

        geometries = shapely.transform(inside[kept], to_units)
        chosen = [drawn.features[number] for number in index[kept].tolist()]
        return self._fitting(zxy_to_tileid(zoom, x, y), self._merged(chosen, geometries, zoom))

    def _merged(
        self, features: Sequence[Feature], geometries: Geometries, zoom: int
    ) -> list[Feature]:
        """What goes into the tile, what matters most first; lines of one kind joined."""
        found: list[Feature] = []
        lines: dict[tuple[object, ...], list[Feature]] = {}
        for feature, geometry in zip(features, geometries.tolist(), strict=True):
            properties = self._shown(feature, zoom)
            one = Feature(feature.layer, feature.zoom, feature.rank, properties, geometry)
            if self._layers[feature.layer][1].merge:
                lines.setdefault((feature.layer, *properties.items()), []).append(one)
            else:
                found.append(one)
        found += map(_joined, lines.values())
        sizes = {id(one): one.geometry.length for one in found}
        return sorted(found, key=lambda one: (self._hold(one), one.rank, -sizes[id(one)]))

    def _hold(self, feature: Feature) -> int:
        return self._layers[feature.layer][1].hold

    def _shown(self, feature: Feature, zoom: int) -> dict[str, str | int]:
        layer = self._layers[feature.layer][1]
        named = zoom >= layer.names
        return {
            key: value
            for key, value in feature.properties.items()
            if named or not key.startswith("name")
        }

    def _fitting(self, number: int, features: Sequence[Feature]) -> Tile | None:
        count = len(features)
        while count:
            body = self._encoded(features[:count])
            if not body:
                return None
            packed = gzip.compress(body, 6, mtime=0)
            if len(packed) <= self._most:
                return Tile(number, packed, len(features) - count)
            count = min(count - 1, int(count * self._most / len(packed) * _SPARE))
        return None

    def _encoded(self, features: Sequence[Feature]) -> bytes:
        contents = []
        by_layer = sorted(features, key=lambda one: one.layer)
        for layer, group in groupby(by_layer, key=lambda one: one.layer):
            some = list(group)
            geometries = np.array([one.geometry for one in some], dtype=object)
            properties = [one.properties for one in some]
            contents.append(mvt.Content(self._layers[layer][0], geometries, properties))
        return mvt.tile(contents)


def _simplified(geometries: Geometries, zoom: int) -> NDArray[np.bool_]:
    """Simplify in place for a zoom; which of them can still be seen."""
    if not len(geometries):
        return np.zeros(0, bool)
    unit = 1 / ((1 << zoom) * mvt.EXTENT)
    last = zoom == HIGHEST
    areal = shapely.get_dimensions(geometries) == 2
    seen = ~areal | (shapely.area(geometries) >= (unit**2 if last else _SMALLEST * unit**2))
    tolerance = unit * (0.5 if last else _PIXEL / 2)
    geometries[seen] = shapely.simplify(geometries[seen], tolerance, preserve_topology=False)
    torn = areal & seen & ~shapely.is_valid(geometries)
    for index in np.flatnonzero(torn):
        geometries[index] = areas_of(shapely.make_valid(geometries[index]))
    return np.asarray(seen & ~shapely.is_empty(geometries))


def _beyond(geometries: Geometries, west: float, north: float, side: float) -> NDArray[np.bool_]:
    """Points of the margin: they belong to one tile only, or their names stand there twice."""
    beyond = np.zeros(len(geometries), bool)
    points = np.flatnonzero(shapely.get_type_id(geometries) == 0)
    x, y = shapely.get_x(geometries[points]), shapely.get_y(geometries[points])
    beyond[points] = (x < west) | (x >= west + side) | (y < north) | (y >= north + side)
    return beyond


def _places(drawn: _Drawn, zoom: int, cell: Cell | None) -> list[tuple[int, int]]:
    """The tiles of a zoom that may have something, in the order of the archive."""
    if cell is None:
        places = {one for box in drawn.bounds.tolist() for one in covering(box, zoom)}
    else:
        deep = zoom - CELLS
        x, y = cell[0] << deep, cell[1] << deep
        places = {(x + right, y + down) for right in range(1 << deep) for down in range(1 << deep)}
    return sorted(places, key=lambda place: zxy_to_tileid(zoom, *place))


def _joined(several: Sequence[Feature]) -> Feature:
    first = several[0]
    if len(several) == 1:
        return first
    parts = shapely.get_parts(np.array([one.geometry for one in several], dtype=object))
    joined = shapely.line_merge(MultiLineString(parts.tolist()))
    return Feature(first.layer, first.zoom, first.rank, first.properties, joined)
