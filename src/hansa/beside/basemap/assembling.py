"""Areas from pieces: multipolygon relations, whole or torn by an extract's border, and the sea.

Everything here is in degrees, y up. Where an extract ends, so do the lines that would close an
area; they are closed along the border of the extract, never across it. Which side of such a
line is inside: with a coastline the right one (OpenStreetMap draws land on the left); with a
relation the side of its inner rings, or else the smaller one.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import GeometryCollection, LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from hansa.beside.basemap.model import Box, Geometries

_NEAR = 0.05  # of the extract's width: so far from the border a line may end and still reach it
_TORN = 0.25  # of a line's length: so wide a gap inside the extract is closed straight
_BESIDE = 1e-6  # degrees: a step to the left or right of a line

Lines = Sequence[LineString]


def area(outers: Lines, inners: Lines, box: Box) -> BaseGeometry | None:
    """The area between outer and inner lines; None where they enclose nothing."""
    rings, chains = _joined(outers)
    filled = _filled(_joined(inners)[0])
    holes = None if shapely.is_empty(filled) else filled
    found: list[BaseGeometry | None] = [_filled(rings)]
    inside, closed = _chains_to(chains, box)
    found += [Polygon(ring) for ring in closed]
    if inside:
        found.append(_smaller_side(inside, box, holes))
    whole = shapely.union_all([one for one in found if one is not None])
    if holes is not None:
        whole = shapely.difference(whole, holes)
    return None if shapely.is_empty(whole) else whole


def sea(coast: Lines, box: Box) -> BaseGeometry | None:
    """The water of a coastline within the extract; None where there is none, or no telling."""
    if not coast:
        return None
    frame = shapely.box(*box)
    rings, chains = _joined(coast, directed=True)
    cut = [*_pieces(chains, frame), *_pieces(rings, frame)]
    lines = [_reaching(line, box) for line in cut]
    faces = _faces(lines, frame)
    if len(faces) == 0:
        return None
    left, right = _sides(lines, faces)
    votes = np.bincount(right[right >= 0], minlength=len(faces)).astype(np.int64)
    votes -= np.bincount(left[left >= 0], minlength=len(faces))
    water = shapely.union_all(faces[votes > 0])
    return None if shapely.is_empty(water) else water


def _joined(lines: Lines, *, directed: bool = False) -> tuple[list[LineString], list[LineString]]:
    """Lines joined end to end: closed ones and open ones; `directed` turns none round."""
    if not lines:
        return [], []
    merged = shapely.line_merge(MultiLineString(list(lines)), directed=directed)
    parts = [part for part in shapely.get_parts(merged).tolist() if len(part.coords) > 1]
    closed = [part for part in parts if part.is_closed and len(part.coords) > 3]
    return closed, [part for part in parts if not part.is_closed]


def _filled(rings: Lines) -> BaseGeometry:
    """What rings enclose; a ring within a ring is a hole, the next one an island."""
    return shapely.build_area(GeometryCollection(list(rings)))


def _chains_to(chains: Lines, box: Box) -> tuple[list[LineString], list[LineString]]:
    """Open chains: those that the border cut (within it), and those closed over a small gap."""
    frame = shapely.box(*box)
    cut: list[LineString] = []
    closed: list[LineString] = []
    for chain in chains:
        ends = shapely.points([chain.coords[0], chain.coords[-1]])
        if all(_is_near(end, box) for end in ends.tolist()):
            cut += [_reaching(piece, box) for piece in _pieces([chain], frame)]
        elif ends[0].distance(ends[1]) < _TORN * chain.length and len(chain.coords) > 3:
            closed.append(LineString([*chain.coords, chain.coords[0]]))
    return cut, closed


def _smaller_side(chains: Lines, box: Box, holes: BaseGeometry | None) -> BaseGeometry | None:
    """Faces between chains in two colours; the colour of the holes, or else of less area."""
    faces = _faces(chains, shapely.box(*box))
    if len(faces) == 0:
        return None
    colours = _coloured(len(faces), *_sides(chains, faces))
    sides = [shapely.union_all(faces[colours == colour]) for colour in (0, 1)]
    if holes is not None:
        return max(sides, key=lambda side: shapely.area(shapely.intersection(side, holes)))
    return min(sides, key=shapely.area)


def _coloured(count: int, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """0 or 1 for each face, so that faces on both sides of a chain differ."""
    beside: dict[int, set[int]] = {}
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        if one >= 0 and other >= 0 and one != other:
            beside.setdefault(one, set()).add(other)
            beside.setdefault(other, set()).add(one)
    colours = np.full(count, -1, np.int64)
    for start in range(count):
        if colours[start] >= 0:
            continue
        colours[start] = 0
        waiting = [start]
        while waiting:
            here = waiting.pop()
            for there in beside.get(here, ()):
                if colours[there] < 0:
                    colours[there] = 1 - colours[here]
                    waiting.append(there)
    return colours


def _faces(lines: Lines, frame: Polygon) -> Geometries:
    """The faces that lines cut the frame into."""
    noded = shapely.union_all([*lines, frame.exterior])
    return shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))


def _sides(lines: Lines, faces: Geometries) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The face at the left and at the right of each segment's middle; -1 for none."""
    starts = np.concatenate([shapely.get_coordinates(line)[:-1] for line in lines])
    ends = np.concatenate([shapely.get_coordinates(line)[1:] for line in lines])
    way = ends - starts
    length = np.hypot(way[:, 0], way[:, 1])
    drawn = length > 4 * _BESIDE
    middle, way = (starts + ends)[drawn] / 2, way[drawn] / length[drawn, None]
    normal = np.column_stack((-way[:, 1], way[:, 0])) * _BESIDE
    tree = shapely.STRtree(faces)
    return _face_at(tree, middle + normal), _face_at(tree, middle - normal)


def _face_at(tree: shapely.STRtree, places: NDArray[np.float64]) -> NDArray[np.int64]:
    found = np.full(len(places), -1, np.int64)
    asked, faces = tree.query(shapely.points(places), predicate="within")
    found[asked] = faces
    return found


def _pieces(lines: Iterable[LineString], frame: Polygon) -> list[LineString]:
    """What of the lines lies in the frame."""
    cut = [shapely.get_parts(shapely.intersection(line, frame)) for line in lines]
    return [part for parts in cut for part in parts if isinstance(part, LineString)]


def _is_near(place: Point, box: Box) -> bool:
    return _way_out(place.x, place.y, box)[0] <= _NEAR * max(box[2] - box[0], box[3] - box[1])


def _way_out(x: float, y: float, box: Box) -> tuple[float, tuple[float, float]]:
    """How far it is to the border (0 outside), and the nearest place on it."""
    west, south, east, north = box
    if not (west < x < east and south < y < north):
        return 0.0, (x, y)
    ways = ((x - west, (west, y)), (east - x, (east, y)), (y - south, (x, south)))
    return min((*ways, (north - y, (x, north))))


def _reaching(line: LineString, box: Box) -> LineString:
    """The line, led on to the border where it ends close before it."""
    if line.is_closed:
        return line
    path = list(line.coords)
    near = _NEAR * max(box[2] - box[0], box[3] - box[1])
    for end, index in ((path[0], 0), (path[-1], len(path))):
        distance, exit_ = _way_out(end[0], end[1], box)
        if 0 < distance <= near:
            path.insert(index if index == 0 else len(path), exit_)
    return LineString(path)
