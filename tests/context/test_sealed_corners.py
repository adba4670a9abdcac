"""Where sealed history and hot rows could tell of the same thing in two ways."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hansa.base.clock import ManualClock
from hansa.base.problems import HistoryNotKept, ViewEnded
from hansa.base.replayclock import ReplayClock
from hansa.base.settings import CitySettings, load_city
from hansa.base.times import format_instant
from hansa.base.vocabulary import load_vocabulary
from hansa.context import (
    Aggregation,
    Change,
    City,
    Method,
    Op,
    Period,
    Query,
    TypeIs,
    Window,
    sealing,
)
from hansa.guard import Grant, View

START = datetime(2026, 5, 1, tzinfo=UTC)
NOW = timedelta(0)
KIND = "WaterQualityObserved"
OTHER = "AirQualityObserved"
HERE = f"urn:ngsi-ld:{KIND}:x"
EVERY = Query(types=TypeIs(KIND))
ONE = Query(ids=(HERE,))


def said(hour: float, *, observed: bool = True, kind: str = KIND, **values: Any) -> Change:
    """What a source said of the station, known at an hour."""
    moment = START + timedelta(hours=hour)
    body: dict[str, Any] = {"type": kind}
    for name, value in values.items():
        body[name] = {"type": "Property", "value": value}
        if observed:
            body[name]["observedAt"] = format_instant(moment)
    return Change(Op.UPDATE_OR_CREATE, HERE, body, known_at=moment)


async def pasts(city: City, view: View) -> list[Any]:
    told = await city.history(view, ONE, Window(timeproperty="modifiedAt"))
    return [one.body["value"] for one in told[0].attributes["pH"] if one.body]


@pytest.mark.parametrize("times", [2, 6])
async def test_late_values_that_files_know_are_judged_in_the_end(
    city: City, grant: Grant, view: View, times: int
) -> None:
    """What files say of one value decides which question the next one leads to."""
    await city.write(grant, (said(1, observed=False, pH=1),))
    await city.sealer.round(hot_for=NOW, few=1)
    await city.write(grant, (said(100, observed=False, pH=5),))
    late = [said(20 + one, observed=False, pH=1) for one in range(times)]

    async with asyncio.timeout(30):
        await city.write(grant, (*late, said(90, observed=False, pH=2)))

    assert await pasts(city, view) == [1, 2, 5]


async def test_the_last_instances_are_those_that_are_not_deleted(
    city: City, grant: Grant, view: View
) -> None:
    for hour in range(3):
        await city.write(grant, (said(hour, pH=hour + 0.5),))
    told = await city.history(view, ONE, Window())
    await city.forget(grant, HERE, "pH", told[0].attributes["pH"][-1].number)

    last = await city.history(view, ONE, Window(last=1))

    assert [one.body and one.body["value"] for one in last[0].attributes["pH"]] == [1.5]


@pytest.mark.parametrize("end", [timedelta(minutes=30), timedelta(hours=1)])
async def test_a_window_that_ends_inside_a_period_counts_nothing_after_it(
    city: City, grant: Grant, view: View, end: timedelta
) -> None:
    for minute in (0, 15, 45, 75):
        await city.write(grant, (said(minute / 60, pH=minute),))
    window = Window(after=START, before=START + end)
    wish = Aggregation((Method.MAX,), Period(micros=2 * 3_600_000_000))
    plain = await city.aggregates(view, EVERY, window, wish)

    await city.sealer.round(hot_for=NOW, few=1)

    assert plain[0].attributes["pH"][Method.MAX][0].value == (15 if end.seconds < 3600 else 45)
    assert await city.aggregates(view, EVERY, window, wish) == plain


async def test_the_least_text_is_the_least_wherever_it_lies(
    city: City, grant: Grant, view: View
) -> None:
    for hour, text in enumerate(("Main St", "Main St North", 'a"b', "a\tb")):
        await city.write(grant, (said(hour, O2=text),))
    wish = Aggregation((Method.MIN, Method.MAX), None)
    plain = await city.aggregates(view, EVERY, Window(), wish)

    await city.sealer.round(hot_for=NOW, few=1)

    assert plain[0].attributes["O2"][Method.MIN][0].value == "Main St"
    assert await city.aggregates(view, EVERY, Window(), wish) == plain


@pytest.mark.parametrize("merged", [False, True])
async def test_an_entity_that_takes_on_a_type_keeps_its_sealed_past(
    city: City, grant: Grant, view: View, merged: bool
) -> None:
    for hour in range(9 if merged else 1):
        await city.write(grant, (said(hour, pH=3),))
        await city.sealer.round(hot_for=NOW, few=1)

    await city.write(grant, (said(10, kind=OTHER, O2=3),))

    for _ in range(2):
        then = await city.read(view, Query(types=TypeIs(OTHER)), START + timedelta(hours=11))
        assert [one.value("pH") for one in then.entities] == [3]
        await city.sealer.round(hot_for=NOW, few=1)


async def test_what_was_not_kept_is_refused_by_id_too(
    settings: CitySettings, tmp_path: Path, clock: ManualClock
) -> None:
    yaml = settings.folder / "city.yaml"
    yaml.write_text(yaml.read_text() + f"retention: {{{KIND}: 30}}\n")
    city = await City.open(load_city(settings.folder), load_vocabulary(), tmp_path / "h", clock)
    grant = Grant("ann", "administrator", "operation", clock.now(), city.world)
    view = city.guard.view(grant)
    try:
        for hour in (0, 5, 24 * 25):
            await city.write(grant, (said(hour, pH=hour),))
        await city.sealer.round(hot_for=NOW)

        with pytest.raises(HistoryNotKept):
            await city.read(view, ONE, START + timedelta(hours=1))
        assert (await city.read(view, ONE, clock.now())).entities[0].value("pH") == 600
    finally:
        await city.close()


async def test_the_log_leaves_out_what_was_deleted_before_it_is_sealed(
    city: City, grant: Grant, view: View
) -> None:
    await city.write(grant, (said(1, pH=7, O2=3),), quiet=True)

    await city.forget(grant, HERE, "O2")

    plain = await anext(city.changes(view, None, 0))
    assert set(plain[0].fragment) == {"pH"}
    await city.sealer.round(hot_for=NOW, few=1)
    assert await anext(city.changes(view, None, 0)) == plain


async def test_deleted_rows_leave_the_store_although_they_are_few(city: City, grant: Grant) -> None:
    await city.write(grant, (said(1, pH=7.25),))
    await city.forget(grant, HERE, "pH")

    await city.sealer.round(hot_for=NOW)

    left = await city.database.read(lambda tx: tx.one("SELECT count(*) FROM history"))
    assert left == (0,)


async def test_a_table_is_refused_when_the_view_is_over_outside_a_replay(
    settings: CitySettings, tmp_path: Path
) -> None:
    outside = ManualClock(START)
    past = datetime(2015, 7, 15, tzinfo=UTC)
    clock = ReplayClock(past, past + timedelta(days=1), 1, outside)
    city = await City.open(settings, load_vocabulary(), tmp_path / "replay", clock)
    try:
        grant = Grant("ann", "administrator", "operation", START, city.world)
        view = replace(city.guard.view(grant), valid_until=START)

        with pytest.raises(ViewEnded):
            await city.table(view, KIND, ["pH"])
    finally:
        await city.close()


@pytest.mark.parametrize("large", [False, True])
async def test_what_is_to_go_leaves_large_files_too(
    city: City, grant: Grant, view: View, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hour in range(3):
        await city.write(grant, (said(hour, pH=hour + 0.5, O2=3),))
    await city.sealer.round(hot_for=NOW, few=1)
    monkeypatch.setattr(sealing, "_LARGE", 1 if large else 100)
    await city.forget(grant, HERE, "O2")

    await city.sealer.round(hot_for=NOW, few=1)

    rows = await city.database.read(lambda tx: tx.one("SELECT sum(rows) FROM segment"))
    left = await city.database.read(lambda tx: tx.one("SELECT count(*) FROM tombstone"))
    assert (rows, left) == ((3,), (0,))
    assert len(await pasts(city, view)) == 3
