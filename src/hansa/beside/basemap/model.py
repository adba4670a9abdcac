"""What passes between reading, tiling and writing: frozen values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Progress = Callable[[str, int, int], None]  # what is done, how much of it, of how much

Box = tuple[float, float, float, float]  # west, south, east, north
Geometries = NDArray[np.object_]
Properties = Mapping[str, str | int]

LOWEST, HIGHEST = 6, 14  # zooms in the archive; the map stretches the last one


class Shape(StrEnum):
    """What becomes of an object in a layer."""

    AREA = "area"
    LINE = "line"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Placed:
    """What a rule makes of an object: its layer, class and first zoom.

    Of two things of a layer the one of higher `rank` is dropped first. `sized`: an area's name,
    from a zoom on that its size decides.
    """

    layer: int
    shape: Shape
    zoom: int
    rank: int
    properties: Properties
    sized: bool = False


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing on the map; its geometry in the square of the world, 0 to 1, y down."""

    layer: int
    zoom: int
    rank: int
    properties: Properties
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Made:
    """What came out, for the person who asked."""

    tiles: int
    size: int
    features: int
    box: Box
    timestamp: str | None
    largest: int
    notes: Mapping[str, int] = field(default_factory=dict)
