"""A city with an invented quarter, its addresses followed as a node does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest

from hansa.base.web import Request, WebApp
from hansa.context import City
from hansa.desk import Addresses, address_routes
from hansa.guard import Grant


@pytest.fixture
def sectors(city: City) -> Grant:
    """Of the room that brings tables in."""
    return city.guard.machine("sectors", city.world)


@pytest.fixture
async def addresses(city: City) -> AsyncIterator[Addresses]:
    followed = Addresses(city)
    task = asyncio.create_task(followed.run())
    yield followed
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.fixture
def client(city: City) -> Callable[..., httpx.AsyncClient]:
    """A client in a role, over addresses that nobody follows."""

    async def grant(request: Request) -> Any:
        role = request.headers.get("x-role")
        return role and Grant("ann", role, "operation", city.clock.now(), city.world)

    routes = address_routes(city, Addresses(city))
    app = WebApp(routes, grant, lambda _: city.world.name, view=city.guard.view)

    def make(role: str = "duty-officer") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=app)
        headers = {"X-Role": role}
        return httpx.AsyncClient(transport=transport, base_url="http://node", headers=headers)

    return make
