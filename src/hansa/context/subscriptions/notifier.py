"""The consumer that turns changes into notifications, once each.

It reads the change log under its own machine grant, decides under each subscriber's view, and
commits parcels, counters, timers and its cursor together: a crash between two commits repeats
nothing and loses nothing. Where it lags behind the graph it reads the past, so that a notification
tells the state that its change made.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from hansa.base.problems import Problem, ViewEnded
from hansa.base.times import format_instant, parse_instant
from hansa.context.city import City
from hansa.context.model import ChangeKind, Cursor, Entity, Note, Parcel, Record, Timer
from hansa.context.query import Query
from hansa.context.subscriptions import matching
from hansa.context.subscriptions.book import Book
from hansa.context.subscriptions.ending import Ending
from hansa.context.subscriptions.model import SENT, Live, consumer_of
from hansa.context.subscriptions.notifying import News, Writer
from hansa.guard import Grant, View

_log = structlog.get_logger("hansa.subscriptions")
_LAZY = 500  # records without effect before the cursor is moved all the same
_INSTANT = timedelta(microseconds=1)


@dataclass(slots=True)
class _Batch:
    """What one batch of records leads to."""

    parcels: list[Parcel] = field(default_factory=list)
    timers: dict[str, Timer] = field(default_factory=dict)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)


class Notifier:
    """Notifies the subscribers of one tenant. `run` never returns; cancel it to end it."""

    def __init__(
        self, city: City, book: Book, writer: Writer, ending: Ending, tenant: str = ""
    ) -> None:
        self._city = city
        self._ending = ending
        self._book = book
        self._writer = writer
        self._tenant = tenant
        self.consumer = consumer_of(tenant)

    async def run(self) -> None:
        """Follow the change log from the stored cursor on, with a new view when one ends."""
        while True:
            with suppress(ViewEnded):
                await self._follow()

    async def _follow(self) -> None:
        grant = self._city.guard.machine("notifier", self._city.world, self._tenant)
        done = await self._city.cursor(self.consumer)
        view = self._city.guard.view(grant)
        async for records in self._city.changes(view, self.consumer):
            batch = await self._weigh(records)
            number = records[-1].number
            if batch.parcels or batch.timers or batch.sent or number - done >= _LAZY:
                await self._commit(grant, batch, number)
                done = number

    async def _commit(self, grant: Grant, batch: _Batch, number: int) -> None:
        await self._city.write(
            grant,
            [],
            cursor=Cursor(self.consumer, number),
            outbox=batch.parcels,
            timers=list(batch.timers.values()),
            notes=[Note(SENT, key, value) for key, value in batch.sent.items()],
        )

    async def _weigh(self, records: Sequence[Record]) -> _Batch:
        batch = _Batch()
        for commit in _commits(records):
            if commit[0].kind is ChangeKind.TIMER:
                await self._ring_safely(commit[0], batch)
            else:
                await self._changed(commit, batch)
        return batch

    # ---- changes

    async def _changed(self, records: Sequence[Record], batch: _Batch) -> None:
        """Records of one commit: one notification per subscription, of all entities changed."""
        told: dict[str, tuple[Live, dict[str, list[Record]]]] = {}
        now = self._city.clock.now()
        for record in records:
            gone = record.kind is ChangeKind.DELETED
            names = None if gone else matching.names_in(record)
            for live in self._book.watching(self._tenant, record.types, names):
                if live.interval or live.status(now) != "active":
                    continue
                view = self._view_or_none(live)
                if view is not None and matching.concerns(live, record, view):
                    _, found = told.setdefault(live.kept.key, (live, {}))
                    found.setdefault(record.entity_id, []).append(record)
        for live, by_entity in told.values():
            try:
                if not await self._ending.over(live):
                    await self._tell(live, await self._news(live, by_entity), batch)
            except Problem as problem:  # one subscription that cannot be served stops no other
                await self._failed(live, problem, batch)

    async def _failed(self, live: Live, problem: Problem, batch: _Batch) -> None:
        _log.error("subscription failed", key=live.kept.key, problem=str(problem))
        now = format_instant(self._city.clock.now())
        sent = await self._sent(live.kept.key, batch)
        batch.sent[live.kept.key] = {**sent, "status": "failed", "lastFailure": now}

    async def _news(self, live: Live, by_entity: dict[str, list[Record]]) -> list[News]:
        view = self._view(live)
        now = await self._read(view, tuple(by_entity))
        found = []
        for entity_id, records in by_entity.items():
            one = await self._one(live, view, records, now.get(entity_id))
            if one is not None:
                found.append(one)
        return found

    async def _one(
        self, live: Live, view: View, records: list[Record], entity: Entity | None
    ) -> News | None:
        last = records[-1]
        gone = last.committed_at if last.kind is ChangeKind.DELETED else None
        if gone is not None or entity is None or entity.change > last.number:
            moment = last.committed_at - _INSTANT if gone else last.committed_at
            entity = (await self._read(view, (last.entity_id,), moment)).get(last.entity_id)
        if entity is None or not matching.meets(live, entity):
            return None
        if gone is None and not matching.as_wanted(live, records, entity):
            return None
        return await self._told(live, view, records, entity, gone)

    async def _told(
        self, live: Live, view: View, records: list[Record], entity: Entity, gone: datetime | None
    ) -> News | None:
        if gone is not None:
            removed = matching.removed_with(live, entity)
            if not removed and "entityDeleted" not in live.triggers:
                return None
            return News(entity, removed, gone, gone, entity)
        removed = tuple(
            dict.fromkeys(
                name for one in records for name in one.removed if view.sees(entity.types, name)
            )
        )
        if not removed:
            return News(entity)
        moment = records[0].committed_at
        before = (await self._read(view, (entity.id,), moment - _INSTANT)).get(entity.id)
        return News(entity, removed, None, moment, before)

    # ---- telling, now or later

    async def _tell(self, live: Live, news: Sequence[News], batch: _Batch) -> None:
        if not news:
            return
        now, key = self._city.clock.now(), live.kept.key
        sent = await self._sent(key, batch)
        last = sent.get("lastNotification")
        if live.throttling and last is not None:
            due = parse_instant(last) + timedelta(seconds=live.throttling)
            if now < due:
                waiting = dict.fromkeys(
                    [*sent.get("waiting", ()), *(one.entity.id for one in news)]
                )
                batch.sent[key] = {**sent, "waiting": list(waiting)}
                batch.timers[key] = Timer(self.consumer, key, due)
                return
        self._send(live, news, batch, {**sent, "waiting": []}, now)

    def _send(
        self, live: Live, news: Sequence[News], batch: _Batch, sent: dict[str, Any], now: datetime
    ) -> None:
        batch.parcels.append(self._writer.parcel(live, news, now))
        batch.sent[live.kept.key] = {
            **sent,
            "timesSent": sent.get("timesSent", 0) + 1,
            "lastNotification": format_instant(now),
        }

    async def _sent(self, key: str, batch: _Batch) -> dict[str, Any]:
        if key in batch.sent:
            return batch.sent[key]
        found = await self._city.notes(SENT, key, limit=1)
        return dict(found[0].value) if found and found[0].key == key else {}

    # ---- timers: the end of a throttled while, and intervals

    async def _ring_safely(self, record: Record, batch: _Batch) -> None:
        try:
            await self._ring(record, batch)
        except Problem as problem:  # as in `_changed`
            live = None if record.timer is None else self._book.get(record.timer[1])
            if live is not None:
                await self._failed(live, problem, batch)

    async def _ring(self, record: Record, batch: _Batch) -> None:
        if record.timer is None:
            return
        key = record.timer[1]
        live, now = self._book.get(key), self._city.clock.now()
        if live is None or await self._ending.over(live):
            return
        if live.interval:
            batch.timers[key] = Timer(self.consumer, key, now + timedelta(seconds=live.interval))
        if live.status(now) != "active":
            return
        sent = await self._sent(key, batch)
        view = self._view_or_none(live)
        if view is None:
            return
        if live.interval:
            entities = await self._all(live, view)
        else:
            waiting = await self._read(view, tuple(sent.get("waiting", ())))
            entities = [one for one in waiting.values() if matching.meets(live, one)]
        if entities:
            news = [News(one) for one in entities]
            self._send(live, news, batch, {**sent, "waiting": []}, now)

    async def _all(self, live: Live, view: View) -> list[Entity]:
        found: dict[str, Entity] = {}
        for selector in live.selectors:
            page = await self._city.read(view, selector)
            found |= {one.id: one for one in page.entities}
        return list(found.values())

    # ---- reading

    def _view_or_none(self, live: Live) -> View | None:
        """None where the subscriber's role is no more: it sees nothing, so nothing changed."""
        try:
            return self._view(live)
        except Problem as problem:
            _log.error("subscriber without a view", key=live.kept.key, problem=str(problem))
            return None

    def _view(self, live: Live) -> View:
        return self._city.guard.view(live.kept.grant)

    async def _read(
        self, view: View, ids: tuple[str, ...], at: datetime | None = None
    ) -> dict[str, Entity]:
        if not ids:
            return {}
        page = await self._city.read(view, Query(ids=ids), at)
        return {one.id: one for one in page.entities}


def _commits(records: Sequence[Record]) -> Iterable[list[Record]]:
    """Records of a batch by commit; each timer by itself."""
    group: list[Record] = []
    for record in records:
        apart = record.kind is ChangeKind.TIMER or not group
        if group and (apart or group[0].committed_at != record.committed_at):
            yield group
            group = []
        group.append(record)
        if record.kind is ChangeKind.TIMER:
            yield group
            group = []
    if group:
        yield group
