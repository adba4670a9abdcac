"""Open and overdue on a day in the past: the graph as it was known then against a plain script.

What counts, and where a count could go wrong:

- A request is *known* from OPEN_DT on. It is *open* until CLOSED_DT; one that says it was closed
  before it was opened (entered afterwards) was never open.
- It is *overdue* while it is open and TARGET_DT has passed: strictly, the second of the target is
  in time. Without TARGET_DT nobody promised anything, so it is never overdue. OnTime_Status says
  how it stood on the day of the export, not then, and is not looked at.
- All times are of the wall clock in New York; the moment is summer time (UTC-4).
"""

import asyncio
import csv
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bench import imports
from bench.figure import Figure
from hansa.base.clock import SystemClock
from hansa.base.settings import load_city
from hansa.base.times import format_instant
from hansa.base.vocabulary import load_vocabulary
from hansa.context import City
from hansa.sectors import load_sources, privacy_overrides

ZONE = ZoneInfo("America/New_York")
MOMENT = datetime(2015, 7, 15, 6, tzinfo=ZONE)
FILE = "requests.csv.gz"
TYPE = "Open311ServiceRequest"
OF_THE_FILE = "agency_responsible"  # which only this file gives, and for every row


@dataclass(frozen=True, slots=True)
class Counts:
    """Requests that were open, and those of them that were overdue."""

    open: int
    overdue: int


def in_file(path: Path, moment: datetime) -> Counts:
    """The counts as a plain script has them from the file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        due = [_time(row["TARGET_DT"]) for row in csv.DictReader(lines) if _is_open(row, moment)]
    return Counts(len(due), sum(target is not None and target < moment for target in due))


def _is_open(row: Mapping[str, str], moment: datetime) -> bool:
    opened, closed = _time(row["OPEN_DT"]), _time(row["CLOSED_DT"])
    if opened is None or opened > moment:
        return False
    return closed is None or closed > moment


def _time(text: str) -> datetime | None:
    """A cell as a moment in UTC: two times of one zone would be compared by the wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC) if text else None


async def in_graph(city: City, moment: datetime) -> Counts:
    """The counts as the graph gives them for what was known at that moment."""
    view = city.guard.view(city.guard.machine("console", city.world))
    where = f'{OF_THE_FILE};status=="open"'
    late = f"{where};expected_datetime<{format_instant(moment)}"
    return Counts(
        len((await city.table(view, TYPE, ("status",), where=where, at=moment)).ids),
        len((await city.table(view, TYPE, ("status",), where=late, at=moment)).ids),
    )


def measure(data: Path, homes: Path, _: int) -> list[Figure]:
    """How far the graph's counts are from the file's."""
    home = homes / "as-of"
    imports.load(data, home)
    plain = in_file(data / FILE, MOMENT)
    graph = asyncio.run(_asked(home))
    what = "open and overdue as known on 15 July 2015, 06:00: graph against a plain script"
    apart = (float(abs(graph.open - plain.open)), float(abs(graph.overdue - plain.overdue)))
    notes: dict[str, object] = {"open": plain.open, "overdue": plain.overdue}
    return [Figure(what, "the same counts", "requests apart", apart, not any(apart), notes)]


async def _asked(home: Path) -> Counts:
    vocabulary = load_vocabulary()
    overrides = privacy_overrides(load_sources(imports.CITY, vocabulary))
    settings = load_city(imports.CITY)
    city = await City.open(settings, vocabulary, home, SystemClock(), overrides=overrides)
    try:
        return await in_graph(city, MOMENT)
    finally:
        await city.close()
