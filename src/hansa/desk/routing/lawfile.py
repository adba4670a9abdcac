"""`law.yaml` of a city's folder: the terms of written requests, with the source in a comment."""

from collections.abc import Collection, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from hansa.base import yamlfile
from hansa.base.problems import BadFile
from hansa.desk.clocks.model import ROUND_THE_CLOCK, WorkingCalendar
from hansa.desk.routing.law import Counted, DayOff, Law, Term

FILE = "law.yaml"


class TermEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A term as the folder says it."""

    days: int = 0
    months: int = 0
    counted: Counted = "calendar"


class RequestsEntry(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """What the law says of written requests. `calendar`: whose days are working days."""

    term: TermEntry
    calendar: str = ROUND_THE_CLOCK.key
    on_day_off: DayOff = "stays"
    extension: TermEntry | None = None
    at_most: TermEntry | None = None
    forward: TermEntry | None = None
    themes: dict[str, TermEntry] = msgspec.field(default_factory=dict)


class LawFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members of `law.yaml`."""

    requests: RequestsEntry


def load_law(
    folder: Path,
    calendars: Mapping[str, WorkingCalendar],
    zone: ZoneInfo,
    themes: Collection[str] | None = None,
) -> Law | None:
    """The law of a city, None where it has none; BadFile says what is wrong."""
    path = folder / FILE
    if not path.exists():
        return None
    given = yamlfile.load(path, LawFile).requests
    if given.calendar not in calendars:
        remedy = f"one of {', '.join(sorted(calendars))}"
        raise _bad(path, f"there is no {given.calendar!r}", "calendar", remedy=remedy)
    if given.extension and given.at_most:
        raise _bad(path, "names an extension or the longest time of all, not both", "atMost")
    if unknown := [] if themes is None else [one for one in given.themes if one not in themes]:
        raise _bad(path, f"there is no {unknown[0]!r}", "themes", unknown[0])
    return Law(
        term=_term(path, given.term, "term"),
        calendar=calendars[given.calendar],
        zone=zone,
        extension=None if given.extension is None else _term(path, given.extension, "extension"),
        at_most=None if given.at_most is None else _term(path, given.at_most, "atMost"),
        forward=None if given.forward is None else _term(path, given.forward, "forward"),
        shorter={key: _term(path, one, "themes", key) for key, one in given.themes.items()},
        on_day_off=given.on_day_off,
    )


def _term(path: Path, given: TermEntry, *steps: str) -> Term:
    if given.days < 0 or given.months < 0 or given.days + given.months == 0:
        raise _bad(path, "a term has days or months", *steps)
    if given.counted == "working" and given.months:
        raise _bad(path, "a month is counted by the calendar, not in working days", *steps)
    return Term(given.days, given.months, given.counted)


def _bad(path: Path, detail: str, *steps: str, remedy: str = "") -> BadFile:
    line = yamlfile.line_of(path, "requests", *steps)
    return BadFile(detail, where=f"{line} {'.'.join(('requests', *steps))}", remedy=remedy)
