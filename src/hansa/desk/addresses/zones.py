"""Which houses lie within which outlines. Pure; shapely does the geometry."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import shapely
from shapely.errors import GEOSException
from shapely.geometry import shape

from hansa.desk.places import Point

_AREAS = ("Polygon", "MultiPolygon")


def outline_of(geometry: Any) -> shapely.Geometry | None:
    """A polygon of GeoJSON ready to be asked; None where it is none."""
    if not isinstance(geometry, dict) or geometry.get("type") not in _AREAS:
        return None
    try:
        found = shape(geometry)
    except (GEOSException, ValueError, TypeError, IndexError, KeyError):
        return None
    return found if found.is_valid else shapely.make_valid(found)


def holds(geometry: Any, place: Point) -> bool:
    """Whether an outline of GeoJSON holds a place; on the line is within."""
    outline = outline_of(geometry)
    return outline is not None and bool(shapely.intersects(outline, shapely.Point(place)))


def within(
    points: Sequence[tuple[str, Point]], outlines: Mapping[str, shapely.Geometry]
) -> Iterator[tuple[str, str]]:
    """Pairs of an outline's and a point's name; on the line is within."""
    if not points or not outlines:
        return
    tree = shapely.STRtree(shapely.points([point for _, point in points]))
    names = list(outlines)
    found = tree.query([outlines[name] for name in names], predicate="intersects")
    for outline, point in zip(*found.tolist(), strict=True):
        yield names[outline], points[point][0]
