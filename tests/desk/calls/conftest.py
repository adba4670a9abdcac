"""Clients of each role over HTTP in process, in a city with a house."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from hansa.base.settings import CitySettings
from hansa.base.web import Request, WebApp
from hansa.context import City
from hansa.desk import Calling, DeskSettings, Work, call_routes, load_desk, routes, task_routes
from hansa.guard import Grant
from tests.desk.calls.calling import DESK, calling_of, house, machine, zone
from tests.desk.tasks.working import work_of

Client = Callable[..., httpx.AsyncClient]


@pytest.fixture
def desk(settings: CitySettings, city: City) -> DeskSettings:
    (settings.folder / "desk.yaml").write_text(DESK)
    return load_desk(settings.folder, city.vocabulary)


@pytest.fixture
def work(settings: CitySettings) -> Work:
    return work_of(settings)


@pytest.fixture
async def calling(settings: CitySettings, city: City, desk: DeskSettings, work: Work) -> Calling:
    await city.write(city.guard.operator(), [zone(), house()])
    return calling_of(settings, city, desk, work)


@pytest.fixture
def officer(city: City) -> Grant:
    return machine(city, "calls")


@pytest.fixture
def client(city: City, calling: Calling) -> Client:
    """A client that acts as `name` in a role, for an organisation."""

    async def grant(request: Request) -> Any:
        role, name = request.headers["x-role"], request.headers["x-name"]
        organization, now = request.headers["x-organization"], city.clock.now()
        return Grant(name, role, "operation", now, city.world, organization=organization)

    app = WebApp(
        (
            *routes(city, calling.desk),
            *call_routes(city, calling),
            *task_routes(city, calling.work),
        ),
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
