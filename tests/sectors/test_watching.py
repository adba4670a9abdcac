"""A watched folder: what is dropped or grows there is in the graph, without any polling."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hansa.base.clock import ManualClock
from hansa.base.logs import make_logger
from hansa.context import City, Entity, Query, TypeIs, Window
from hansa.guard import View
from hansa.sectors import Source, file_reports, watch
from tests.sectors.helpers import READINGS, readings, source_of

LIVE = READINGS + "every: 600\n"


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return source_of(tmp_path, LIVE)


@pytest.fixture
async def watching(
    city: City, source: Source, data: Path, clock: ManualClock
) -> AsyncIterator["asyncio.Task[None]"]:
    """The watch, running; it fails the test if it fails."""
    clock.set(datetime(2026, 6, 2, tzinfo=UTC))
    logger = make_logger("testing", clock, io.StringIO())
    task = asyncio.create_task(watch(city, [source], data, logger))
    yield task
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def _entity(city: City, view: View, kind: str) -> Entity | None:
    page = await city.read(view, Query(types=TypeIs(kind)))
    return page.entities[0] if page.entities else None


async def _until(city: City, view: View, kind: str, holds: Callable[[Entity], bool]) -> Entity:
    """The entity once `holds`; woken by the change log."""
    async with asyncio.timeout(30):
        after = city.last_change
        found = await _entity(city, view, kind)
        if found is not None and holds(found):
            return found
        async for _ in city.changes(view, None, after=after):
            found = await _entity(city, view, kind)
            if found is not None and holds(found):
                return found
    raise AssertionError("unreachable")


def _level(value: float) -> Callable[[Entity], bool]:
    return lambda entity: entity.value("height") == value


async def test_file_that_is_dropped_is_read(
    city: City, view: View, source: Source, data: Path, watching: object
) -> None:
    (data / "in.csv").write_text(readings([("a", 1, 50)]))

    found = await _until(city, view, "WaterObserved", _level(0.5))

    assert found.observed_at("height") == datetime(2026, 5, 4, 0, 1, tzinfo=UTC)


async def test_file_in_the_subfolder_of_the_source_is_read(
    city: City, view: View, data: Path, watching: object
) -> None:
    (data / "readings").mkdir()
    (data / "readings" / "in.csv").write_text(readings([("a", 1, 50)]))
    (data / "in.txt").write_text("nobody's")

    await _until(city, view, "WaterObserved", _level(0.5))


async def test_growing_file_is_read_on_line_by_line(
    city: City, view: View, source: Source, data: Path, watching: object
) -> None:
    path = data / "in.csv"
    path.write_text(readings([("a", 1, 50)]) + "a,2026-05-04T00:02:00Z,6")
    await _until(city, view, "WaterObserved", _level(0.5))
    with path.open("a") as file:
        file.write("0\na,2026-05-04T00:03:00Z,70\na,2026-05-04T00:04")
    await _until(city, view, "WaterObserved", _level(0.7))
    with path.open("a") as file:
        file.write(":00Z,80\n")
    await _until(city, view, "WaterObserved", _level(0.8))

    (evolution,) = await city.history(view, Query(types=TypeIs("WaterObserved")), Window())
    heights = [one.body["value"] for one in evolution.attributes["height"] if one.body]
    (report,) = await file_reports(city, source)
    assert heights == [0.5, 0.6, 0.7, 0.8]
    assert (report.read, report.accepted, report.refused) == (4, 4, 0)


async def test_rewritten_file_is_read_anew(
    city: City, view: View, source: Source, data: Path, watching: object
) -> None:
    path = data / "in.csv"
    path.write_text(readings([("a", 1, 50), ("a", 2, 60)]))
    await _until(city, view, "WaterObserved", _level(0.6))

    fresh = data / ".fresh"
    fresh.write_text(readings([("a", 1, 50), ("a", 2, 60), ("a", 3, 65)]).replace(",60\n", ",61\n"))
    fresh.replace(path)
    await _until(city, view, "WaterObserved", _level(0.65))

    (report,) = await file_reports(city, source)
    assert (report.read, report.accepted) == (3, 3)


async def test_what_came_while_nobody_watched_is_read_first(
    city: City, view: View, source: Source, data: Path, clock: ManualClock
) -> None:
    clock.set(datetime(2026, 6, 2, tzinfo=UTC))
    (data / "in.csv").write_text(readings([("a", 1, 50)]))
    logger = make_logger("testing", clock, io.StringIO())
    async with asyncio.TaskGroup() as group:
        task = group.create_task(watch(city, [source], data, logger))
        await _until(city, view, "WaterObserved", _level(0.5))
        task.cancel()


async def test_live_row_is_known_when_it_comes_and_an_old_one_at_its_time(
    city: City, view: View, data: Path, clock: ManualClock, watching: object
) -> None:
    now = clock.now()
    fresh, old = now - timedelta(minutes=1), now - timedelta(days=1)
    rows = f"a,{old.isoformat()},10\na,{fresh.isoformat()},20\n"
    (data / "in.csv").write_text("post,time,level\n" + rows)
    await _until(city, view, "WaterObserved", _level(0.2))

    (evolution,) = await city.history(view, Query(types=TypeIs("WaterObserved")), Window())

    heights = evolution.attributes["height"]
    assert [(one.recorded_at, one.backfilled) for one in heights] == [(old, True), (now, False)]


async def test_source_that_falls_silent_is_late_by_the_clock(
    city: City, view: View, data: Path, clock: ManualClock, watching: object
) -> None:
    now = clock.now()
    (data / "in.csv").write_text(f"post,time,level\na,{now.isoformat()},10\n")
    await _until(city, view, "DataSource", lambda one: one.value("health") == "ok")

    clock.advance(timedelta(seconds=601))
    await _until(city, view, "DataSource", lambda one: one.value("health") == "late")

    later = clock.now()
    (data / "in2.csv").write_text(f"post,time,level\na,{later.isoformat()},10\n")
    clock.advance(timedelta(seconds=2))
    await _until(city, view, "DataSource", lambda one: one.value("health") == "ok")


async def test_entity_of_the_source_is_told_at_most_once_a_second_and_then_the_truth(
    city: City, view: View, data: Path, clock: ManualClock, watching: object
) -> None:
    for number in range(1, 6):
        (data / f"{number}.csv").write_text(readings([("a", number, number * 10)]))
        await _until(city, view, "WaterObserved", _level(number / 10))
    first = await _entity(city, view, "DataSource")
    clock.advance(timedelta(seconds=1))
    last = await _until(city, view, "DataSource", lambda one: one.value("rowsRead") == 5)

    assert first is not None
    assert first.value("rowsRead") == 1
    assert last.value("rowsAccepted") == 5


async def test_last_line_without_an_end_is_a_line_once_nobody_goes_on_with_it(
    city: City, view: View, source: Source, data: Path, clock: ManualClock, watching: object
) -> None:
    path = data / "in.csv"
    path.write_text(readings([("a", 1, 50)]) + "a,2026-05-04T00:02:00Z,60")
    await _until(city, view, "WaterObserved", _level(0.5))
    clock.advance(timedelta(seconds=5))
    await _until(city, view, "WaterObserved", _level(0.6))

    with path.open("a") as file:
        file.write("\na,2026-05-04T00:03:00Z,70\n")
    await _until(city, view, "WaterObserved", _level(0.7))

    (report,) = await file_reports(city, source)
    assert (report.read, report.accepted) == (3, 3)
