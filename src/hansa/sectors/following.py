"""One source that is no file, followed: asked, waited for, asked again, paused by a person.

A source that cannot be reached is tried again after a pause that doubles and is never the same
for two, so that a hundred of them do not come back in one second. All waiting is by the city's
clock.
"""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hansa.base.logs import Logger
from hansa.base.outgoing import EgressRefused, Outgoing, Unreachable
from hansa.base.problems import Problem
from hansa.context import City
from hansa.sectors.connectors.plan import Bad, Connector, Door
from hansa.sectors.connectors.secrets import BadSecret, Secrets
from hansa.sectors.mapping.load import Source
from hansa.sectors.model import Landed
from hansa.sectors.runner import Runner
from hansa.sectors.signs import Signs
from hansa.sectors.streaming import LAST, Stream

FIRST = 5.0  # seconds before the second attempt
LONGEST = 900.0
_TOLD_LONGEST = 86_400.0  # what the other side may ask us to wait
_JITTER = 0.2
_FAILURES = (Unreachable, EgressRefused, BadSecret, Bad)


def backoff(failures: int, dice: random.Random) -> float:
    """Seconds to the next attempt after so many failures in a row."""
    pause = min(FIRST * 2.0 ** min(failures - 1, 16), LONGEST)
    return pause * (1 + dice.uniform(-_JITTER, _JITTER))


class Following:
    """Follows one source until cancelled."""

    def __init__(
        self,
        city: City,
        source: Source,
        connector: Connector[Any],
        outgoing: Outgoing,
        secrets: Secrets,
        logger: Logger,
        dice: random.Random,
    ) -> None:
        self.source = source
        self._city = city
        self._connector = connector
        self._outgoing = outgoing
        self._secrets = secrets
        self._logger = logger.bind(source=source.name)
        self._dice = dice
        self._woken = asyncio.Event()
        self._moved = asyncio.Event()
        self._runner: Runner | None = None
        self._held = asyncio.Event()
        self._last: deque[Landed] = deque(maxlen=LAST)

    @property
    def last(self) -> tuple[Landed, ...]:
        """The last rows that came in since the node was started, oldest first."""
        return tuple(self._last)

    async def run(self) -> None:
        """Ask, wait, ask again."""
        runner = self._runner = await Runner.open(self._city, self.source, live=True)
        await runner.note(lambda signs: signs)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_told(runner), name=f"health of {self.source.name}")
            while True:
                if runner.signs.paused:
                    await self._woken.wait()
                    self._woken.clear()
                    continue
                pause = await self._attempt(runner)
                await self._rest(runner, pause)

    # ---- what people may ask for

    def poll(self) -> None:
        """Ask now, not when it is due."""
        self._woken.set()

    async def pause(self, reason: str) -> None:
        """Ask no more until `resume`; what comes now is left unread at the other side."""
        self._held.set()
        await self._told(lambda signs: replace(signs, paused=reason, due_at=None))
        self._woken.set()

    async def resume(self) -> None:
        """Go on."""
        self._held.clear()
        await self._told(lambda signs: replace(signs, paused=""))
        self._woken.set()

    async def _told(self, change: Callable[[Signs], Signs]) -> None:
        runner = self._runner or await Runner.open(self._city, self.source, live=True)
        await runner.note(change)
        self._moved.set()

    # ---- one attempt

    async def _attempt(self, runner: Runner) -> float:
        """Read what there is; how many seconds to wait before the next time."""
        try:
            await self._unless_held(self._read(runner))
        except _FAILURES as problem:
            return await self._failed(runner, problem)
        return self._connector.pause(self.source.settings)

    async def _read(self, runner: Runner) -> None:
        stream = Stream(self._city, runner, self._last)
        position = (await stream.start()).position
        door = self._door(position)
        answered = False
        async with aclosing(self._connector.stream(self.source.settings, door)) as coming:
            async for delivery in coming:
                await stream.take(delivery)
                answered |= delivery.heard
                self._moved.set()
        if not answered or runner.signs.failures:
            now = self._city.clock.now()
            await runner.note(lambda signs: signs.answered(now), read=True)

    def _door(self, position: Any) -> Door:
        return Door(
            source=self.source.name,
            columns=self.source.columns,
            position=position,
            clock=self._city.clock,
            outgoing=self._outgoing,
            secrets=self._secrets,
            exercise=self._city.world.exercise,
        )

    async def _unless_held(self, reading: Coroutine[Any, Any, None]) -> None:
        """Read, but leave off as soon as a person says pause."""
        task = asyncio.ensure_future(reading)
        held = asyncio.ensure_future(self._held.wait())
        try:
            await asyncio.wait((task, held), return_when=asyncio.FIRST_COMPLETED)
        finally:
            held.cancel()
            if not task.done():
                task.cancel()
                await asyncio.wait((task,))
        if not task.cancelled():
            task.result()

    async def _failed(
        self, runner: Runner, problem: Unreachable | EgressRefused | BadSecret | Bad
    ) -> float:
        now, closed = self._city.clock.now(), isinstance(problem, EgressRefused)
        if not runner.signs.failures:
            self._tell(problem, closed=closed)
        await runner.note(lambda signs: signs.failed(str(problem), now, closed=closed))
        self._moved.set()
        told = problem.wait if isinstance(problem, Bad) else None
        if told is not None:
            return min(max(told, FIRST), _TOLD_LONGEST)
        return backoff(runner.signs.failures, self._dice)

    def _tell(self, problem: Problem, *, closed: bool) -> None:
        """Once: what fails is a warning, what the city has not listed is as it wants it."""
        if closed:
            self._logger.info("source is not called: not on the city's list", about=problem.detail)
        else:
            self._logger.warning("source cannot be read", problem=str(problem))

    # ---- waiting

    async def _rest(self, runner: Runner, seconds: float) -> None:
        """Until it is time again, or somebody wants it now."""
        if runner.signs.paused:
            return
        due = self._city.clock.now() + timedelta(seconds=seconds)
        await runner.note(lambda signs: replace(signs, due_at=due))
        self._moved.set()
        await self._either(self._woken, due)
        self._woken.clear()

    async def _keep_told(self, runner: Runner) -> None:
        """Keep the DataSource entity up to date when no row comes."""
        while True:
            due = runner.tell_at
            await self._either(self._moved, due)
            self._moved.clear()
            if due is not None and due <= self._city.clock.now():
                await runner.tell()

    async def _either(self, event: asyncio.Event, due: datetime | None) -> None:
        tasks: list[asyncio.Future[Any]] = [asyncio.ensure_future(event.wait())]
        if due is not None:
            tasks.append(asyncio.ensure_future(self._city.clock.until(due)))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
