"""The work of a small city, and clients of each role over HTTP in process."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from hansa.base.settings import CitySettings
from hansa.base.web import Request, WebApp
from hansa.context import City
from hansa.desk import DeskSettings, Work, routes, task_routes
from hansa.guard import Grant
from tests.desk.tasks.working import work_of


@pytest.fixture
def work(settings: CitySettings) -> Work:
    return work_of(settings)


@pytest.fixture
def client(city: City, desk: DeskSettings, work: Work) -> Callable[..., httpx.AsyncClient]:
    """A client that acts as `name` in a role, for an organisation."""

    async def grant(request: Request) -> Any:
        role, name = request.headers["x-role"], request.headers["x-name"]
        organization = request.headers["x-organization"]
        now = city.clock.now()
        return Grant(name, role, "operation", now, city.world, organization=organization)

    app = WebApp(
        (*routes(city, desk), *task_routes(city, work)),
        grant,
        lambda _: city.world.name,
        view=city.guard.view,
    )

    def make(
        role: str = "duty-officer", name: str = "ann", organization: str = ""
    ) -> httpx.AsyncClient:
        headers = {"X-Name": name, "X-Role": role, "X-Organization": organization}
        transport = httpx.ASGITransport(app=app)
        return httpx.AsyncClient(transport=transport, base_url="http://node", headers=headers)

    return make
