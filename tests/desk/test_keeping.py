"""The level is proposed when incidents come and go, and at the hour, when the report is made."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest

from hansa.base.clock import ManualClock
from hansa.base.settings import CitySettings
from hansa.context import Change, City, Entity, Op, Query, TypeIs
from hansa.desk import Reporter, document, keep_level, load_report
from hansa.desk.keeping import digest
from hansa.desk.level import LevelOrder, set_level
from hansa.desk.report.criteria import level_in_force
from hansa.desk.report.model import Confirmation
from hansa.guard import Grant
from tests.desk.conftest import value, words

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def reporter(settings: CitySettings, city: City) -> Reporter:
    given = load_report(settings.folder, city.vocabulary, settings.languages, ())
    return Reporter(city, given)


@asynccontextmanager
async def kept(reporter: Reporter) -> AsyncIterator[None]:
    """The task and the clock's timers as they run in a node."""
    here = asyncio.current_task()
    assert here is not None

    def fail(task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            here.cancel()

    jobs = (keep_level(reporter), reporter.city.run_timers())
    tasks = [asyncio.create_task(job) for job in jobs]
    for task in tasks:
        task.add_done_callback(fail)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def until(city: City, grant: Grant, kind: str, **values: object) -> Entity:
    """The first entity of a type that has these values; the log tells when."""
    while True:
        number = city.last_change
        page = await city.read(city.guard.view(grant), Query(types=TypeIs(kind)))
        for one in page.entities:
            if all(one.value(name) == want for name, want in values.items()):
                return one
        await city.news.beyond(number)


def incident(name: str, severity: str) -> Change:
    body = {
        "type": "Incident",
        "title": words("Trouble"),
        "severity": value(severity),
        "state": value("new"),
    }
    return Change(Op.CREATE, f"urn:ngsi-ld:Incident:{name}", body)


def closed(name: str) -> Change:
    return Change(Op.APPEND, f"urn:ngsi-ld:Incident:{name}", {"state": value("closed")})


async def test_an_incident_raises_the_proposal_and_its_end_lowers_it(
    city: City, reporter: Reporter, officer: Grant
) -> None:
    desk = city.guard.machine("desk", city.world)
    async with kept(reporter):
        await until(city, officer, "CityStatus", level=1, proposedLevel=1)
        await city.write(desk, [incident("a", "high")])
        raised = await until(city, officer, "CityStatus", level=2, proposedLevel=2)
        assert raised.value("criteria") in ("high", ["high"])
        await city.write(desk, [closed("a")])
        await until(city, officer, "CityStatus", level=1, proposedLevel=1)


async def test_what_a_person_set_stands_until_more_is_proposed(
    city: City, reporter: Reporter, officer: Grant
) -> None:
    desk = city.guard.machine("desk", city.world)
    async with kept(reporter):
        found = await until(city, officer, "CityStatus", proposedLevel=1)
        order = LevelOrder(expect=found.change, level=3, proposed=1, reason="a storm comes")
        await set_level(city, officer, order)
        await city.write(desk, [incident("a", "high")])
        await until(city, officer, "CityStatus", proposedLevel=2, level=3, confirmedLevel=3)
        await city.write(desk, [incident("b", "critical")])
        await until(city, officer, "CityStatus", proposedLevel=4, level=4, confirmedLevel=3)


async def test_at_the_hour_the_report_is_made_and_can_be_made_again(
    city: City, reporter: Reporter, officer: Grant, clock: ManualClock
) -> None:
    async with kept(reporter):
        await until(city, officer, "CityStatus", proposedLevel=1)
        for day in ("2026-06-02", "2026-06-03"):
            clock.advance(timedelta(days=1))
            made = await until(city, officer, "SituationReport", day=day)
            view = city.guard.view(city.guard.machine("level", city.world))
            again = await reporter.make(view, reporter.moments(day))
            assert made.id == again.id
            assert made.value("digest") == digest(document(again))
            assert made.value("level") == 1


async def test_the_report_of_an_hour_that_the_node_slept_through_is_made_when_it_wakes(
    city: City, reporter: Reporter, officer: Grant, clock: ManualClock
) -> None:
    async with kept(reporter):
        await until(city, officer, "CityStatus", proposedLevel=1)
    clock.advance(timedelta(days=2))
    async with kept(reporter):
        await until(city, officer, "SituationReport", day="2026-06-03")


@pytest.mark.parametrize(
    ("proposed", "confirmed", "then", "level"),
    [(2, None, 0, 2), (2, 2, 2, 2), (3, 2, 2, 3), (4, 2, 4, 2), (5, 2, 4, 5), (1, 3, 3, 3)],
)
def test_which_level_is_in_force(
    proposed: int, confirmed: int | None, then: int, level: int
) -> None:
    done = None if confirmed is None else (Confirmation(confirmed, "ann", NOON), then)
    assert level_in_force(proposed, done) == level
