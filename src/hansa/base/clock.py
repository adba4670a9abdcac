"""One clock per node, handed in and never fetched.

A replay or a drill runs on its own clock and a test moves time by hand, so nothing in
Hansa may ask the operating system for the time except `SystemClock`.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What every room may ask of time."""

    def now(self) -> datetime:
        """The city's present moment, aware, UTC."""

    async def until(self, moment: datetime) -> None:
        """Return once `now()` is at or past `moment`."""

    @property
    def outside(self) -> "Clock":
        """The clock of the people and machines around the node: itself, but in a replay.

        Sessions, pauses between attempts and signs of life run on it: who looks at 2015 must
        not be signed out because a day has passed there.
        """


class SystemClock:
    """The clock of a live node."""

    @property
    def outside(self) -> Clock:
        return self

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def until(self, moment: datetime) -> None:
        while (wait := (moment - self.now()).total_seconds()) > 0:
            await asyncio.sleep(min(wait, 3600.0))


class SteadyClock:
    """The machine's time at the start and what has passed since: nobody can set it back."""

    def __init__(self) -> None:
        self._start = datetime.now(UTC)
        self._began = time.monotonic()

    @property
    def outside(self) -> Clock:
        return self

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._began)

    async def until(self, moment: datetime) -> None:
        while (wait := (moment - self.now()).total_seconds()) > 0:
            await asyncio.sleep(min(wait, 3600.0))


class ManualClock:
    """A clock that stands still until it is moved: for tests, drills and replays."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._moved = asyncio.Event()

    @property
    def outside(self) -> Clock:
        return self

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move forward and wake all who wait."""
        self.set(self._now + by)

    def set(self, moment: datetime) -> None:
        """Move to `moment`; time never runs backwards."""
        if moment < self._now:
            raise ValueError(f"the clock stands at {self._now} and cannot go back to {moment}")
        self._now = moment.astimezone(UTC)
        self._moved.set()
        self._moved = asyncio.Event()

    async def until(self, moment: datetime) -> None:
        while self._now < moment:
            await self._moved.wait()


def monotonic() -> float:
    """Seconds for measuring a duration; never a time of day."""
    return time.monotonic()
