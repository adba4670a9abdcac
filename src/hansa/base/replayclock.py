"""The clock of a replay: begins in the past, runs at its own speed, ends when it is told.

It waits for whoever tells the past (`hold`): while what was known at 14:05 is being written it
is 14:05, however slow the machine, and then it makes up for the delay. So a replay on a busy
machine is late as a whole and never wrong in its order.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hansa.base.clock import Clock

_MICRO = timedelta(microseconds=1)


class ReplayClock:
    """Stands at `begin` until `run`, then passes `speed` seconds in one of the outside clock.

    Time never runs backwards, never past `end`, never past a moment that is held.
    """

    def __init__(
        self,
        begin: datetime,
        end: datetime,
        speed: int,
        outside: Clock,
    ) -> None:
        if speed < 1 or end < begin:
            raise ValueError(f"no replay from {begin} to {end} at {speed} times the speed")
        self.begin = begin.astimezone(UTC)
        self.end = end.astimezone(UTC)
        self._outside = outside
        self._speed = speed
        self._running = False
        self._at = self.begin  # where it stood at `_since` of the outside clock
        self._since = outside.now()
        self._held: datetime | None = None
        self._moved = asyncio.Event()
        self._turned = asyncio.Event()

    @property
    def outside(self) -> Clock:
        return self._outside

    @property
    def speed(self) -> int:
        """Seconds of the city in one of the outside clock, while it runs."""
        return self._speed

    @property
    def running(self) -> bool:
        """Whether it was told to run; at the end of its span it stands although it was."""
        return self._running

    @property
    def over(self) -> bool:
        """Whether the end is reached."""
        return self.now() >= self.end

    def now(self) -> datetime:
        return min(self._nominal(), self._limit())

    async def until(self, moment: datetime) -> None:
        while self.now() < moment:
            moved = self._moved
            waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(moved.wait())]
            if self._running and moment <= self._limit():
                waits.append(asyncio.ensure_future(self._outside.until(self._outside_at(moment))))
            await _first(waits)

    # ---- who turns it

    def begin_at(self, moment: datetime) -> None:
        """Before it runs: go on from where an earlier run stood."""
        self._at = min(max(moment, self._at), self.end)
        if self._held is not None:
            self._held = max(self._held, self._at)

    def run(self) -> None:
        """Let time pass."""
        self._turn(running=True, speed=self._speed)

    def pause(self) -> None:
        """Let time stand."""
        self._turn(running=False, speed=self._speed)

    def run_at(self, speed: int) -> None:
        """Another speed from now on; whether it runs stays as it is."""
        if speed < 1:
            raise ValueError(f"{speed} is no speed")
        self._turn(running=self._running, speed=speed)

    async def turned(self) -> None:
        """Return when it is next told to run, to stand, or to take another speed."""
        await self._turned.wait()

    def hold(self, moment: datetime | None) -> None:
        """Do not pass `moment` until another is named; None: nothing is held."""
        self._held = None if moment is None else max(moment, self.now())
        self._moved, moved = asyncio.Event(), self._moved
        moved.set()

    # ---- inside

    def _nominal(self) -> datetime:
        if not self._running:
            return self._at
        passed = (self._outside.now() - self._since) // _MICRO
        return self._at + timedelta(microseconds=passed * self._speed)

    def _limit(self) -> datetime:
        return self.end if self._held is None else min(self._held, self.end)

    def _outside_at(self, moment: datetime) -> datetime:
        """When the outside clock will have brought it there; rounded up, or it would be early."""
        wait = -((self._at - moment) // _MICRO // self._speed)
        return self._since + timedelta(microseconds=wait)

    def _turn(self, *, running: bool, speed: int) -> None:
        self._at, self._since = self.now(), self._outside.now()
        self._running, self._speed = running, speed
        self._moved, moved = asyncio.Event(), self._moved
        self._turned, turned = asyncio.Event(), self._turned
        moved.set()
        turned.set()


async def _first(waits: Sequence["asyncio.Future[Any]"]) -> None:
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
