"""A task that fails is seen, with words that help, and is started again."""

import asyncio
import io
from datetime import UTC, datetime, timedelta

from hansa.app.tasks import Supervisor
from hansa.base.clock import ManualClock
from hansa.base.faults import StoreFull
from hansa.base.logs import make_logger


class AskedClock(ManualClock):
    """A clock that tells when somebody waits for it."""

    def __init__(self) -> None:
        super().__init__(datetime(2026, 6, 1, tzinfo=UTC))
        self.asked = asyncio.Event()

    async def until(self, moment: datetime) -> None:
        self.asked.set()
        await super().until(moment)


async def test_failure_inside_a_group_is_told_in_its_own_words() -> None:
    clock = AskedClock()
    supervisor = Supervisor(clock, make_logger("testing", clock, io.StringIO()))
    began, failing, again = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def full() -> None:
        began.set()
        await failing.wait()
        raise StoreFull("there is no room", remedy="make room")

    async def job() -> None:
        if failing.is_set():
            again.set()
            await asyncio.Event().wait()
        async with asyncio.TaskGroup() as group:
            group.create_task(full())

    supervisor.start("sectors", job)
    await began.wait()
    failing.set()
    await clock.asked.wait()
    assert supervisor.health["sectors"].error == "there is no room - make room"
    clock.advance(timedelta(minutes=1))
    await again.wait()
    await supervisor.close()
