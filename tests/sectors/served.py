"""A small HTTP server on loopback whose answers a test writes, and a city that may call it."""

import asyncio
import io
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import orjson
from aiohttp import web

from hansa.base.logs import make_logger
from hansa.base.outgoing import Outgoing
from hansa.context import City, Entity, Query, TypeIs
from hansa.guard import View
from hansa.sectors import Doors, Source


@dataclass(slots=True)
class Said:
    """What the server answers with, once or until another answer is written."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Served:
    """The server: `says` are its answers by path, `asked` the requests that it got.

    `live`, where it is set, makes every answer.
    """

    origin: str = ""
    says: dict[str, Said] = field(default_factory=dict)
    asked: list[web.Request] = field(default_factory=list)
    live: Callable[[web.Request], object] | None = None

    def say(self, path: str, document: object, status: int = 200, **headers: str) -> None:
        """Answer this path (with its query) with a document from now on."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        self.says[path] = Said(status, orjson.dumps(document), named)

    async def answer(self, request: web.Request) -> web.Response:
        """The answer; 304 where the client knows it."""
        self.asked.append(request)
        if self.live is not None:
            return web.Response(body=orjson.dumps(self.live(request)))
        said = self.says.get(request.path_qs) or Said(404)
        etag = said.headers.get("ETag")
        if etag is not None and request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(status=said.status, body=said.body, headers=said.headers)


@asynccontextmanager
async def serving() -> AsyncIterator[Served]:
    """The server, on a port of its own."""
    served = Served()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", served.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield served
    await runner.cleanup()


def doors_of(
    city: City, sources: Sequence[Source], home: Path, *allow: str, log: io.StringIO | None = None
) -> Doors:
    """The doors of a city that may call these origins."""
    logger = make_logger("testing", city.clock, log or io.StringIO())
    outgoing = Outgoing(allow, loopback=True)
    return Doors(city, sources, outgoing, home, logger, dice=random.Random(7))


@asynccontextmanager
async def followed(
    city: City,
    sources: Sequence[Source],
    home: Path,
    allow: Sequence[str],
    log: io.StringIO | None = None,
) -> AsyncIterator[Doors]:
    """The sources, followed; a task that fails fails the test."""
    doors = doors_of(city, sources, home, *allow, log=log)
    tasks = [asyncio.ensure_future(job()) for _, job in doors.jobs()]
    try:
        yield doors
    finally:
        for task in tasks:
            task.cancel()
        for done in await asyncio.gather(*tasks, return_exceptions=True):
            assert isinstance(done, asyncio.CancelledError), done
        await doors.outgoing.close()


async def entity_once(
    city: City, view: View, entity: str, holds: Callable[[Entity], bool]
) -> Entity:
    """The entity as soon as `holds`; woken by the change log."""
    async with asyncio.timeout(30):
        after = city.last_change
        if (found := await _entity(city, view, entity)) is not None and holds(found):
            return found
        async for _ in city.changes(view, None, after=after):
            found = await _entity(city, view, entity)
            if found is not None and holds(found):
                return found
    raise AssertionError("unreachable")


async def _entity(city: City, view: View, entity: str) -> Entity | None:
    page = await city.read(view, Query(ids=(entity,)))
    return page.entities[0] if page.entities else None


async def heights(city: City, view: View) -> dict[str, float]:
    """The levels that stand in the graph, by post."""
    page = await city.read(view, Query(types=TypeIs("WaterObserved")))
    return {str(one.value("stationID")): one.value("height") for one in page.entities}
