"""What Boston knew on a morning of July 2015 is what its file of requests says of that morning."""

import csv
import gzip
from pathlib import Path

import pytest

from bench import asof
from hansa.base.clock import SystemClock
from hansa.base.settings import load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.context import City
from hansa.sectors import import_folder, load_sources, privacy_overrides


@pytest.fixture
def around(shared_data: Path, tmp_path: Path) -> Path:
    """A folder with the real rows whose life touches the three days around the morning."""
    folder = tmp_path / "data"
    folder.mkdir()
    with (
        gzip.open(shared_data / "boston-2015" / asof.FILE, "rt", newline="") as all_rows,
        gzip.open(folder / asof.FILE, "wt", newline="") as kept,
    ):
        rows = csv.DictReader(all_rows)
        writer = csv.DictWriter(kept, rows.fieldnames or ())
        writer.writeheader()
        writer.writerows(
            row
            for row in rows
            if row["OPEN_DT"] < "2015-07-17" and (row["CLOSED_DT"] or "9999") >= "2015-07-14"
        )
    return folder


@pytest.mark.slow
async def test_open_and_overdue_on_a_morning_are_those_of_the_file(
    root: Path, shared_data: Path, around: Path, tmp_path: Path
) -> None:
    vocabulary, settings = load_vocabulary(), load_city(root / "cities" / "boston")
    sources = load_sources(settings.folder, vocabulary)
    overrides = privacy_overrides(sources)
    home = tmp_path / "home"
    city = await City.open(settings, vocabulary, home, SystemClock(), overrides=overrides)
    report = await import_folder(city, sources, around, only=["requests-311"], alone=True)
    found = await asof.in_graph(city, asof.MOMENT)
    now = await asof.in_graph(city, city.clock.now())
    await city.close()

    assert found == asof.in_file(shared_data / "boston-2015" / asof.FILE, asof.MOMENT)
    assert report.accepted > found.open > found.overdue > 0
    assert now != found


ROWS = """\
CASE_ENQUIRY_ID,OPEN_DT,TARGET_DT,CLOSED_DT
1,2015-07-14 08:00:00,2015-07-14 09:00:00,
2,2015-07-14 08:00:00,2015-07-15 06:00:00,
3,2015-07-14 08:00:00,2015-07-15 05:59:59,2015-07-15 06:00:01
4,2015-07-14 08:00:00,2015-07-14 09:00:00,2015-07-15 06:00:00
5,2015-07-14 08:00:00,,
6,2015-07-15 06:00:00,2015-07-01 00:00:00,2015-07-15 05:00:00
7,2015-07-15 06:00:01,2015-07-01 00:00:00,
"""


def test_the_plain_script_counts_the_edges_as_it_says(tmp_path: Path) -> None:
    """Hand-made: overdue, due this second, closed a second later, closed now, no promise,
    closed before it was opened, not yet known."""
    path = tmp_path / "rows.csv.gz"
    path.write_bytes(gzip.compress(ROWS.encode()))
    assert asof.in_file(path, asof.MOMENT) == asof.Counts(open=4, overdue=2)
