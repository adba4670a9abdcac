"""A real city on disk, its desk as a task, and clients of each role over HTTP in process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest

from hansa.base.settings import CitySettings
from hansa.base.web import Request, WebApp
from hansa.context import Change, City, Entity, Op, Query, TypeIs
from hansa.desk import DeskSettings, load_desk, routes, run
from hansa.guard import Grant


@pytest.fixture
def desk(settings: CitySettings, city: City) -> DeskSettings:
    return load_desk(settings.folder, city.vocabulary)


@pytest.fixture
def watch(city: City) -> Grant:
    """Of the room that writes alerts."""
    return city.guard.machine("watch", city.world)


@pytest.fixture
def officer(city: City) -> Grant:
    return Grant("ann", "duty-officer", "operation", city.clock.now(), city.world)


@pytest.fixture
def client(city: City, desk: DeskSettings) -> Callable[..., httpx.AsyncClient]:
    """A client that acts as `name` in a role; no role, no grant."""

    async def grant(request: Request) -> Any:
        role = request.headers.get("x-role")
        name = request.headers.get("x-name", "ann")
        purpose = request.headers.get("hansa-purpose", "operation")
        return role and Grant(name, role, purpose, city.clock.now(), city.world)

    app = WebApp(routes(city, desk), grant, lambda _: city.world.name, view=city.guard.view)

    def make(role: str | None = "duty-officer", name: str = "ann") -> httpx.AsyncClient:
        headers = {"X-Name": name} | ({"X-Role": role} if role else {})
        transport = httpx.ASGITransport(app=app)
        return httpx.AsyncClient(transport=transport, base_url="http://node", headers=headers)

    return make


@asynccontextmanager
async def on_duty(city: City, desk: DeskSettings) -> AsyncIterator[None]:
    """The desk and the clock's timers as they run in a node."""
    here = asyncio.current_task()
    assert here is not None

    def fail(task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            here.cancel()  # the test shall not wait for what will never come

    tasks = [asyncio.create_task(run(city, desk)), asyncio.create_task(city.run_timers())]
    for task in tasks:
        task.add_done_callback(fail)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


def value(given: Any) -> dict[str, Any]:
    return {"type": "Property", "value": given}


def words(text: str) -> dict[str, Any]:
    return {"type": "LanguageProperty", "languageMap": {"en": text}}


def alert(name: str, severity: str = "high", key: str = "a", **more: Any) -> Change:
    """An alert as the watch opens it."""
    body = {
        "type": "Alert",
        "title": words(f"Trouble {key}"),
        "severity": value(severity),
        "sector": value("water"),
        "category": value("water"),
        "state": value("open"),
        "rule": value("rule"),
        "dedupKey": value(key),
        "alertSource": {"type": "Relationship", "object": "urn:ngsi-ld:WaterQualityObserved:buoy"},
        "location": {
            "type": "GeoProperty",
            "value": {"type": "Point", "coordinates": [39.7, 54.6]},
        },
        **more,
    }
    return Change(Op.CREATE, f"urn:ngsi-ld:Alert:{name}", body)


def change_of(name: str, **attributes: Any) -> Change:
    """What the watch changes of an open alert."""
    body = {attribute: value(given) for attribute, given in attributes.items()}
    return Change(Op.APPEND, f"urn:ngsi-ld:Alert:{name}", body)


def id_of(name: str) -> str:
    return f"urn:ngsi-ld:Incident:{name}"


async def incidents(city: City, grant: Grant) -> dict[str, Entity]:
    """Every incident by the name of its first alert."""
    page = await city.read(city.guard.view(grant), Query(types=TypeIs("Incident")))
    return {one.id.rsplit(":", 1)[1]: one for one in page.entities}


async def timeline(city: City, grant: Grant, name: str) -> list[str]:
    """The kinds of an incident's entries, oldest first."""
    page = await city.read(city.guard.view(grant), Query(types=TypeIs("TimelineEntry")))
    mine = [one for one in page.entities if one.value("refIncident") == id_of(name)]
    return [str(one.value("kind")) for one in sorted(mine, key=lambda one: one.change)]


async def until(city: City, grant: Grant, name: str, **values: Any) -> Entity:
    """The incident once its attributes have these values; the log tells when."""
    while True:
        number = city.last_change
        found = (await incidents(city, grant)).get(name)
        if found is not None and all(found.value(key) == want for key, want in values.items()):
            return found
        await city.news.beyond(number)


async def until_told(city: City, grant: Grant, name: str, kind: str) -> list[str]:
    """The timeline once it holds an entry of a kind."""
    while True:
        number = city.last_change
        found = await timeline(city, grant, name)
        if kind in found:
            return found
        await city.news.beyond(number)
