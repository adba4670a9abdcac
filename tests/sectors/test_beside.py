"""A large file is mapped in a process beside, and gives what it would give here."""

from pathlib import Path

import pytest

from hansa.context import City, Query, TypeIs, Window
from hansa.guard import View
from hansa.sectors import import_folder, quarantine
from hansa.sectors.beside import LARGE
from tests.sectors.helpers import readings, source_of

WRONG = "a,2026-05-04T23:00:00Z,high\n,,\na,b\n"


@pytest.fixture
def large(data: Path) -> int:
    """A file beyond the size; the number of its good rows."""
    rows = [(f"post-{n % 13:020d}", n // 13, float(n % 900)) for n in range(13 * 500)]
    path = data / "in.csv"
    path.write_text(readings(rows) + WRONG)
    assert path.stat().st_size > LARGE
    return len(rows)


async def test_large_file_gives_every_row_once(
    city: City, view: View, tmp_path: Path, data: Path, large: int
) -> None:
    source = source_of(tmp_path)

    (report,) = (await import_folder(city, [source], data)).files
    number = city.last_change
    (again,) = (await import_folder(city, [source], data)).files

    assert (report.read, report.accepted, report.refused) == (large + 3, large, 3)
    assert (again.skipped, again.changed, city.last_change) == (True, 0, number)
    found = await city.history(view, Query(types=TypeIs("WaterObserved")), Window())
    assert sum(len(one.attributes["height"]) for one in found) == large
    rules = [(one.line - large, one.rule) for one in await quarantine(city, source)]
    assert rules == [(2, "number"), (3, "required"), (4, "columns")]


async def test_large_file_that_breaks_off_is_named(
    city: City, tmp_path: Path, data: Path, large: int
) -> None:
    path = data / "in.csv"
    path.write_text(path.read_text().replace("post,time,level", "post,time"))

    (report,) = (await import_folder(city, [source_of(tmp_path)], data)).files

    assert report.trouble is not None
    assert report.trouble.rule == "columns"
    assert report.read == 0
