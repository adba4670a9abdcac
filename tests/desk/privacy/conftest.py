"""A city with citizens' requests, its privacy officer over HTTP, and rules of retention."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.settings import CitySettings
from hansa.base.web import Request, WebApp
from hansa.context import Change, City, Op
from hansa.desk import PrivacySettings, load_privacy, privacy_routes
from hansa.guard import Grant

REQUEST = "urn:ngsi-ld:Open311ServiceRequest:"
RETENTION = """
at: "03:30"
rules:
  requests:
    words: {en: closed requests}
    type: Open311ServiceRequest
    where: 'status=="closed"'
    since: closedAt
    days: 30
    because: {en: time for a complaint}
"""


@pytest.fixture
def privacy_folder(settings: CitySettings) -> Path:
    folder = settings.folder / "privacy"
    folder.mkdir()
    (folder / "retention.yaml").write_text(RETENTION, encoding="utf-8")
    (folder / "breaches.yaml").write_text("laws: [gdpr, ru-152-fz]\n", encoding="utf-8")
    (folder / "register.yaml").write_text(
        "controller: {en: The city}\n"
        "types: {Open311ServiceRequest: {purpose: {en: to answer}, basis: {en: a duty}}}\n",
        encoding="utf-8",
    )
    return folder


@pytest.fixture
def privacy(privacy_folder: Path, city: City) -> PrivacySettings:
    return load_privacy(city.settings.folder, city.vocabulary)


@pytest.fixture
def client_as(city: City, privacy: PrivacySettings) -> Callable[..., httpx.AsyncClient]:
    """A client that acts in a role."""

    async def grant(request: Request) -> Any:
        role = request.headers.get("x-role")
        purpose = request.headers.get("hansa-purpose", "operation")
        return role and Grant("pavel", role, purpose, city.clock.now(), city.world)

    app = WebApp(
        privacy_routes(city, privacy), grant, lambda _: city.world.name, view=city.guard.view
    )

    def make(role: str, purpose: str = "subject-request") -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://node",
            headers={"X-Role": role, "Hansa-Purpose": purpose},
        )

    return make


@pytest.fixture
async def officer(
    client_as: Callable[..., httpx.AsyncClient],
) -> AsyncIterator[httpx.AsyncClient]:
    async with client_as("privacy-officer") as client:
        yield client


def prop(value: Any) -> dict[str, Any]:
    return {"type": "Property", "value": value}


def request(name: str, **attributes: Any) -> Change:
    body = {"type": "Open311ServiceRequest", **{k: prop(v) for k, v in attributes.items()}}
    return Change(Op.UPDATE_OR_CREATE, REQUEST + name, body)


async def write(city: City, *changes: Change) -> None:
    await city.write(city.guard.machine("sectors", city.world), changes)


def reader(city: City) -> Grant:
    """Who handles requests."""
    return Grant("ann", "duty-officer", "request-handling", city.clock.now(), city.world)


@pytest.fixture
def now(clock: ManualClock) -> ManualClock:
    return clock
