"""A notification leaves: one attempt, and what became of it in the subscription's counters.

The outbox repeats what fails (`context.outbox`), so an attempt either succeeds or raises.
"""

from typing import Any

from hansa.base.outgoing import Outgoing
from hansa.base.problems import Problem
from hansa.base.times import format_instant
from hansa.context.city import City
from hansa.context.model import Note, Parcel
from hansa.context.outbox import Undelivered
from hansa.context.subscriptions.book import Book
from hansa.context.subscriptions.ending import Ending
from hansa.context.subscriptions.model import DELIVERED, Live
from hansa.context.subscriptions.notifying import KEY_HEADER, SECONDS_HEADER


class Delivery:
    """Delivers parcels of the kind `PARCEL`; to be given to the city's courier."""

    def __init__(self, city: City, book: Book, ending: Ending, outgoing: Outgoing) -> None:
        self._city = city
        self._book = book
        self._ending = ending
        self._outgoing = outgoing

    async def __call__(self, parcel: Parcel) -> None:
        """One attempt; raises a Problem where it failed. Parcels of what is gone are dropped."""
        inner = {name: value for name, value in parcel.headers if name.startswith(":")}
        live = self._book.get(inner.get(KEY_HEADER, ""))
        if live is None or live.status(self._city.clock.now()) != "active":
            return
        if await self._ending.over(live):
            return
        try:
            await self._attempt(parcel, inner.get(SECONDS_HEADER))
        except Problem:
            await self._count(live, failed=True)
            raise
        await self._count(live, failed=False)

    async def _attempt(self, parcel: Parcel, seconds: str | None) -> None:
        headers = {name: value for name, value in parcel.headers if not name.startswith(":")}
        answer = await self._outgoing.send(
            "POST",
            parcel.target,
            headers=headers,
            body=parcel.payload,
            seconds=None if seconds is None else float(seconds),
        )
        if not 200 <= answer.status < 300:
            raise Undelivered(f"{parcel.target} answered {answer.status}")

    async def _count(self, live: Live, *, failed: bool) -> None:
        key, now = live.kept.key, format_instant(self._city.clock.now())
        found = await self._city.notes(DELIVERED, key, limit=1)
        value: dict[str, Any] = dict(found[0].value) if found and found[0].key == key else {}
        if failed:
            value |= {"status": "failed", "lastFailure": now}
            value["timesFailed"] = value.get("timesFailed", 0) + 1
        else:
            value |= {"status": "ok", "lastSuccess": now}
        grant = self._city.guard.machine("notifier", self._city.world, live.kept.grant.tenant)
        await self._city.write(grant, [], notes=[Note(DELIVERED, key, value)])
