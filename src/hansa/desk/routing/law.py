"""How long the law gives for a written request: a term in days or months, as the city's data. Pure.

A repair is counted in minutes on the organisation's own clock; the law counts days, from the day
after the request came in, to the end of the last one. Where there is no such law there is no file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from hansa.desk.clocks.model import WorkingCalendar

Counted = Literal["calendar", "working"]
DayOff = Literal["stays", "before", "after"]

_DAY = timedelta(days=1)
_FARTHEST = 4000


@dataclass(frozen=True, slots=True)
class Term:
    """So many days or months; `working`: only days on which the calendar has hours count."""

    days: int = 0
    months: int = 0
    counted: Counted = "calendar"


@dataclass(frozen=True, slots=True)
class Law:
    """The terms of written requests. `forward`: within it what is not ours is passed on.

    `shorter`: themes with a term of their own; `extension`: by how much it may be put off, once;
    `at_most`: the whole of it, from the day it came in.
    `on_day_off`: where a term goes whose last day is free.
    """

    term: Term
    calendar: WorkingCalendar
    zone: ZoneInfo
    extension: Term | None = None
    at_most: Term | None = None
    forward: Term | None = None
    shorter: Mapping[str, Term] | None = None
    on_day_off: DayOff = "stays"

    def term_of(self, theme: str) -> Term:
        """Of a theme."""
        return (self.shorter or {}).get(theme, self.term)


def due_by_law(law: Law, theme: str, received: datetime) -> datetime:
    """The end of the last day on which a request of that theme is answered in time."""
    return _end(law, last_day(law, law.term_of(theme), _day(law, received)))


def forward_by_law(law: Law, received: datetime) -> datetime | None:
    """By when a request must be with who is competent; None where the law does not say."""
    if law.forward is None:
        return None
    return _end(law, last_day(law, law.forward, _day(law, received)))


def latest_by_law(law: Law, received: datetime, due: datetime) -> datetime:
    """How far the due time may be put off; where the law knows no extension, not at all."""
    if law.at_most is not None:
        return max(due, _end(law, last_day(law, law.at_most, _day(law, received))))
    if law.extension is None:
        return due
    return _end(law, last_day(law, law.extension, _day(law, due - timedelta(microseconds=1))))


def last_day(law: Law, term: Term, first: date) -> date:
    """The last day of a term that began on `first`, which does not count itself."""
    found = _months_on(first, term.months)
    if term.counted == "working":
        for _ in range(term.days):
            found = _next_open(law.calendar, found + _DAY, _DAY)
        return found
    found += timedelta(days=term.days)
    if law.on_day_off == "stays":
        return found
    return _next_open(law.calendar, found, _DAY if law.on_day_off == "after" else -_DAY)


def _months_on(first: date, months: int) -> date:
    """The day of the same number, or the last of a shorter month."""
    number = first.month - 1 + months
    year, month = first.year + number // 12, number % 12 + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(first.day, (following - _DAY).day))


def _next_open(calendar: WorkingCalendar, day: date, step: timedelta) -> date:
    for number in range(_FARTHEST):
        if calendar.hours(found := day + number * step):
            return found
    return day


def _day(law: Law, at: datetime) -> date:
    return at.astimezone(law.zone).date()


def _end(law: Law, day: date) -> datetime:
    return datetime.combine(day + _DAY, time(), law.zone).astimezone(UTC)
