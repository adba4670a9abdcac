"""`timerel`, `timeAt`, `endTimeAt`, `timeproperty`, `lastN` (4.11, 5.2.21): a `Window`."""

from datetime import datetime

from hansa.base.problems import BadRequestData
from hansa.base.times import parse_instant
from hansa.context.model import Window
from hansa.context.query.instants import DATETIME

TIMEPROPERTIES = ("observedAt", "createdAt", "modifiedAt", "deletedAt")


def parse_window(
    timerel: str | None = None,
    time_at: str | None = None,
    end_time_at: str | None = None,
    timeproperty: str | None = None,
    last_n: str | int | None = None,
) -> Window:
    """The window of a temporal query: `after` is included, `before` is not (4.11).

    Raises BadRequestData that names the parameter. Empty texts count as not given.
    """
    if timeproperty and timeproperty not in TIMEPROPERTIES:
        raise _bad("timeproperty", f"{timeproperty!r} is not one of {', '.join(TIMEPROPERTIES)}")
    after, before = _bounds(timerel or "", time_at or "", end_time_at or "")
    return Window(after, before, timeproperty or "observedAt", _last(last_n))


def _bounds(timerel: str, start: str, end: str) -> tuple[datetime | None, datetime | None]:
    if not timerel:
        if start or end:
            raise _bad("timerel", "timeAt and endTimeAt need timerel beside them")
        return None, None
    if timerel not in ("before", "after", "between"):
        raise _bad("timerel", f"{timerel!r} is not one of before, after, between")
    if not start:
        raise _bad("timeAt", f"timerel={timerel} needs timeAt")
    moment = _instant(start, "timeAt")
    if timerel == "before":
        return None, moment
    if timerel == "after":
        return moment, None
    if not end:
        raise _bad("endTimeAt", "timerel=between needs endTimeAt")
    return moment, _instant(end, "endTimeAt")


def _instant(text: str, where: str) -> datetime:
    if not DATETIME.fullmatch(text):
        raise _bad(where, f"{text!r} is not a date-time of the form 2026-01-31T08:00:00Z")
    return parse_instant(text)


def _last(given: str | int | None) -> int | None:
    if given is None or given == "":
        return None
    text = str(given)
    if not text.isascii() or not text.isdigit() or not 0 < len(text) <= 9 or int(text) == 0:
        raise _bad("lastN", f"{given!r} is not a positive whole number")
    return int(text)


def _bad(where: str, detail: str) -> BadRequestData:
    return BadRequestData(detail, where=where, rule="GS CIM 009, 4.11")
