"""Many alerts of one cause are one incident: a storm, one entity, what feeds it, one sensor."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hansa import watch as watching
from hansa.base.clock import ManualClock
from hansa.base.settings import CitySettings
from hansa.base.times import format_instant
from hansa.context import Change, City, Op
from hansa.desk import CONSUMER, DeskSettings, Verb, load_desk
from hansa.desk.orders import Order, give
from hansa.guard import Grant
from tests.desk.conftest import (
    alert,
    change_of,
    incidents,
    on_duty,
    timeline,
    until,
    until_told,
    value,
)
from tests.watch.making import rules_of

GROUPING = """
grouping:
  - {same: upstream, within: 2 h, through: [hasParentStation]}
  - {same: entity, within: 6 h}
  - {same: category, within: 30 min, metres: 500}
"""


@pytest.fixture
def grouping(settings: CitySettings, city: City, tmp_path: Path) -> DeskSettings:
    folder = tmp_path / "grouping"
    folder.mkdir()
    (folder / "desk.yaml").write_text(GROUPING)
    return load_desk(folder, city.vocabulary)


def at(name: str, longitude: float, category: str = "trees", **more: Any) -> Change:
    """An alert at a place of its own, about an entity of its own."""
    given: dict[str, Any] = {
        "category": value(category),
        "location": {
            "type": "GeoProperty",
            "value": {"type": "Point", "coordinates": [longitude, 54.6]},
        },
        "alertSource": about(f"urn:ngsi-ld:Open311ServiceRequest:{name}"),
    }
    return alert(name, key=name, **{**given, **more})


def about(entity: str) -> dict[str, Any]:
    return {"type": "Relationship", "object": entity}


async def test_a_storm_is_one_incident_with_many_alerts(
    city: City, grouping: DeskSettings, watch: Grant, officer: Grant
) -> None:
    storm = [at(f"t{number:03}", 39.7 + number * 0.00001) for number in range(300)]
    async with on_duty(city, grouping):
        for start in range(0, 300, 60):
            await city.write(watch, storm[start : start + 60])
        await city.settled([CONSUMER])
    found = await incidents(city, officer)
    assert list(found) == ["t000"]
    assert len(found["t000"].value("alerts")) == 300
    told = await timeline(city, officer, "t000")
    assert (told[0], told.count("grouped")) == ("opened", 299)


async def test_what_is_far_late_or_of_another_kind_stands_alone(
    city: City, grouping: DeskSettings, watch: Grant, officer: Grant, clock: ManualClock
) -> None:
    async with on_duty(city, grouping):
        await city.write(watch, [at("a", 39.7), at("far", 39.72), at("gas", 39.7, "gas")])
        await city.settled([CONSUMER])
        clock.advance(timedelta(minutes=31))
        await city.write(watch, [at("late", 39.7)])
        await city.settled([CONSUMER])
    assert set(await incidents(city, officer)) == {"a", "far", "gas", "late"}


async def test_alerts_about_one_entity_and_what_feeds_it_are_one_trouble(
    city: City, grouping: DeskSettings, watch: Grant, officer: Grant
) -> None:
    station = "urn:ngsi-ld:GtfsStop:station"
    stops = [
        Change(
            Op.CREATE,
            f"urn:ngsi-ld:GtfsStop:{name}",
            {"type": "GtfsStop", "hasParentStation": about(station)},
        )
        for name in ("one", "two")
    ]
    await city.write(city.guard.machine("sectors", city.world), stops)
    first, second = (
        at(name, place, f"kind-{name}", alertSource=about(f"urn:ngsi-ld:GtfsStop:{name}"))
        for name, place in (("one", 39.6), ("two", 39.8))
    )
    root = at("root", 39.9, "power", alertSource=about(station))
    async with on_duty(city, grouping):
        await city.write(watch, [first])
        await city.settled([CONSUMER])
        await city.write(watch, [second, root])
        await city.settled([CONSUMER])
    found = await incidents(city, officer)
    assert list(found) == ["one"]
    assert len(found["one"].value("alerts")) == 3


async def test_news_of_a_grouped_alert_reach_its_incident(
    city: City, grouping: DeskSettings, watch: Grant, officer: Grant
) -> None:
    async with on_duty(city, grouping):
        await city.write(watch, [at("a", 39.7)])
        await until(city, officer, "a", state="new")
        await city.write(watch, [at("b", 39.7001)])
        await until_told(city, officer, "a", "grouped")
        await city.write(watch, [change_of("b", severity="critical")])
        found = await until(city, officer, "a", severity="critical")
        assert found.value("title") == {"en": "Trouble a"}
        await city.write(watch, [change_of("b", state="cleared")])
        told = await until_told(city, officer, "a", "cleared")
    assert told == ["opened", "grouped", "escalated", "cleared"]


async def test_a_closed_incident_gathers_nothing(
    city: City, grouping: DeskSettings, watch: Grant, officer: Grant
) -> None:
    async with on_duty(city, grouping):
        await city.write(watch, [at("a", 39.7)])
        found = await until(city, officer, "a", state="new")
        order = Order(expect=found.change, reason="resolved")
        await give(city, officer, grouping, found.id, Verb.CLOSE, order)
        await city.write(watch, [at("b", 39.7001)])
        await until(city, officer, "b", state="new")


RULE: dict[str, Any] = {
    "id": "oxygen",
    "title": {"en": "Oxygen {value}"},
    "sector": "water",
    "category": "river-oxygen",
    "when": {"type": "WaterQualityObserved"},
    "threshold": {"attribute": "O2", "operator": "<", "value": 5},
    "severity": "high",
}


@asynccontextmanager
async def awake(
    city: City, desk: DeskSettings, rules: Sequence[watching.Rule]
) -> AsyncIterator[None]:
    """Watch and desk as they run in a node."""
    async with on_duty(city, desk):
        task = asyncio.create_task(watching.run(city, rules))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def reading(city: City, given: float) -> Change:
    now = format_instant(city.clock.now())
    body = {"type": "WaterQualityObserved", "O2": {**value(given), "observedAt": now}}
    entity = "urn:ngsi-ld:WaterQualityObserved:buoy"
    return Change(Op.UPDATE_OR_CREATE, entity, body, by_observation=True)


@pytest.mark.parametrize(("hold_down", "alerts"), [("1 h", 1), ("0 s", 500)])
async def test_a_sensor_that_dances_about_its_limit_is_one_incident(
    city: City,
    desk: DeskSettings,
    officer: Grant,
    clock: ManualClock,
    tmp_path: Path,
    hold_down: str,
    alerts: int,
) -> None:
    """A thousand crossings in an hour: with hold-down one alert; even without it, one incident."""
    sectors = city.guard.machine("sectors", city.world)
    rules = rules_of(tmp_path / "rules", {**RULE, "holdDown": hold_down})
    async with awake(city, desk, rules):
        for crossing in range(1000):
            await city.write(sectors, [reading(city, 4.9 if crossing % 2 == 0 else 5.1)])
            clock.advance(timedelta(seconds=3.6))
            if crossing % 100 == 0:
                await city.settled([watching.CONSUMER, CONSUMER])
        await city.settled([watching.CONSUMER, CONSUMER])
    (found,) = (await incidents(city, officer)).values()
    named = found.value("alerts")
    assert len([named] if isinstance(named, str) else named) == alerts
