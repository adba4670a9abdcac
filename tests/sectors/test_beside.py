"""A large file is mapped in a process beside, and gives what it would give here."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from hansa.context import City, Query, TypeIs, Window
from hansa.guard import Grant, View
from hansa.sectors import import_folder, quarantine
from hansa.sectors.beside import LARGE
from tests.sectors.helpers import readings, source_of

WRONG = "a,2026-05-04T23:00:00Z,high\n,,\na,b\n"


@pytest.fixture
def large(data: Path) -> int:
    """A file beyond the size; the number of its good rows."""
    rows = [(f"post-{n % 13:0160d}", n // 13, float(n % 900)) for n in range(13 * 500)]
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


REQUESTS = """\
source: requests
title: {en: Requests}
sector: requests
files: "*.csv"
format: csv
type: Open311ServiceRequest
id: "{number}"
zone: UTC
states:
  - name: asked
    knownAt: opened
    fields:
      service_name: {column: subject}
      address_string: {column: address}
"""


@pytest.mark.parametrize("alone", [True, False], ids=["put-away-beside", "put-away-here"])
async def test_personal_values_of_a_large_file_lie_in_the_vault(
    city: City, tmp_path: Path, data: Path, alone: bool
) -> None:
    count = 4500
    lines = [f"{n},2026-05-04 10:00:00,heat,Hidden Lane {n:0220d}" for n in range(count)]
    path = data / "in.csv"
    path.write_text("\n".join(["number,opened,subject,address", *lines, ""]))
    assert path.stat().st_size > LARGE
    source = source_of(tmp_path, REQUESTS)

    (report,) = (await import_folder(city, [source], data, alone=alone)).files

    assert (report.accepted, report.refused) == (count, 0)
    one = Query(ids=("urn:ngsi-ld:Open311ServiceRequest:7",))
    duty = Grant("ann", "duty-officer", "operation", city.clock.now(), city.world)
    (seen,) = (await city.read(city.guard.view(duty), one)).entities
    assert seen.value("address_string") is None
    asking = city.guard.view(replace(duty, purpose="request-handling"))
    (told,) = (await city.read(asking, one)).entities
    assert told.value("address_string") == f"Hidden Lane {7:0220d}"
    home = city.database.path.parent
    await city.close()
    held = [file for file in home.rglob("*") if file.is_file() and b"Hidden" in file.read_bytes()]
    assert held == []


@pytest.mark.parametrize("heard", [0, 10, 400_000], ids=["silent", "half-a-word", "midway"])
async def test_child_that_dies_costs_nothing(
    city: City,
    view: View,
    tmp_path: Path,
    data: Path,
    large: int,
    heard: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The interpreter of the child is one whose pipe breaks after so many bytes."""
    broken = tmp_path / "python"
    broken.write_text(f'#!/bin/sh\n"{sys.executable}" "$@" | head -c {heard}\n')
    broken.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(broken))
    source = source_of(tmp_path)

    (report,) = (await import_folder(city, [source], data)).files

    assert (report.read, report.accepted, report.refused) == (large + 3, large, 3)
    assert report.changed == large
    found = await city.history(view, Query(types=TypeIs("WaterObserved")), Window())
    assert sum(len(one.attributes["height"]) for one in found) == large


async def test_child_that_began_before_somebody_else_read_on_is_left(
    city: City, view: View, tmp_path: Path, data: Path, large: int
) -> None:
    source = source_of(tmp_path)

    first, second = await asyncio.gather(
        import_folder(city, [source], data), import_folder(city, [source], data)
    )

    assert sorted(one.skipped for one in (*first.files, *second.files)) == [False, True]
    assert first.changed + second.changed == large
    found = await city.history(view, Query(types=TypeIs("WaterObserved")), Window())
    assert sum(len(one.attributes["height"]) for one in found) == large


async def test_child_reads_file_after_file(
    city: City, view: View, tmp_path: Path, data: Path, large: int
) -> None:
    (data / "a.csv").write_text(readings([("first", 0, 1.0)]))
    (data / "z.csv").write_text(readings([("last", 0, 1.0)]) + WRONG)
    await import_folder(city, [source_of(tmp_path)], data, only=["readings"])
    (data / "z.csv").write_text(readings([("last", 0, 2.0)]))

    again = await import_folder(city, [source_of(tmp_path)], data)

    assert [(one.file, one.read, one.skipped) for one in again.files] == [
        ("a.csv", 1, True),
        ("in.csv", large + 3, True),
        ("z.csv", 1, False),
    ]
    found = await city.history(view, Query(types=TypeIs("WaterObserved")), Window())
    assert sum(len(one.attributes["height"]) for one in found) == large + 3
