"""The report of a real day against a plain script that reads the city's own file."""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from hansa.app.cli import main

ZONE = ZoneInfo("America/New_York")
AT = datetime(2015, 7, 15, 6, tzinfo=ZONE)
MIDNIGHT = datetime(2015, 7, 16, tzinfo=ZONE)


def moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC) if text else None


def open_then(path: Path) -> Iterator[tuple[str, str, datetime | None]]:
    """Number, department and due time of each request that was open at AT."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            opened, closed = moment(row["OPEN_DT"]), moment(row["CLOSED_DT"])
            if opened is None or opened > AT:
                continue
            if closed is None or max(opened, closed) > AT:
                yield row["CASE_ENQUIRY_ID"], row["SUBJECT"], moment(row["TARGET_DT"])


def hansa(*words: str | Path) -> bytes:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.stdout_bytes


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_open_and_overdue_are_what_the_file_says(
    root: Path, shared_data: Path, tmp_path: Path
) -> None:
    city, home, data = root / "cities" / "boston", tmp_path / "home", shared_data / "boston-2015"
    hansa("import", "--city", city, "--home", home, "--data", data, "--source", "requests-311")

    made = hansa("report", "2015-07-15", "--home", home)

    figures = {
        figure["id"]: figure
        for sector in json.loads(made)["sectors"]
        for figure in sector["figures"]
    }
    there = list(open_then(data / "requests.csv.gz"))
    late = [(name, office) for name, office, due in there if due is not None and due < AT]
    today = [name for name, _, due in there if due is not None and AT <= due < MIDNIGHT]
    assert (figures["requests-open"]["value"], figures["requests-overdue"]["value"]) == (
        len(there),
        len(late),
    )
    assert offices(figures["requests-overdue"]) == dict(
        Counter(office for _, office in late).most_common(5)
    )
    named = {name.rpartition(":")[2] for name in figures["requests-overdue"]["basis"]["ids"]}
    assert named < {name for name, _ in late}
    assert json.loads(made)["due"][0]["count"] == len(today)
    assert hansa("report", "2015-07-15", "--home", home) == made


def offices(figure: Any) -> dict[str, int]:
    return {row["name"]: row["value"] for row in figure["breakdown"]["rows"]}
