"""Bulk import into a real city: counts, times, quarantine, once and only once."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hansa.base.clock import ManualClock
from hansa.base.settings import CitySettings
from hansa.context import Change, City, Entity, Op, Query, TypeIs, Window
from hansa.guard import View
from hansa.sectors import (
    PrivacyTooOpen,
    Source,
    UnknownSource,
    import_folder,
    load_source,
    quarantine,
    rerun,
)
from tests.sectors.helpers import READINGS, VOCABULARY, readings, source_of

FIXTURES = Path(__file__).parent / "fixtures"


async def _all(city: City, view: View, kind: str) -> dict[str, Entity]:
    page = await city.read(view, Query(types=TypeIs(kind)))
    return {one.id: one for one in page.entities}


async def _source_entity(city: City, view: View, source: Source) -> Entity:
    return (await _all(city, view, "DataSource"))[source.id]


async def test_every_row_is_accepted_or_refused_and_the_source_says_so(
    city: City, view: View, tmp_path: Path, data: Path
) -> None:
    source = source_of(tmp_path)
    good = readings([("a", minute, 100 + minute) for minute in range(700)])
    (data / "in.csv").write_text(good + "a,2026-05-04T23:00:00Z,high\n,,\n")

    (report,) = (await import_folder(city, [source], data)).files

    assert (report.read, report.accepted, report.refused, report.changed) == (702, 700, 2, 700)
    assert report.refusals == {"number": 1, "required": 1}
    told = await _source_entity(city, view, source)
    assert told.value("health") == "quarantined"
    assert [told.value(name) for name in ("rowsRead", "rowsAccepted", "rowsRefused")] == [
        702,
        700,
        2,
    ]
    assert told.value("newestObservedAt")["@value"] == "2026-05-04T11:39:00Z"
    assert (
        told.value("lag")
        == (city.clock.now() - datetime(2026, 5, 4, 11, 39, tzinfo=UTC)).total_seconds()
    )


async def test_row_tells_each_state_from_the_time_it_was_known(
    city: City, view: View, data: Path
) -> None:
    source = load_source(FIXTURES / "requests-csv" / "mapping.yaml", VOCABULARY)
    (data / "in.csv").write_bytes((FIXTURES / "requests-csv" / "input.csv").read_bytes())
    await import_folder(city, [source], data)
    query = Query(ids=("urn:ngsi-ld:Open311ServiceRequest:1",))

    async def known(at: datetime | None) -> Entity | None:
        page = await city.read(view, query, at=at)
        return page.entities[0] if page.entities else None

    opened = await known(datetime(2026, 5, 4, 12, tzinfo=UTC))
    closed = await known(None)
    (evolution,) = await city.history(view, query, Window())

    assert await known(datetime(2026, 5, 4, 5, tzinfo=UTC)) is None
    assert opened is not None
    assert opened.value("status") == "open"
    assert opened.value("closedAt") is None
    assert closed is not None
    assert closed.value("status") == "closed"
    instances = evolution.attributes["status"]
    assert [one.recorded_at for one in instances] == [one.observed_at for one in instances]
    assert all(one.backfilled for one in instances)


async def test_same_file_twice_changes_nothing(city: City, tmp_path: Path, data: Path) -> None:
    source = source_of(tmp_path)
    (data / "in.csv").write_text(readings([("a", n, n) for n in range(50)]))
    await import_folder(city, [source], data)
    number = city.last_change

    (report,) = (await import_folder(city, [source], data)).files

    assert report.skipped
    assert (report.read, report.accepted, report.changed) == (50, 50, 0)
    assert city.last_change == number


@pytest.mark.parametrize("name", ["requests-csv", "buoy-csv", "faults-jsonl", "posts-geojson"])
async def test_file_read_anew_changes_no_row(
    city: City, data: Path, clock: ManualClock, name: str
) -> None:
    clock.set(datetime(2026, 12, 1, tzinfo=UTC))
    source = load_source(FIXTURES / name / "mapping.yaml", VOCABULARY)
    content = next((FIXTURES / name).glob("input.*"))
    (data / content.name).write_bytes(content.read_bytes())
    (first,) = (await import_folder(city, [source], data)).files
    clock.advance(timedelta(days=1))

    with (data / content.name).open("ab") as file:
        file.write(b"\n ")
    (report,) = (await import_folder(city, [source], data)).files

    assert not report.skipped
    assert (first.changed > 0, report.changed) == (True, 0)
    assert (report.read, report.refused) == (first.read, first.refused)


async def test_reading_that_comes_late_goes_to_history(
    city: City, view: View, tmp_path: Path, data: Path
) -> None:
    source = source_of(tmp_path)
    (data / "1.csv").write_text(readings([("a", 60, 150)]))
    (data / "2.csv").write_text(readings([("a", 30, 120)]))
    await import_folder(city, [source], data)

    (entity,) = (await _all(city, view, "WaterObserved")).values()
    (evolution,) = await city.history(view, Query(ids=(entity.id,)), Window())

    assert entity.value("height") == 1.5
    assert [one.body["value"] for one in evolution.attributes["height"] if one.body] == [1.2, 1.5]


async def test_interrupted_import_goes_on_where_it_was_and_doubles_nothing(
    settings: CitySettings, tmp_path: Path, data: Path, clock: ManualClock
) -> None:
    source = source_of(tmp_path)
    rows = [(f"p{n % 7}", n // 7, float(n % 900)) for n in range(7 * 600)]
    (data / "in.csv").write_text(readings(rows) + "p1,2026-05-04T20:00:00Z,high\n" * 3)
    counts = []
    for stop_after in (1, 1200, 2500, None):
        city = await City.open(settings, VOCABULARY, tmp_path / "home", clock)
        task = asyncio.create_task(import_folder(city, [source], data))
        if stop_after is not None:
            await city.news.beyond(stop_after)
            task.cancel()
            await asyncio.wait([task])
            assert task.cancelled()
        else:
            counts = [(one.read, one.accepted, one.refused) for one in (await task).files]
            view = city.guard.view(city.guard.machine("sectors", city.world))
            found = await city.history(view, Query(types=TypeIs("WaterObserved")), Window())
            refused = await quarantine(city, source)
            told = await _source_entity(city, view, source)
        await city.close()

    assert counts == [(4203, 4200, 3)]
    assert sum(len(one.attributes["height"]) for one in found) == 4200
    assert [one.line for one in refused] == [4202, 4203, 4204]
    assert told.value("rowsRead") == 4203


async def test_refused_row_waits_in_quarantine_until_the_mapping_is_mended(
    city: City, view: View, tmp_path: Path, data: Path
) -> None:
    narrow = READINGS.replace("[0, 1000]", "[0, 100]")
    (data / "in.csv").write_text(readings([("a", 1, 50), ("a", 2, 500), ("a", 3, 5000)]))
    await import_folder(city, [source_of(tmp_path, narrow)], data)
    before = await quarantine(city, source_of(tmp_path, narrow))

    source = source_of(tmp_path)
    (report,) = (await rerun(city, source)).files

    assert [(one.line, one.field, one.rule) for one in before] == [
        (3, "level", "range"),
        (4, "level", "range"),
    ]
    assert (report.read, report.accepted, report.refused, report.changed) == (3, 2, 1, 1)
    assert [one.line for one in await quarantine(city, source)] == [4]
    told = await _source_entity(city, view, source)
    assert (told.value("rowsAccepted"), told.value("rowsRefused")) == (2, 1)


async def test_rerun_takes_rows_from_quarantine_where_the_file_is_gone(
    city: City, view: View, tmp_path: Path, data: Path
) -> None:
    narrow = READINGS.replace("[0, 1000]", "[0, 100]")
    (data / "in.csv").write_text(readings([("a", 1, 50), ("a", 2, 500), ("a", 3, 5000)]))
    await import_folder(city, [source_of(tmp_path, narrow)], data)
    (data / "in.csv").unlink()

    (report,) = (await rerun(city, source_of(tmp_path))).files

    assert (report.read, report.accepted, report.refused, report.changed) == (3, 2, 1, 1)
    (entity,) = (await _all(city, view, "WaterObserved")).values()
    assert entity.value("height") == 5.0


async def test_mended_file_clears_its_quarantine(city: City, tmp_path: Path, data: Path) -> None:
    source = source_of(tmp_path)
    (data / "in.csv").write_text(readings([("a", 1, 50)]) + "a,2026-05-04T01:00:00Z,high\n")
    await import_folder(city, [source], data)

    (data / "in.csv").write_text(readings([("a", 1, 50), ("a", 60, 51)]))
    (report,) = (await import_folder(city, [source], data)).files

    assert (report.read, report.accepted, report.refused, report.changed) == (2, 2, 0, 1)
    assert await quarantine(city, source) == ()


async def test_attribute_of_another_source_is_refused_by_the_graph_and_others_stand(
    city: City, view: View, tmp_path: Path, data: Path
) -> None:
    grant = city.guard.machine("sectors", city.world)
    foreign = {"type": "WaterObserved", "height": {"type": "Property", "value": 1}}
    theirs = Change(Op.CREATE, "urn:ngsi-ld:WaterObserved:b", foreign, owner="urn:x:other")
    await city.write(grant, [theirs])
    source = source_of(tmp_path)
    (data / "in.csv").write_text(readings([("a", 1, 50), ("b", 1, 50), ("c", 1, 50)]))

    (report,) = (await import_folder(city, [source], data)).files
    (refusal,) = await quarantine(city, source)

    assert (report.read, report.accepted, report.refused, report.changed) == (3, 2, 1, 2)
    assert (refusal.line, refusal.field) == (3, "height")
    assert refusal.rule == "each attribute has one owning source"
    heights = await _all(city, view, "WaterObserved")
    assert [one.value("height") for one in heights.values()] == [1, 0.5, 0.5]


async def test_file_that_breaks_off_shows_on_the_source(
    city: City, view: View, tmp_path: Path, data: Path
) -> None:
    source = source_of(tmp_path)
    (data / "in.csv").write_text("post,time\n")
    (report,) = (await import_folder(city, [source], data)).files
    failing = await _source_entity(city, view, source)
    (data / "in.csv").write_text(readings([("a", 1, 50)]))
    await import_folder(city, [source], data)
    mended = await _source_entity(city, view, source)

    assert report.trouble is not None
    assert report.trouble.rule == "columns"
    assert failing.value("health") == "failing"
    assert mended.value("health") == "ok"


async def test_row_of_a_time_to_come_is_refused(city: City, tmp_path: Path, data: Path) -> None:
    later = city.clock.now() + timedelta(days=1)
    (data / "in.csv").write_text(f"post,time,level\na,{later.isoformat()},5\n")
    source = source_of(tmp_path)

    (report,) = (await import_folder(city, [source], data)).files

    assert report.refusals == {"time-in-future": 1}


async def test_personal_cells_are_neither_in_graph_nor_in_quarantine(
    city: City, tmp_path: Path, data: Path
) -> None:
    source = load_source(FIXTURES / "requests-csv" / "mapping.yaml", VOCABULARY)
    text = (FIXTURES / "requests-csv" / "input.csv").read_text()
    secret = "1 Made-up Street"
    (data / "in.csv").write_text(
        text.replace("10,2026-05-04 08:30:00,,Graffiti,R", f"10,x,x,{secret}")
    )

    await import_folder(city, [source], data)

    assert await quarantine(city, source)
    await city.close()
    graph = b"".join(path.read_bytes() for path in (tmp_path / "home").glob("graph.db*"))
    assert secret.encode() not in graph
    assert b"Pothole" in graph


async def test_mapping_more_private_than_the_catalogue_is_not_imported(
    city: City, tmp_path: Path, data: Path
) -> None:
    source = source_of(
        tmp_path, READINGS.replace("column: post}", "column: post, privacy: personal}")
    )
    (data / "in.csv").write_text(readings([("a", 1, 50)]))

    with pytest.raises(PrivacyTooOpen, match="stationID is public in the catalogue"):
        await import_folder(city, [source], data)


async def test_unknown_source_is_named(city: City, tmp_path: Path, data: Path) -> None:
    with pytest.raises(UnknownSource, match="readings"):
        await import_folder(city, [source_of(tmp_path)], data, only=["reading"])


async def test_constants_are_said_once_however_often_reading_begins_anew(
    city: City, view: View, tmp_path: Path, data: Path
) -> None:
    text = READINGS.replace("fields:", "constants: {name: {value: Gauge}}\nfields:")
    source = source_of(tmp_path, text)
    for file in range(3):  # a runner of its own for each import, as after a kill
        (data / f"{file}.csv").write_text(readings([("a", file, 50 + file)]))
        await import_folder(city, [source], data)
    (evolution,) = await city.history(
        view, Query(types=TypeIs("WaterObserved")), Window(timeproperty="modifiedAt")
    )
    assert [len(evolution.attributes[name]) for name in ("height", "name")] == [3, 1]
