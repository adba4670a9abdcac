"""The change log as server-sent events: what the page lives on.

The event's id is the change number, so a browser that lost the line says where it stood
(`Last-Event-ID`, WHATWG HTML, 9.2) and gets exactly what it missed. In a replay the page also
hears how the clock goes (`clock`): every few seconds, and at once when somebody turns it.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from datetime import timedelta
from typing import Any

import orjson

from hansa.base.clock import Clock
from hansa.base.problems import InvalidRequest, ViewEnded
from hansa.base.times import format_instant
from hansa.base.web import Request, sse
from hansa.console.replay import playing, replay_of
from hansa.context import City, Record, world_member
from hansa.guard import View

BEAT = timedelta(seconds=15)
SYNC = timedelta(seconds=2)  # between two `clock` events of a replay
FARTHEST = 20_000  # changes behind which fetching anew is cheaper than replaying


def start_of(request: Request, newest: int) -> int:
    """The change number after which the client wants to hear; now, where it does not say."""
    text = request.headers.get("last-event-id") or request.query.get("after")
    if not text:
        return newest
    if not text.isdigit():
        raise InvalidRequest(
            f"{text!r} is no change number", where="after", remedy="leave it out to begin now"
        )
    return int(text)


async def events(city: City, view: View, after: int) -> AsyncGenerator[bytes, None]:
    """`hello`, then `changes` in batches, a comment now and then, `ended` when the view ends.

    `hello` names the number it begins at: where that is not the one asked for (too far back,
    or of another life of the store), the page fetches anew.
    """
    newest = city.last_change
    begin = after if newest - FARTHEST <= after <= newest else newest
    hello = {"now": format_instant(city.clock.now()), "from": begin, "number": newest}
    yield b"retry: 1000\n\n" + sse(orjson.dumps(hello), "hello")
    try:
        async for piece in _live(city, view, begin):
            yield piece
    except ViewEnded as ending:
        yield sse(orjson.dumps(ending.document()), "ended")


async def _live(city: City, view: View, after: int) -> AsyncGenerator[bytes, None]:
    changes = city.changes(view, None, after)
    reading = _soon(anext(changes))
    beat = _soon(_beat(city.clock))
    try:
        while True:
            await asyncio.wait((reading, beat), return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                batch = reading.result()
                reading = _soon(anext(changes))
                yield _changes(city, batch)
            if beat.done():
                city.guard.check_view(view, city.clock.outside.now())
                beat = _soon(_beat(city.clock))
                yield _sign(city)
    finally:
        await _stop(reading, beat)
        await _close(changes)


async def _beat(clock: Clock) -> None:
    """Until a sign of life is due; by the clock outside, or a fast replay would do little else."""
    outside, replay = clock.outside, playing(clock)
    waits = [_soon(outside.until(outside.now() + (BEAT if replay is None else SYNC)))]
    if replay is not None:
        waits.append(_soon(replay.turned()))
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _stop(*waits)


def _sign(city: City) -> bytes:
    replay = replay_of(city)
    return b": beat\n\n" if replay is None else sse(orjson.dumps(replay), "clock")


def _changes(city: City, batch: tuple[Record, ...]) -> bytes:
    world = world_member(city.world)
    told = [world | _record(one) for one in batch]
    return sse(orjson.dumps(told), "changes", batch[-1].number)


def _record(record: Record) -> dict[str, Any]:
    return {
        "number": record.number,
        "kind": record.kind,
        "id": record.entity_id,
        "types": record.types,
        "fragment": record.fragment,
        "removed": record.removed,
        "at": format_instant(record.committed_at),
        "actor": record.actor,
        "backfilled": record.backfilled,
        "late": record.late,
    }


def _soon(work: Awaitable[Any]) -> "asyncio.Future[Any]":
    return asyncio.ensure_future(work)


async def _stop(*tasks: "asyncio.Future[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _close(changes: AsyncIterator[Any]) -> None:
    closing = getattr(changes, "aclose", None)
    if closing is not None:
        await closing()
