"""A real city in a folder of its own and a client that speaks HTTP to it in process."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.settings import load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.base.web import Request, WebApp
from hansa.context.city import City
from hansa.context.http import Service, make_service, routes
from hansa.guard import Grant, World

CITY = """
name: probe
title: {en: Probe}
zone: Europe/Moscow
world: WORLD
map: {center: [39.7, 54.6]}
"""


class Probe:
    """A city, its API and a client of each role."""

    def __init__(self, city: City, service: Service) -> None:
        self.city = city
        self.service = service
        self.app = WebApp(routes(service), self._grant, lambda _: city.world.name)

    async def _grant(self, request: Request) -> Any:
        role = request.headers.get("x-role", "api")
        return (
            None
            if role == "nobody"
            else Grant(
                f"test-{role}",
                role,
                "operation",
                self.city.clock.now(),
                World(self.city.world.name),
            )
        )

    def client(self, role: str = "api", **headers: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app),
            base_url="http://node",
            headers={"X-Role": role, **headers},
        )


OpenProbe = Callable[..., Any]


@pytest.fixture
async def open_probe(tmp_path: Path, clock: ManualClock) -> AsyncIterator[OpenProbe]:
    async with AsyncExitStack() as stack:

        async def start(world: str = "actual") -> Probe:
            folder = tmp_path / world.replace(":", "-")
            folder.mkdir()
            (folder / "city.yaml").write_text(CITY.replace("WORLD", f'"{world}"'))
            city = await City.open(load_city(folder), load_vocabulary(), folder / "home", clock)
            stack.push_async_callback(city.close)
            await city.guard.open()
            return Probe(city, make_service(city))

        yield start


@pytest.fixture
async def probe(open_probe: OpenProbe) -> Probe:
    found: Probe = await open_probe()
    return found


@pytest.fixture
async def client(probe: Probe) -> AsyncIterator[httpx.AsyncClient]:
    async with probe.client() as found:
        yield found


@pytest.fixture
def tick(clock: ManualClock) -> Callable[[], None]:
    """Move the clock by a second, so that two writes differ in time."""
    return lambda: clock.advance(timedelta(seconds=1))
