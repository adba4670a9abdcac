"""The rooms' tasks: kept running, and seen when they fail.

A task that ends by an error is logged with its traceback, counted, shown by readiness, and
started again after a pause by the city's clock: its cursor stands where its last commit put it,
so starting again loses nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from hansa.base.clock import Clock
from hansa.base.logs import Logger

Job: TypeAlias = Callable[[], Awaitable[None]]

_LONGEST = timedelta(seconds=60)
_HEALTHY_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Health:
    """How a task fares: failures since it last ran well, and the last error's text."""

    failures: int = 0
    error: str = ""
    failed_at: datetime | None = None


class Supervisor:
    """Runs named jobs until it is closed."""

    def __init__(self, clock: Clock, logger: Logger) -> None:
        self._clock = clock
        self._logger = logger
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._health: dict[str, Health] = {}

    @property
    def health(self) -> Mapping[str, Health]:
        """The health of every job by name."""
        return dict(self._health)

    def start(self, name: str, job: Job) -> None:
        """Run `job`, and run it again when it fails."""
        self._health[name] = Health()
        self._tasks[name] = asyncio.create_task(self._keep(name, job), name=name)

    async def restart(self, name: str, job: Job) -> bool:
        """Begin a job anew, with what it is told now; False where none was begun."""
        task = self._tasks.get(name)
        if task is None:
            return False
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        self.start(name, job)
        return True

    async def stop(self, name: str) -> None:
        """End a job for good."""
        task = self._tasks.pop(name, None)
        self._health.pop(name, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def close(self) -> None:
        """End every job and wait until they have ended."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()

    async def _keep(self, name: str, job: Job) -> None:
        while True:
            began = self._clock.now()
            try:
                await job()
                self._health.pop(name, None)
                return
            except Exception as error:  # noqa: BLE001 - the rim of a room: seen, not swallowed
                self._failed(name, error, began)
            await self._clock.until(self._clock.now() + self._pause(name))

    def _failed(self, name: str, error: Exception, began: datetime) -> None:
        now = self._clock.now()
        before = Health() if now - began > _HEALTHY_AFTER else self._health[name]
        self._health[name] = replace(
            before, failures=before.failures + 1, error=_said(error), failed_at=now
        )
        self._logger.error("task failed", task=name, exc_info=error)

    def _pause(self, name: str) -> timedelta:
        return min(timedelta(seconds=2 ** min(self._health[name].failures, 10)), _LONGEST)


def _said(error: BaseException) -> str:
    """What went wrong; of a group of tasks, what went wrong in each."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(dict.fromkeys(map(_said, error.exceptions)))
    return str(error)
