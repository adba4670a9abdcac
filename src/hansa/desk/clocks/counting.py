"""Time counted on a working calendar: by when something is due, and how long was worked. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from hansa.desk.clocks.model import WorkingCalendar

_NOTHING = timedelta(0)
_FARTHEST = 4000  # days looked ahead: a calendar's closed weeks come to an end before


class NeverOpen(ValueError):
    """Nobody ever works by this calendar, so nothing is ever due."""


def due(calendar: WorkingCalendar, start: datetime, service: timedelta) -> datetime:
    """The moment at which `service` has been worked since `start`.

    It is the end of a working stretch rather than the beginning of the next; no service time is
    due at once. NeverOpen where there are no hours within years.
    """
    start = start.astimezone(UTC)
    if calendar.week is None or service <= _NOTHING:
        return start + max(service, _NOTHING)
    left = service
    for begin, end in _stretches(calendar, start):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    raise NeverOpen(f"nobody works by the calendar {calendar.key}")


def worked(calendar: WorkingCalendar, start: datetime, end: datetime) -> timedelta:
    """How much of the time between two moments is working time; nothing where they are turned."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if calendar.week is None:
        return max(end - start, _NOTHING)
    total = _NOTHING
    for opened, closed in _stretches(calendar, start):
        if opened >= end:
            break
        total += min(closed, end) - opened
    return total


def _stretches(calendar: WorkingCalendar, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Working stretches from `start` on, the first one cut there; none overlaps the one before."""
    last, day = start, start.astimezone(calendar.zone).date() - timedelta(days=1)
    for number in range(_FARTHEST):
        for begin, end in calendar.stretches(_later(day, number)):
            opened = max(begin, last)
            if opened < end:
                yield opened, end
                last = end


def _later(day: date, days: int) -> date:
    return day + timedelta(days=days)
