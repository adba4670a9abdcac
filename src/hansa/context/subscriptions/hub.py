"""Subscriptions of one city, assembled: book, notifiers, delivery, and the verbs on them."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hansa.base.ids import fresh
from hansa.base.outgoing import Outgoing
from hansa.base.problems import AlreadyExists, BadRequestData, ResourceNotFound
from hansa.base.times import parse_instant
from hansa.context.city import City
from hansa.context.jsonld import Contexts, Names
from hansa.context.model import Timer
from hansa.context.representation import NULL
from hansa.context.subscriptions.book import Book, note_of
from hansa.context.subscriptions.compiling import Naming
from hansa.context.subscriptions.delivery import Delivery
from hansa.context.subscriptions.ending import Ending, Stays
from hansa.context.subscriptions.model import (
    DELIVERED,
    SENT,
    Kept,
    Live,
    consumer_of,
    key_of,
    prefix_of,
)
from hansa.context.subscriptions.notifier import Notifier
from hansa.context.subscriptions.notifying import Writer
from hansa.context.subscriptions.reading import check_whole, read_members, read_subscription
from hansa.guard import Grant

_QUERY = ("q", "geoQ", "scopeQ")


class Subscriptions:
    """One per city. `load` before use; `run` notifies for ever; `deliver` is for the courier.

    `stays`: whether a maker may still act; absent: as guard says.
    """

    def __init__(
        self,
        city: City,
        naming: Naming,
        contexts: Contexts,
        outgoing: Outgoing,
        stays: Stays | None = None,
    ) -> None:
        self._city = city
        self._naming = naming
        self._outgoing = outgoing
        self._book = Book(naming)
        self._writer = Writer(naming, contexts)
        self._tenants: asyncio.Queue[str] = asyncio.Queue()
        self._ending = Ending(city, self._book, stays or city.guard.stays)
        self.deliver = Delivery(city, self._book, self._ending, outgoing)

    async def load(self) -> None:
        """Read the subscriptions that the city keeps."""
        await self._book.load(self._city)

    async def run(self) -> None:
        """Notify the subscribers of every tenant; for ever."""
        running: set[str] = set()
        async with asyncio.TaskGroup() as group:
            wanted = {"", *self._book.tenants()}
            while True:
                for tenant in wanted - running:
                    notifier = Notifier(self._city, self._book, self._writer, self._ending, tenant)
                    group.create_task(notifier.run())
                running |= wanted
                wanted = {await self._tenants.get()}

    # ---- verbs

    async def create(
        self, grant: Grant, document: Any, names: Names, context: Any, base: str
    ) -> Kept:
        """A new subscription (5.8.1). `context`: the @context value it came with."""
        now = self._city.clock.now()
        found = read_subscription(document, names, now)
        found.setdefault("id", f"urn:ngsi-ld:Subscription:{fresh(now)}")
        if self._book.get(key_of(grant, found["id"])) is not None:
            raise AlreadyExists(f"the subscription {found['id']} exists already", where="id")
        operation = replace(grant, purpose="operation", session="")  # it outlives the session
        since = self._city.last_change
        kept = Kept(found, context, context, base, operation, since, now, now)
        await self._keep(kept)
        return kept

    async def update(
        self, grant: Grant, subscription_id: str, fragment: Any, names: Names, context: Any
    ) -> None:
        """Change members of a subscription (5.8.2); NGSI-LD Null, or null, takes one away."""
        before = self.find(grant, subscription_id).kept
        if not isinstance(fragment, Mapping):
            raise BadRequestData("is not a JSON object", where="body")
        gone = [name for name, value in fragment.items() if value in (None, NULL)]
        given = {name: value for name, value in fragment.items() if name not in gone}
        changed = read_members(given, names)
        if changed.get("id", subscription_id) != subscription_id:
            raise BadRequestData("the id cannot be changed", where="id", rule="5.2.12")
        document = {**before.document, **changed}
        for name in gone:
            document.pop(name, None)
        now = self._city.clock.now()
        _check_update(before, document, changed, now)
        requeried = any(name in changed for name in _QUERY)
        kept = replace(
            before,
            document=document,
            query_context=context if requeried else before.query_context,
            since=self._city.last_change,
            modified_at=now,
        )
        await self._keep(kept)

    async def delete(self, grant: Grant, subscription_id: str) -> None:
        """Forget a subscription (5.8.5) with its counters and timers."""
        await self._ending.end(grant, self.find(grant, subscription_id).kept)

    def find(self, grant: Grant, subscription_id: str) -> Live:
        """A subscription of the grant's tenant; ResourceNotFound, also for another one's."""
        live = self._book.get(key_of(grant, subscription_id))
        if live is None or not self._shown(grant, live):
            raise ResourceNotFound(f"there is no subscription {subscription_id}")
        return live

    def all(self, grant: Grant) -> list[Live]:
        """Subscriptions of the grant's tenant, by id: one's own, and all for who keeps tokens."""
        return [one for one in self._book.with_prefix(prefix_of(grant)) if self._shown(grant, one)]

    def _shown(self, grant: Grant, live: Live) -> bool:
        """An endpoint may hold a secret of whoever subscribed."""
        keeps = self._city.guard.rights.manages(grant, "tokens")
        return keeps or live.kept.grant.actor == grant.actor

    async def counters(self, key: str) -> Mapping[str, Any]:
        """timesSent, lastNotification, lastSuccess … of a subscription (5.2.14.2)."""
        found: dict[str, Any] = {}
        for space in (SENT, DELIVERED):
            for note in await self._city.notes(space, key, limit=1):
                found |= note.value if note.key == key else {}
        found.pop("waiting", None)
        return found

    async def _keep(self, kept: Kept) -> None:
        self._outgoing.check(kept.document["notification"]["endpoint"]["uri"], "endpoint.uri")
        if (context := kept.document.get("jsonldContext")) is not None:
            self._naming(context)
        self._book.check(kept)
        interval = kept.document.get("timeInterval")
        due = None if interval is None else self._city.clock.now() + timedelta(seconds=interval)
        timer = Timer(consumer_of(kept.grant.tenant), kept.key, due)
        await self._city.write(kept.grant, [], notes=[note_of(kept)], timers=[timer])
        self._book.put(kept)
        self._tenants.put_nowait(kept.grant.tenant)


def _check_update(
    before: Kept, document: Mapping[str, Any], changed: Mapping[str, Any], now: datetime
) -> None:
    """A subscription that expired earlier may stay so; a new expiry must lie ahead (5.8.2.4)."""
    expires = before.document.get("expiresAt")
    over = expires is not None and parse_instant(expires) <= now
    untouched = over and "expiresAt" not in changed
    check_whole({k: v for k, v in document.items() if not (untouched and k == "expiresAt")}, now)
