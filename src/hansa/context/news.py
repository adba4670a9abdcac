"""How the writer's thread tells the rooms, in the event loop, that something is new.

Nothing polls: whoever waits holds a future that the next commit resolves.
"""

import asyncio
from typing import Any

from hansa.base.clock import Clock
from hansa.base.times import from_micros


class News:
    """The newest change number, and the ways to wait for a newer one."""

    def __init__(self, loop: asyncio.AbstractEventLoop, number: int) -> None:
        self._loop = loop
        self.number = number
        self._told = asyncio.Event()
        self.stirred = asyncio.Event()
        self._resting: dict[str, int] = {}
        self._rested = asyncio.Event()

    def tell(self, number: int) -> None:
        """Called in the writer's thread once `number` is durable."""
        self._loop.call_soon_threadsafe(self._arrive, number)

    def stir(self) -> None:
        """A timer or a parcel was set: those who wait for a moment look again."""
        self.stirred.set()
        self.stirred = asyncio.Event()

    async def beyond(self, number: int) -> None:
        """Return once a change above `number` is durable."""
        while self.number <= number:
            await self._told.wait()

    def rest(self, consumer: str, number: int) -> None:
        """A named consumer has nothing left to do up to and with `number`."""
        self._resting[consumer] = number
        self._rested.set()
        self._rested = asyncio.Event()

    async def at_rest(self, consumer: str, number: int) -> None:
        """Return once the consumer has nothing left to do up to and with `number`."""
        while self._resting.get(consumer, -1) < number:
            await self._rested.wait()

    async def stirred_or(self, stirred: asyncio.Event, clock: Clock, due: int | None) -> None:
        """Return when stirred, or when the clock stands at `due` (microseconds)."""
        waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(stirred.wait())]
        if due is not None:
            waits.append(asyncio.ensure_future(clock.until(from_micros(due))))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _arrive(self, number: int) -> None:
        if number > self.number:
            self.number = number
            self._told.set()
            self._told = asyncio.Event()
