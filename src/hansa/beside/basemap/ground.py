"""The square of the world: degrees into Web Mercator, 0 to 1, y down; whole and within a box."""

import math

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from hansa.beside.basemap.model import Box

_POLE = 85.0511287  # degrees: where the square ends


def squared(geometry: BaseGeometry) -> BaseGeometry:
    """A geometry of degrees in the square of the world."""
    return shapely.transform(geometry, _project)


def squared_box(box: Box) -> Box:
    """A box of degrees in the square, its second number the north."""
    (west, south), (east, north) = _project(np.array([box[:2], box[2:]])).tolist()
    return west, north, east, south


def valid(geometry: BaseGeometry) -> BaseGeometry:
    """The geometry, or of an area that crosses itself what can be saved; may be empty."""
    if shapely.get_dimensions(geometry) == 2 and not shapely.is_valid(geometry):
        return areas_of(shapely.make_valid(geometry))
    return geometry


def areas_of(geometry: BaseGeometry) -> BaseGeometry:
    """The areas of what may also have lines and points."""
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return geometry
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return MultiPolygon([part for part in parts.tolist() if part.geom_type == "Polygon"])


def _project(places: NDArray[np.float64]) -> NDArray[np.float64]:
    latitude = np.radians(np.clip(places[:, 1], -_POLE, _POLE))
    y = 0.5 - np.log(np.tan(math.pi / 4 + latitude / 2)) / math.tau
    return np.column_stack(((places[:, 0] + 180) / 360, y))
