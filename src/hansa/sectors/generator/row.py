"""One row of a source, before it becomes text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians, sqrt, tau
from typing import TypeAlias

from hansa.sectors.generator.dice import Dice
from hansa.sectors.generator.script import Area, Point

Value: TypeAlias = str | float | int | datetime | None

_METRES_PER_DEGREE = 111_320.0
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Row:
    """A source says `fields` at `at` (whole seconds, UTC) about the thing `key`."""

    at: datetime
    key: str
    fields: Mapping[str, Value]

    def order(self) -> tuple[datetime, str]:
        """Rows stand in the order in which they are said."""
        return self.at, self.key


def whole_second(moment: datetime) -> datetime:
    """The moment without its fraction."""
    return moment.replace(microsecond=0)


def seconds(count: float) -> timedelta:
    """A whole number of seconds as a span of time."""
    return round(count) * _SECOND


def place_in(area: Area, dice: Dice) -> Point:
    """A point of the area, evenly over its circle; five decimals, about a metre."""
    distance, angle = area.radius * sqrt(dice.share()), dice.share() * tau
    lon, lat = area.center
    north = distance * cos(angle) / _METRES_PER_DEGREE
    east = distance * cos(angle - tau / 4) / _METRES_PER_DEGREE / cos(radians(lat))
    return round(lon + east, 5), round(lat + north, 5)
