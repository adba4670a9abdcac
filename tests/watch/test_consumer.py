"""The watch over a real city: alerts as entities, timers, crashes, and what others do."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hansa.base.clock import ManualClock
from hansa.base.problems import BadFile
from hansa.base.times import format_instant
from hansa.context import Change, City, Op, Query, Record, TypeIs, Window
from hansa.guard import Grant, PrivacyClass
from hansa.watch import CONSUMER, Rule
from hansa.watch.consumer import Watcher
from tests.watch.conftest import alerts, until, watching
from tests.watch.making import BUOY, CALLS, OXYGEN, SILENCE, rules_of


def value(given: Any, **more: Any) -> dict[str, Any]:
    return {"type": "Property", "value": given, **more}


def oxygen(city: City, given: float, entity: str = BUOY) -> Change:
    now = format_instant(city.clock.now())
    body = {
        "type": "WaterQualityObserved",
        "name": value("The buoy"),
        "O2": value(given, observedAt=now, unitCode="M1"),
        "location": {
            "type": "GeoProperty",
            "value": {"type": "Point", "coordinates": [39.7, 54.6]},
        },
    }
    return Change(Op.UPDATE_OR_CREATE, entity, body, by_observation=True)


def call(name: str, **more: Any) -> Change:
    body = {
        "type": "Open311ServiceRequest",
        "service_name": value("No heat"),
        "district": value("North"),
        "address_string": value("a house and a flat"),
        "location": {
            "type": "GeoProperty",
            "value": {"type": "Point", "coordinates": [39.7, 54.6]},
        },
    }
    return Change(Op.CREATE, f"urn:ngsi-ld:Open311ServiceRequest:{name}", body, **more)


async def watcher_of(city: City, rules: Sequence[Rule]) -> Watcher:
    grant = city.guard.machine("watch", city.world)
    return await Watcher.open(city, rules, grant, city.guard.view(grant))


async def news(city: City, watcher: Watcher) -> Sequence[Record]:
    """The next batch that the watch has not dealt with."""
    view = city.guard.view(city.guard.machine("watch", city.world))
    async for batch in city.changes(view, CONSUMER, after=watcher.dealt_with):
        return batch
    raise AssertionError("the change log ended")


async def test_reading_opens_raises_and_clears(
    city: City, grant: Grant, clock: ManualClock, tmp_path: Path
) -> None:
    rules = rules_of(
        tmp_path / "rules", OXYGEN | {"levels": [{"at": 3, "severity": "high"}], "text": {"en": ""}}
    )
    async with watching(city, rules):
        await city.write(grant, [oxygen(city, 4.25)])
        alert = (await until(city, grant, oxygen="open"))[BUOY]
        assert alert.value("title") == {"en": "Low oxygen at The buoy: 4.25"}
        assert alert.value("severity") == "medium"
        assert alert.value("alertSource") == BUOY
        assert alert.attribute("measuredValue") == value(4.25, unitCode="M1")
        assert alert.value("location")["coordinates"] == [39.7, 54.6]
        assert alert.value("sector") == "water"
        clock.advance(timedelta(minutes=5))
        await city.write(grant, [oxygen(city, 2)])
        clock.advance(timedelta(minutes=5))
        await city.write(grant, [oxygen(city, 8)])
        cleared = (await until(city, grant, oxygen="cleared"))[BUOY]
    assert cleared.id == alert.id
    assert cleared.value("severity") == "high"
    assert cleared.value("dateIssued") == "2026-06-01T12:00:00Z"
    assert cleared.value("clearedAt") == "2026-06-01T12:10:00Z"
    assert await city.holder(city.world, "", f"alert:oxygen:{BUOY}") is None


async def test_a_title_says_the_name_that_its_language_has_for_it(
    city: City, grant: Grant, tmp_path: Path
) -> None:
    folder = city.settings.folder / "words"
    folder.mkdir(exist_ok=True)
    (folder / "en.yaml").write_text("post.buoy: The old buoy\n")
    (folder / "ru.yaml").write_text("post.buoy: The buoy\n")
    async with watching(city, rules_of(tmp_path / "rules", OXYGEN)):
        await city.write(grant, [oxygen(city, 4.25)])
        alert = (await until(city, grant, oxygen="open"))[BUOY]
    assert alert.value("title")["en"] == "Low oxygen at The old buoy: 4.25"


async def test_late_reading_goes_to_history_and_rings_nothing(
    city: City, grant: Grant, clock: ManualClock, tmp_path: Path
) -> None:
    late = oxygen(city, 2)
    clock.advance(timedelta(minutes=5))
    async with watching(city, rules_of(tmp_path / "rules", OXYGEN)):
        await city.write(grant, [oxygen(city, 8)])
        await city.write(grant, [late, oxygen(city, 4, "urn:x:marker")])
        found = await until(city, grant, oxygen="open")
    assert set(found) == {"urn:x:marker"}


async def test_what_stands_under_a_dataset_rings_nothing(
    city: City, grant: Grant, tmp_path: Path
) -> None:
    """A second sample, a second source: not the value of the attribute."""
    second = oxygen(city, 2)
    instance = {**second.body["O2"], "datasetId": "urn:x:second"}
    async with watching(city, rules_of(tmp_path / "rules", OXYGEN)):
        await city.write(grant, [oxygen(city, 8)])
        await city.write(grant, [second._replace(body={**second.body, "O2": instance})])
        await city.write(grant, [oxygen(city, 4, "urn:x:marker")])
        found = await until(city, grant, oxygen="open")
    assert set(found) == {"urn:x:marker"}


async def test_count_names_its_sources_and_keeps_addresses_out(
    city: City, grant: Grant, tmp_path: Path
) -> None:
    async with watching(city, rules_of(tmp_path / "rules", CALLS)):
        await city.write(grant, [call(name) for name in "abc"])
        alert = (await until(city, grant, calls="open"))["North"]
    assert len(alert.value("alertSource")) == 3
    assert alert.value("title") == {"en": "3 requests, North"}
    assert alert.value("measuredValue") == 3
    assert b"a house and a flat" not in alert.body


async def test_silence_rings_by_the_clock_and_ends_with_a_reading(
    city: City, grant: Grant, clock: ManualClock, tmp_path: Path
) -> None:
    oxygen_rule = OXYGEN | {"when": {"type": "WaterQualityObserved", "q": "O2<5"}}
    async with watching(city, rules_of(tmp_path / "rules", SILENCE, oxygen_rule)):
        await city.write(grant, [oxygen(city, 8), oxygen(city, 4, "urn:x:marker")])
        await until(city, grant, oxygen="open")
        clock.advance(timedelta(minutes=31))
        alert = (await until(city, grant, silence="open"))[BUOY]
        assert alert.value("title") == {"en": "The buoy is silent for 30 min"}
        await city.write(grant, [oxygen(city, 8.1)])
        await until(city, grant, silence="cleared")


async def test_restart_goes_on_where_it_stopped(
    city: City, grant: Grant, clock: ManualClock, tmp_path: Path
) -> None:
    rules = rules_of(tmp_path / "rules", OXYGEN | {"for": "10 min"})
    watcher = await watcher_of(city, rules)
    await city.write(grant, [oxygen(city, 4)])
    await watcher.handle(await news(city, watcher))
    assert await alerts(city, grant) == {}
    clock.advance(timedelta(minutes=11))  # the node is down meanwhile
    async with watching(city, rules):
        alert = (await until(city, grant, oxygen="open"))[BUOY]
    assert alert.value("dateDetected") == "2026-06-01T12:00:00Z"


async def test_crash_before_the_commit_loses_nothing_and_doubles_nothing(
    city: City, grant: Grant, tmp_path: Path
) -> None:
    rules = rules_of(tmp_path / "rules", OXYGEN, CALLS)
    await city.write(grant, [oxygen(city, 4), *(call(name) for name in "abcd")])
    dying = await watcher_of(city, rules)
    task = asyncio.create_task(dying.handle(await news(city, dying)))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    async with watching(city, rules):
        found = await until(city, grant, oxygen="open", calls="open")
    assert len(found) == 2
    page = await city.read(city.guard.view(grant), Query(ids=(found["North"].id,)))
    assert page.entities[0].value("measuredValue") == 4


async def test_dying_at_any_moment_gives_the_same_alerts(
    city: City, grant: Grant, tmp_path: Path
) -> None:
    rules = rules_of(tmp_path / "rules", OXYGEN, CALLS)
    await city.write(grant, [oxygen(city, 4, f"urn:x:{n}") for n in range(5)])
    await city.write(grant, [call(name) for name in "abcde"])
    for steps in range(40):
        task = asyncio.create_task(_one_batch(city, rules))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    async with watching(city, rules):
        found = await until(city, grant, oxygen="open", calls="open")
    assert len(found) == 6
    assert found["North"].value("measuredValue") == 5
    for key, alert in found.items():
        rule = alert.value("rule")
        assert await city.holder(city.world, "", f"alert:{rule}:{key}") == alert.id


async def _one_batch(city: City, rules: Sequence[Rule]) -> None:
    watcher = await watcher_of(city, rules)
    await watcher.handle(await news(city, watcher))


async def test_log_read_again_gives_the_same_alerts(
    city: City, grant: Grant, clock: ManualClock, tmp_path: Path
) -> None:
    rules = rules_of(tmp_path / "rules", OXYGEN)
    first = await watcher_of(city, rules)
    for given in (4, 8, 3):
        await city.write(grant, [oxygen(city, given)])
        clock.advance(timedelta(minutes=1))
    batch = await news(city, first)
    await first.handle(batch)
    before = await city.read(city.guard.view(grant), _alerts())
    await first.handle(batch)
    after = await city.read(city.guard.view(grant), _alerts())
    assert [one.id for one in before.entities] == [one.id for one in after.entities]
    assert [one.value("state") for one in after.entities] == ["cleared", "open"]


def _alerts() -> Query:
    return Query(id_pattern="^urn:ngsi-ld:Alert:")


@pytest.mark.parametrize("size", [1, 2, 3, 7])
async def test_batches_may_be_cut_anywhere(
    city: City, grant: Grant, clock: ManualClock, tmp_path: Path, size: int
) -> None:
    rules = rules_of(tmp_path / "rules", OXYGEN, CALLS)
    watcher = await watcher_of(city, rules)
    for minute, given in enumerate((8, 4, 5.5, 6.5, 3, 7, 2)):
        await city.write(grant, [oxygen(city, given), call(str(minute))])
        clock.advance(timedelta(minutes=1))
    batch = await news(city, watcher)
    for start in range(0, len(batch), size):
        await watcher.handle(batch[start : start + size])
    page = await city.read(city.guard.view(grant), _alerts())
    found = [(one.value("rule"), one.value("dateDetected")[14:16]) for one in page.entities]
    assert sorted(found) == [("calls", "02"), ("oxygen", "01"), ("oxygen", "04"), ("oxygen", "06")]


async def test_alert_that_somebody_deleted_does_not_stop_the_watch(
    city: City, grant: Grant, administrator: Grant, tmp_path: Path
) -> None:
    rules = rules_of(tmp_path / "rules", OXYGEN)
    async with watching(city, rules):
        await city.write(grant, [oxygen(city, 4)])
        alert = (await until(city, grant, oxygen="open"))[BUOY]
        await city.write(administrator, [Change(Op.DELETE, alert.id)])
        await city.write(grant, [oxygen(city, 8)])
        await city.write(grant, [oxygen(city, 3)])
        again = (await until(city, grant, oxygen="open"))[BUOY]
    assert again.value("state") == "open"


async def test_alert_that_holds_the_key_already_is_taken_over(
    city: City, grant: Grant, administrator: Grant, tmp_path: Path
) -> None:
    rules = rules_of(tmp_path / "rules", OXYGEN)
    other = Change(
        Op.CREATE,
        "urn:ngsi-ld:Alert:other",
        {"type": "Alert", "rule": value("oxygen"), "dedupKey": value(BUOY), "state": value("open")},
        opens=f"alert:oxygen:{BUOY}",
    )
    await city.write(administrator, [other])
    async with watching(city, rules):
        await city.write(grant, [oxygen(city, 4)])
        await city.write(grant, [oxygen(city, 8)])
        found = await until(city, grant, oxygen="cleared")
    assert [one.id for one in found.values()] == ["urn:ngsi-ld:Alert:other"]


async def test_rule_that_is_gone_clears_what_it_opened(
    city: City, grant: Grant, tmp_path: Path
) -> None:
    async with watching(city, rules_of(tmp_path / "rules", OXYGEN)):
        await city.write(grant, [oxygen(city, 4)])
        await until(city, grant, oxygen="open")
    async with watching(city, rules_of(tmp_path / "rules", SILENCE)):
        alert = (await until(city, grant, oxygen="cleared"))[BUOY]
    assert alert.value("clearReason") == "rule-removed"
    assert await city.notes("watch:oxygen") == ()


async def test_new_rule_learns_what_was_usual_from_history(
    city: City, grant: Grant, clock: ManualClock, tmp_path: Path
) -> None:
    """Four weeks of the same hour are known before anybody wrote the rule."""
    for _ in range(4):
        await city.write(grant, [oxygen(city, 8)])
        clock.advance(timedelta(hours=1))
        await city.write(grant, [oxygen(city, 7)])
        clock.advance(timedelta(days=7, hours=-1))
    shape = {name: one for name, one in OXYGEN.items() if name != "threshold"}
    same_hour = {"attribute": "O2", "weeks": 4, "leastWeeks": 3, "factor": 1.5}
    rules = rules_of(
        tmp_path / "rules",
        shape | {"sameHour": same_hour, "title": {"en": "{value}, usually {usual}"}},
    )
    async with watching(city, rules):
        await city.write(grant, [oxygen(city, 3)])
        alert = (await until(city, grant, oxygen="open"))[BUOY]
    assert alert.value("title") == {"en": "3, usually 8"}


async def test_a_sensor_that_flaps_rings_once(
    city: City, grant: Grant, clock: ManualClock, tmp_path: Path
) -> None:
    """A thousand crossings of the limit in an hour: one alert."""
    rules = rules_of(tmp_path / "rules", OXYGEN | {"holdDown": "1 h"})
    async with watching(city, rules):
        for number in range(1000):
            await city.write(grant, [oxygen(city, 4 if number % 2 else 8)])
            clock.advance(timedelta(seconds=3.6))
        await city.settled([CONSUMER])
    view = city.guard.view(grant)
    history = await city.history(view, Query(types=TypeIs("Alert")), Window())
    assert len(history) == 1
    assert [one.value("state") for one in (await alerts(city, grant)).values()] == ["open"]


async def test_rule_that_looks_elsewhere_begins_anew_and_one_with_new_words_does_not(
    city: City, grant: Grant, tmp_path: Path
) -> None:
    async with watching(city, rules_of(tmp_path / "rules", OXYGEN)):
        await city.write(grant, [oxygen(city, 4)])
        await until(city, grant, oxygen="open")
    worded = OXYGEN | {"title": {"en": "Oxygen"}, "severity": "high", "for": "5 min"}
    await watcher_of(city, rules_of(tmp_path / "rules", worded))
    assert [one.value("state") for one in (await alerts(city, grant)).values()] == ["open"]
    limit = {"attribute": "O2", "operator": "<", "value": 3}
    await watcher_of(city, rules_of(tmp_path / "rules", OXYGEN | {"threshold": limit}))
    assert [one.value("state") for one in (await alerts(city, grant)).values()] == ["cleared"]
    assert await city.notes("watch:oxygen") == ()


async def test_back_filled_records_open_back_filled_alerts(
    city: City, grant: Grant, clock: ManualClock, tmp_path: Path
) -> None:
    async with watching(city, rules_of(tmp_path / "rules", CALLS)):
        day_before = clock.now() - timedelta(days=1)
        await city.write(grant, [call(name, known_at=day_before) for name in "abc"])
        alert = (await until(city, grant, calls="open"))["North"]
    assert alert.value("dateIssued") == format_instant(day_before)
    view = city.guard.view(grant)
    then = await city.read(view, Query(ids=(alert.id,)), at=day_before + timedelta(minutes=1))
    assert [one.value("state") for one in then.entities] == ["open"]


async def test_class_that_the_city_tightened_stops_the_rule_that_would_show_it(
    city: City, tmp_path: Path
) -> None:
    rules = rules_of(tmp_path / "rules", CALLS)
    machine = city.guard.machine("watch", city.world)
    view = city.guard.view(machine)
    classes = {**view.classes, ("Open311ServiceRequest", "district"): PrivacyClass.RESTRICTED}
    stricter = replace(view, classes=classes, seen={})
    with pytest.raises(BadFile, match="district") as refused:
        await Watcher.open(city, rules, machine, stricter)
    assert refused.value.where.endswith(" calls")


async def test_restricted_places_stay_out_of_alerts(
    city: City, grant: Grant, tmp_path: Path
) -> None:
    rules = tuple(
        replace(rule, geoproperty="postalCode") for rule in rules_of(tmp_path / "rules", CALLS)
    )
    async with watching(city, rules):
        await city.write(grant, [call(name) for name in "abc"])
        alert = (await until(city, grant, calls="open"))["North"]
    assert alert.attribute("location") is None
