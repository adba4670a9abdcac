"""Who hears of an incident that nobody takes: roles, one after another, by the city's clock."""

from datetime import timedelta
from pathlib import Path

import pytest

from hansa.base.clock import ManualClock
from hansa.context import City
from hansa.desk import CONSUMER, DeskSettings, Verb, load_desk
from hansa.desk.orders import Order, give
from hansa.guard import Grant
from tests.desk.conftest import alert, change_of, on_duty, timeline, until

ESCALATION = """
escalation:
  - {after: 10 min, to: analyst}
  - {after: 5 min, when: overdue, to: mayor, severity: [high, critical]}
"""


@pytest.fixture
def steps(city: City, tmp_path: Path) -> DeskSettings:
    folder = tmp_path / "steps"
    folder.mkdir()
    (folder / "desk.yaml").write_text(ESCALATION)
    return load_desk(folder, city.vocabulary)


async def test_each_role_hears_once_in_its_time(
    city: City, steps: DeskSettings, watch: Grant, officer: Grant, clock: ManualClock
) -> None:
    async with on_duty(city, steps):
        await city.write(watch, [alert("a")])
        await until(city, officer, "a", state="new")
        clock.advance(timedelta(minutes=10))
        found = await until(city, officer, "a", escalatedTo="analyst")
        assert found.value("overdue") is False
        clock.advance(timedelta(minutes=11))
        await until(city, officer, "a", escalatedTo="mayor", overdue=True)
        await city.settled([CONSUMER])
    assert await timeline(city, officer, "a") == [
        "opened",
        "escalated-to",
        "overdue",
        "escalated-to",
    ]


async def test_who_takes_it_in_time_silences_it(
    city: City, steps: DeskSettings, watch: Grant, officer: Grant, clock: ManualClock
) -> None:
    async with on_duty(city, steps):
        await city.write(watch, [alert("a")])
        found = await until(city, officer, "a", state="new")
        await give(city, officer, steps, found.id, Verb.ACKNOWLEDGE, Order(expect=found.change))
        clock.advance(timedelta(hours=1))
        await city.settled([CONSUMER])
    assert await timeline(city, officer, "a") == ["opened", "acknowledged"]


async def test_a_rise_does_not_tell_twice_what_was_told(
    city: City, steps: DeskSettings, watch: Grant, officer: Grant, clock: ManualClock
) -> None:
    async with on_duty(city, steps):
        await city.write(watch, [alert("a")])
        await until(city, officer, "a", state="new")
        clock.advance(timedelta(minutes=12))
        await until(city, officer, "a", escalatedTo="analyst")
        await city.write(watch, [change_of("a", severity="critical")])
        await until(city, officer, "a", severity="critical")
        clock.advance(timedelta(minutes=11))
        await until(city, officer, "a", escalatedTo="mayor")
        await city.settled([CONSUMER])
    told = await timeline(city, officer, "a")
    assert told.count("escalated-to") == 2
    assert told.count("overdue") == 1
