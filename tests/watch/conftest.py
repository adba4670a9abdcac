"""A real city on disk, and the watch as a task that a test can start, stop and kill."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest

from hansa.context import City, Entity, Query, TypeIs
from hansa.guard import Grant
from hansa.watch import Rule, run


@pytest.fixture
def grant(city: City) -> Grant:
    """Of the room that brings data in."""
    return city.guard.machine("sectors", city.world)


@pytest.fixture
def administrator(city: City) -> Grant:
    return Grant("ann", "administrator", "operation", city.clock.now(), city.world)


@asynccontextmanager
async def watching(city: City, rules: Sequence[Rule]) -> AsyncIterator[None]:
    """The watch and the clock's timers as they run in a node."""
    here = asyncio.current_task()
    assert here is not None

    def fail(task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            here.cancel()  # the test shall not wait for what will never come

    tasks = [asyncio.create_task(run(city, rules)), asyncio.create_task(city.run_timers())]
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


async def alerts(city: City, grant: Grant) -> dict[str, Entity]:
    """Every alert by its key."""
    page = await city.read(city.guard.view(grant), Query(types=TypeIs("Alert")))
    return {str(one.value("dedupKey")): one for one in page.entities}


async def until(city: City, grant: Grant, **states: str) -> dict[str, Entity]:
    """The alerts once those of the rules named stand in these states; the log tells when."""
    while True:
        number = city.last_change
        found = await alerts(city, grant)
        standing = {str(one.value("rule")): one.value("state") for one in found.values()}
        if standing.items() >= states.items():
            return found
        await city.news.beyond(number)
