"""A working calendar as a value: weekly hours in the city's zone, holidays, exceptions.

Hours are wall times, so a service that opens at eight opens at eight on both sides of a change
of the clocks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

Hours: TypeAlias = tuple[tuple[int, int], ...]
"""Stretches of one day, in minutes since its midnight, in order and apart; 1440 is the next one."""

_MINUTE = timedelta(minutes=1)
_DAY = 1440


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """When somebody works. `week`: Monday first; None: round the clock.

    `special` holds the days that are unlike their weekday: holidays (no hours) and exceptions.
    """

    key: str
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    week: tuple[Hours, ...] | None = None
    special: Mapping[date, Hours] = field(default_factory=dict)

    def hours(self, day: date) -> Hours:
        """The stretches in which one works on that day."""
        if self.week is None:
            return ((0, _DAY),)
        found = self.special.get(day)
        return self.week[day.weekday()] if found is None else found

    def stretches(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The same as moments; a stretch that a change of the clocks swallows is left out."""
        found = ((self._begin(day, a), self._end(day, b)) for a, b in self.hours(day))
        return tuple((begin, end) for begin, end in found if begin < end)

    def _begin(self, day: date, minute: int) -> datetime:
        return _instant(_wall(day, minute), self.zone, fold=0)

    def _end(self, day: date, minute: int) -> datetime:
        """Of a wall time that comes twice, the second: the hour between is worked too.

        Midnight is where the next day begins, or two days would share an hour.
        """
        return _instant(_wall(day, minute), self.zone, fold=0 if minute == _DAY else 1)


ROUND_THE_CLOCK = WorkingCalendar("round-the-clock")


def _wall(day: date, minute: int) -> datetime:
    return datetime.combine(day, time()) + minute * _MINUTE


def _instant(wall: datetime, zone: ZoneInfo, *, fold: int) -> datetime:
    """The moment of a wall time; where the clocks leap over it, the moment of the leap."""
    found = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
        return found
    early, late = (wall.replace(tzinfo=zone, fold=one).astimezone(UTC) for one in (1, 0))
    offset = late.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            late = middle
        else:
            early = middle
    return late.replace(microsecond=0)
