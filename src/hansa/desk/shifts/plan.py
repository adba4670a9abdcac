"""When shifts begin and duties fall due: the wall clock of the city made into moments. Pure.

A time of the wall clock happens once a day, also on the two days of the year on which the clock
is changed: one that is skipped falls on the moment the clock shows an hour later, one that comes
twice on its first. What comes every so often is counted in real time from the city's midnight,
so a day of 25 hours has 25 hourly checks.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hansa.desk.shifts.model import Duty, Planned, Post

_DAY = timedelta(days=1)
_LONGEST = timedelta(days=2)  # no shift and no day is longer


def planned(post: Post, moment: datetime, zone: ZoneInfo) -> Planned | None:
    """The shift of the plan that `moment` lies in; None between shifts."""
    found = [one for one in _shifts(post, moment - _LONGEST, moment, zone) if moment < one.until]
    return max(found, key=lambda one: one.begin, default=None)


def next_planned(post: Post, moment: datetime, zone: ZoneInfo) -> Planned | None:
    """The first shift of the plan that begins after `moment`."""
    return min(
        _shifts(post, moment + timedelta(microseconds=1), moment + _LONGEST, zone),
        key=lambda one: one.begin,
        default=None,
    )


def occurrences(
    duty: Duty, after: datetime, until: datetime, zone: ZoneInfo
) -> tuple[datetime, ...]:
    """The times at which a duty falls due, after one moment and up to another, in order."""
    found = {
        moment
        for day in _days(after - _DAY, until + _DAY, zone)
        if day.weekday() in duty.days
        for moment in _of_day(duty, day, zone)
        if after < moment <= until
    }
    return tuple(sorted(found))


def next_occurrence(duty: Duty, after: datetime, zone: ZoneInfo) -> datetime:
    """The first time after a moment; a duty has a day of the week, so there is one."""
    return occurrences(duty, after, after + 9 * _DAY, zone)[0]


def _shifts(post: Post, begin: datetime, until: datetime, zone: ZoneInfo) -> Iterable[Planned]:
    for day in _days(begin - _DAY, until + _DAY, zone):
        for hours in post.hours:
            over = day if hours.until > hours.begin else day + _DAY
            one = Planned(_moment(day, hours.begin, zone), _moment(over, hours.until, zone))
            if begin <= one.begin <= until:
                yield one


def _of_day(duty: Duty, day: date, zone: ZoneInfo) -> Iterable[datetime]:
    if duty.every is None:
        yield from (_moment(day, one, zone) for one in duty.at)
        return
    moment, end = _moment(day, time(), zone), _moment(day + _DAY, time(), zone)
    while moment < end:
        yield moment
        moment += duty.every


def _days(begin: datetime, until: datetime, zone: ZoneInfo) -> Iterable[date]:
    day, last = begin.astimezone(zone).date(), until.astimezone(zone).date()
    while day <= last:
        yield day
        day += _DAY


def _moment(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, zone).astimezone(UTC)
