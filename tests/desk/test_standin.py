"""Who ends incidents in a replay: a machine that says so, and only where no person has come."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hansa.base.clock import ManualClock
from hansa.context import City, Entity, Query, TypeIs
from hansa.desk import DeskSettings, Verb, for_replay, stand_in
from hansa.desk.orders import Order, give
from hansa.guard import Grant
from tests.desk.conftest import alert, change_of, id_of, incidents, on_duty, until, until_told


@asynccontextmanager
async def replaying(city: City, desk: DeskSettings) -> AsyncIterator[None]:
    """The desk at work, and who stands in for its people."""
    async with on_duty(city, desk):
        task = asyncio.create_task(stand_in(city))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _closing(city: City, grant: Grant, name: str) -> Entity:
    page = await city.read(city.guard.view(grant), Query(types=TypeIs("TimelineEntry")))
    (found,) = [
        one
        for one in page.entities
        if (one.value("refIncident"), one.value("kind")) == (id_of(name), "closed")
    ]
    return found


async def test_what_nobody_took_is_closed_when_its_last_alert_is_over(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant
) -> None:
    async with replaying(city, desk):
        await city.write(watch, [alert("a"), alert("b")])
        await until_told(city, officer, "a", "raised-again")
        await city.write(watch, [change_of("a", state="cleared")])
        assert await until_told(city, officer, "a", "cleared") == [
            "opened",
            "raised-again",
            "cleared",
        ]
        await city.write(watch, [change_of("b", state="cleared")])
        found = await until(city, officer, "a", state="closed")
    assert found.value("closeReason") == "data-cleared"
    assert found.value("overdue") is False
    assert await city.holder(city.world, "", "incident:urn:ngsi-ld:Alert:a") is None
    line = await _closing(city, officer, "a")
    assert (line.value("machine"), line.value("by")) == (True, "machine:replay")
    assert line.value("reason") == "data-cleared"


async def test_what_a_person_took_is_theirs_to_close(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant
) -> None:
    async with replaying(city, desk):
        await city.write(watch, [alert("mine"), alert("free", key="b")])
        found = await until(city, officer, "mine", state="new")
        await give(city, officer, desk, found.id, Verb.ACKNOWLEDGE, Order(expect=found.change))
        await until(city, officer, "free", state="new")
        await city.write(watch, [change_of("mine", state="cleared")])
        await city.write(watch, [change_of("free", state="cleared")])
        await until(city, officer, "free", state="closed")
    assert (await incidents(city, officer))["mine"].value("state") == "acknowledged"


async def test_the_same_trouble_afterwards_opens_anew(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant, clock: ManualClock
) -> None:
    async with replaying(city, desk):
        await city.write(watch, [alert("a")])
        await until(city, officer, "a", state="new")
        await city.write(watch, [change_of("a", state="cleared")])
        await until(city, officer, "a", state="closed")
        await city.write(watch, [alert("again")])
        await until(city, officer, "again", state="new")


async def test_no_person_may_give_the_machines_reason(desk: DeskSettings) -> None:
    replayed = for_replay(desk)
    assert list(replayed.machine_reasons) == ["data-cleared"]
    assert "data-cleared" not in replayed.reasons
    assert desk.machine_reasons == {}
