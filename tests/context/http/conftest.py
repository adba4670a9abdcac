"""A real city in a folder of its own and a client that speaks HTTP to it in process."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.outgoing import Outgoing
from hansa.base.settings import load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.base.web import Request, WebApp
from hansa.context.city import City
from hansa.context.http import Service, make_service, routes
from hansa.context.subscriptions import Subscriptions
from hansa.guard import Grant, World

CITY = """
name: probe
title: {en: Probe}
zone: Europe/Moscow
world: WORLD
map: {center: [39.7, 54.6]}
egress: {allow: ALLOW}
"""


class Probe:
    """A city, its API and a client of each role."""

    def __init__(self, city: City, service: Service) -> None:
        self.city = city
        self.service = service
        settings = city.settings
        self.outgoing = Outgoing(settings.egress.allow, loopback=settings.exercise)
        self.gone: set[str] = set()  # actors whose program or account is no more
        self.hub = Subscriptions(city, service.names, service.contexts, self.outgoing, self._stays)
        self.app = WebApp(routes(service, self.hub), self._grant, lambda _: city.world.name)

    async def _stays(self, grant: Grant) -> bool:
        return grant.actor not in self.gone

    async def _grant(self, request: Request) -> Any:
        role = request.headers.get("x-role", "api")
        return (
            None
            if role == "nobody"
            else Grant(
                request.headers.get("x-actor", f"test-{role}"),
                role,
                "operation",
                self.city.clock.now(),
                World(self.city.world.name),
                organization=request.headers.get("x-organization", ""),
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

        async def start(world: str = "actual", allow: Sequence[str] = ()) -> Probe:
            folder = tmp_path / world.replace(":", "-")
            folder.mkdir(exist_ok=True)
            text = CITY.replace("WORLD", f'"{world}"').replace("ALLOW", json.dumps(list(allow)))
            (folder / "city.yaml").write_text(text)
            city = await City.open(load_city(folder), load_vocabulary(), folder / "home", clock)
            stack.push_async_callback(city.close)
            probe = Probe(city, make_service(city))
            stack.push_async_callback(probe.outgoing.close)
            await probe.hub.load()
            return probe

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
