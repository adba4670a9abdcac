"""The moments of a report: its own, the end of its day, and the same hour of the days before.

Days are the city's: the hour stays on the wall clock, so across a change of the clock two points
lie 23 or 25 hours apart. Pure.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from hansa.base.times import to_micros


@dataclass(frozen=True)
class Moments:
    """A moment of the city's day.

    `days`: how many points a small multiple has, this one last; `back`: how many days earlier
    the moment is that it is compared with.
    """

    day: date
    hour: time
    zone: ZoneInfo
    days: int = 42
    back: int = 7

    @cached_property
    def at(self) -> datetime:
        """The moment itself, in UTC."""
        return self.back_by(0)

    @cached_property
    def until(self) -> datetime:
        """The midnight that ends the day."""
        following = self.day + timedelta(days=1)
        return datetime.combine(following, time(), self.zone).astimezone(UTC)

    @cached_property
    def points(self) -> tuple[datetime, ...]:
        """The same hour of each day, oldest first."""
        return tuple(self.back_by(number) for number in range(self.days - 1, -1, -1))

    @cached_property
    def begin(self) -> datetime:
        """A day before the first point: where its readings begin."""
        return self.back_by(self.days)

    def back_by(self, back: int) -> datetime:
        """The same hour some days earlier."""
        day = self.day - timedelta(days=back)
        return datetime.combine(day, self.hour, self.zone).astimezone(UTC)

    @cached_property
    def micros(self) -> int:
        """The moment as the store counts."""
        return to_micros(self.at)

    @cached_property
    def until_micros(self) -> int:
        """The end of the day as the store counts."""
        return to_micros(self.until)

    def end_of(self, moment: datetime) -> int:
        """The midnight that ends the day of a point."""
        local = moment.astimezone(self.zone).date() + timedelta(days=1)
        return to_micros(datetime.combine(local, time(), self.zone))
