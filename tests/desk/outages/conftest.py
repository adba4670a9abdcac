"""A town with houses, its outages as a task, and clients of each role over HTTP in process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from hansa.base.settings import CitySettings
from hansa.base.web import Request, WebApp
from hansa.context import City
from hansa.desk import (
    NO_WORK,
    Addresses,
    Catalogue,
    Office,
    Theme,
    follow_outages,
    load_desk,
    load_outages,
    office_of,
    outage_routes,
)
from hansa.guard import Grant
from tests.desk.outages.supplied import settle

OUTAGES = """
proposal: {calls: 3, within: 30 min}
report: {every: 1 h}
resources:
  coldWater:
    incidentType: water
    severity: medium
    severe: {high: 4}
"""
DESK = "types: {water: {words: {en: water supply}}}\n"
THEMES = Catalogue(
    {
        "no-water": Theme("no-water", {"en": "no water"}, "water", "coldWater"),
        "cold": Theme("cold", {"en": "cold radiators"}, "heat", "heat"),
        "noise": Theme("noise", {"en": "noise"}, "safety"),
    }
)


@pytest.fixture
def addresses(city: City) -> Addresses:
    return Addresses(city)


@pytest.fixture
async def office(settings: CitySettings, city: City, addresses: Addresses) -> Office:
    return await office_in(settings, city, addresses, OUTAGES)


async def office_in(settings: CitySettings, city: City, addresses: Addresses, given: str) -> Office:
    """The office of the hand-made town whose folder says this of outages."""
    folder = settings.folder
    (folder / "outages.yaml").write_text(given)
    (folder / "desk.yaml").write_text(DESK)
    desk = load_desk(folder, city.vocabulary)
    outages = load_outages(folder, city.vocabulary, settings.languages, desk.types)
    await settle(city)
    return office_of(city, outages, desk, NO_WORK, addresses)


@pytest.fixture
def client(office: Office) -> Callable[..., httpx.AsyncClient]:
    """A client that acts as `name` in a role, for an organisation."""
    city = office.city

    async def grant(request: Request) -> Any:
        role, name = request.headers["x-role"], request.headers["x-name"]
        organization = request.headers["x-organization"]
        now = city.clock.now()
        return Grant(name, role, "operation", now, city.world, organization=organization)

    app = WebApp(outage_routes(office), grant, lambda _: city.world.name, view=city.guard.view)

    def make(
        role: str = "duty-officer", name: str = "ann", organization: str = ""
    ) -> httpx.AsyncClient:
        headers = {"X-Name": name, "X-Role": role, "X-Organization": organization}
        transport = httpx.ASGITransport(app=app)
        return httpx.AsyncClient(transport=transport, base_url="http://node", headers=headers)

    return make


@pytest.fixture
def followed(office: Office, addresses: Addresses) -> Callable[[], Any]:
    """Runs the task of the outages and the clock's timers, as a node does."""

    @asynccontextmanager
    async def run() -> AsyncIterator[None]:
        here = asyncio.current_task()
        assert here is not None

        def fail(task: asyncio.Task[None]) -> None:
            if not task.cancelled():
                here.cancel()  # the test shall not wait for what will never come

        jobs = [addresses.run(), follow_outages(office, THEMES), office.city.run_timers()]
        tasks = [asyncio.create_task(one) for one in jobs]
        for task in tasks:
            task.add_done_callback(fail)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for ended in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(ended, Exception):
                    raise ended

    return run
