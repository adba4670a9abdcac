"""The city's calendars, out of `calendar.yaml`; refused with file and line where they are wrong."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from hansa.base import yamlfile
from hansa.base.problems import BadFile
from hansa.desk.clocks.model import ROUND_THE_CLOCK, Hours, WorkingCalendar

FILE = "calendar.yaml"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_STRETCH = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
_DAY = 1440
_FREE: tuple[Hours, ...] = ((),) * 7


class CalendarEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One calendar. `hours`: `mon-fri: [08:30-17:00]`; `exceptions`: a day with other hours."""

    hours: dict[str, list[str]]
    holidays: bool = True
    exceptions: dict[date, list[str]] = msgspec.field(default_factory=dict)


class CalendarFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members of `calendar.yaml`; holidays are days with their names."""

    holidays: dict[date, dict[str, str]] = msgspec.field(default_factory=dict)
    calendars: dict[str, CalendarEntry] = msgspec.field(default_factory=dict)


def load_calendars(folder: Path, zone: ZoneInfo) -> Mapping[str, WorkingCalendar]:
    """The calendars of a city by key, `round-the-clock` among them; BadFile says what is wrong."""
    found = {ROUND_THE_CLOCK.key: ROUND_THE_CLOCK}
    path = folder / FILE
    if not path.exists():
        return found
    given = yamlfile.load(path, CalendarFile)
    free: dict[date, Hours] = dict.fromkeys(given.holidays, ())
    for key, one in given.calendars.items():
        if key in found:
            raise _bad(path, f"{key} is always there and cannot be another one", "calendars", key)
        own = {
            day: _hours(path, hours, "calendars", key, "exceptions", day.isoformat())
            for day, hours in one.exceptions.items()
        }
        special = {**(free if one.holidays else {}), **own}
        found[key] = WorkingCalendar(key, zone, _week(path, key, one), special)
    return found


def _week(path: Path, key: str, given: CalendarEntry) -> tuple[Hours, ...]:
    week = list(_FREE)
    for days, hours in given.hours.items():
        for number in _numbers(path, key, days):
            if week[number]:
                raise _bad(path, f"{_DAYS[number]} stands twice", "calendars", key, "hours", days)
            week[number] = _hours(path, hours, "calendars", key, "hours", days)
    if not any(week):
        raise _bad(path, f"nobody ever works by {key}", "calendars", key, "hours")
    return tuple(week)


def _numbers(path: Path, key: str, days: str) -> Iterator[int]:
    first, _, last = days.partition("-")
    if first not in _DAYS or (last and last not in _DAYS):
        raise _bad(
            path, f"{days!r} is no day of the week", "calendars", key, "hours", days,
            remedy=f"one of {', '.join(_DAYS)}, or a range such as mon-fri",
        )  # fmt: skip
    begin, end = _DAYS.index(first), _DAYS.index(last or first)
    if end < begin:
        raise _bad(path, f"{days!r} runs backwards", "calendars", key, "hours", days)
    return iter(range(begin, end + 1))


def _hours(path: Path, given: Sequence[str], *steps: str) -> Hours:
    found: list[tuple[int, int]] = []
    for text in given:
        begin, end = _stretch(path, text, *steps)
        if found and begin < found[-1][1]:
            raise _bad(path, f"{text} begins before the stretch before it ends", *steps)
        found.append((begin, end))
    return tuple(found)


def _stretch(path: Path, text: str, *steps: str) -> tuple[int, int]:
    match = _STRETCH.fullmatch(text)
    if match is None:
        raise _bad(path, f"{text!r} are no hours", *steps, remedy="write for example 08:30-17:00")
    a, b, c, d = map(int, match.groups())
    begin, end = a * 60 + b, c * 60 + d
    if max(b, d) > 59 or end > _DAY or begin >= end:
        raise _bad(
            path,
            f"{text} is no stretch of one day",
            *steps,
            remedy="split what goes over midnight: 22:00-24:00, and 00:00-06:00 on the next day",
        )
    return begin, end


def _bad(path: Path, detail: str, *steps: str, remedy: str = "") -> BadFile:
    where = f"{yamlfile.line_of(path, *steps)} {'.'.join(steps)}"
    return BadFile(detail, where=where, remedy=remedy)
