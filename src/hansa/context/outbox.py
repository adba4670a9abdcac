"""Delivery is a promise: parcels leave the outbox with retries until they have arrived.

A parcel is a row of the commit that caused it. It is sent, and sent again with growing pauses,
until it is delivered or, after days, given up where a person can see it. Parcels to one target
leave one after another, so that a receiver gets them in order and a slow one harms no other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import TypeAlias

from hansa.base.clock import Clock
from hansa.base.database import Database
from hansa.base.problems import Problem
from hansa.base.times import to_micros
from hansa.context.model import Parcel
from hansa.context.news import News
from hansa.context.store import bookkeeping
from hansa.context.store.bookkeeping import Waiting

Deliver: TypeAlias = Callable[[Parcel], Awaitable[None]]

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(hours=1)
PATIENCE = timedelta(days=3)
_AT_ONCE = 64


class Undelivered(Problem):
    """A parcel could not be delivered this time; the outbox tries again."""


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubling, at most an hour."""
    growing: timedelta = FIRST_PAUSE * (1 << min(attempts, 20))
    return min(growing, LONGEST_PAUSE)


class Courier:
    """Carries parcels of the kinds it has handlers for; others wait, visibly."""

    def __init__(
        self, database: Database, news: News, clock: Clock, handlers: Mapping[str, Deliver]
    ) -> None:
        self._database = database
        self._news = news
        self._clock = clock
        self._handlers = handlers
        self._busy: set[str] = set()

    async def run(self) -> None:
        """Deliver for ever; waits for news or for the next attempt's time, never polls.

        One task for each target that has something: a slow receiver holds up nobody else.
        """
        self._busy.clear()
        async with asyncio.TaskGroup() as group:
            while True:
                stirred = self._news.stirred
                now = to_micros(self._clock.now())
                found = await self._database.read(
                    partial(bookkeeping.waiting, now=now, limit=_AT_ONCE, busy=tuple(self._busy))
                )
                for one in found:
                    self._busy.add(one.parcel.target)
                    group.create_task(self._carry(one))
                if not found:
                    due = await self._database.read(
                        partial(bookkeeping.next_departure, busy=tuple(self._busy))
                    )
                    await self._news.stirred_or(stirred, self._clock, due)

    async def counts(self) -> Mapping[str, int]:
        """How many parcels wait, were delivered, were given up."""
        return await self._database.read(bookkeeping.outbox_counts)

    async def _carry(self, one: Waiting) -> None:
        error = await self._attempt(one.parcel)
        if error is None:
            await self._database.write(partial(bookkeeping.delivered, number=one.number))
        else:
            await self._postpone(one, error)
        self._busy.discard(one.parcel.target)
        self._news.stir()

    async def _attempt(self, parcel: Parcel) -> str | None:
        handler = self._handlers.get(parcel.kind)
        if handler is None:
            return f"nothing here delivers {parcel.kind}"
        try:
            await handler(parcel)
        except (Problem, OSError, TimeoutError) as error:
            return str(error) or type(error).__name__
        return None

    async def _postpone(self, one: Waiting, error: str) -> None:
        now = self._clock.now()
        late = to_micros(now) - one.created > PATIENCE // timedelta(microseconds=1)
        due = None if late else to_micros(now + pause(one.attempts))
        await self._database.write(
            lambda tx: bookkeeping.postpone(tx, one.number, due, error[:500])
        )
