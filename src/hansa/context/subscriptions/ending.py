"""The end of a subscription: by its maker's wish, or because its maker is gone.

It outlives the session it was made in, and nothing else: once the program, the account or the role
is no more, it ends before it would say another word.
"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import structlog

from hansa.context.city import City
from hansa.context.model import Note, Timer
from hansa.context.subscriptions.book import Book
from hansa.context.subscriptions.model import DELIVERED, SENT, SPACE, Kept, Live, consumer_of
from hansa.guard import Grant

Stays: TypeAlias = Callable[[Grant], Awaitable[bool]]
"""Whether who once acted by a grant may still do so."""

_log = structlog.get_logger("hansa.subscriptions")


class Ending:
    """Ends the subscriptions of one city."""

    def __init__(self, city: City, book: Book, stays: Stays) -> None:
        self._city = city
        self._book = book
        self._stays = stays

    async def over(self, live: Live) -> bool:
        """Whether its maker is gone; then it has ended."""
        grant = live.kept.grant
        if await self._stays(grant):
            return False
        _log.warning("subscription ended with its maker", key=live.kept.key, actor=grant.actor)
        machine = self._city.guard.machine("notifier", self._city.world, grant.tenant)
        await self.end(machine, live.kept)
        return True

    async def end(self, grant: Grant, kept: Kept) -> None:
        """Forget a subscription with its counters and timers."""
        key, tenant = kept.key, kept.grant.tenant
        notes = [Note(space, key, None) for space in (SPACE, SENT, DELIVERED)]
        await self._city.write(
            grant, [], notes=notes, timers=[Timer(consumer_of(tenant), key, None)]
        )
        self._book.drop(key)
