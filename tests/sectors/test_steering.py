"""A followed source over HTTP: what it is, how it behaves, and what people may do with it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.web import Request, WebApp
from hansa.context import City
from hansa.guard import Grant, View
from hansa.sectors import Doors, Source, routes
from tests.sectors.helpers import source_of
from tests.sectors.served import Served, entity_once, followed, serving
from tests.sectors.test_http_json import MAPPING

ONE = "/sectors/sources/posts"


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as server:
        server.say("/posts?key=s3cret", {"data": [{"post": "a", "time": "2026-06-01T11:59:00Z"}]})
        yield server


@pytest.fixture
def source(tmp_path: Path, served: Served) -> Source:
    text = MAPPING.format(origin=served.origin, more="secret: {file: posts}")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "posts").write_text("hunter2")
    return source_of(tmp_path, text.replace("/posts\n", "/posts?key=s3cret\n"))


@pytest.fixture
async def doors(
    city: City, view: View, served: Served, source: Source, tmp_path: Path
) -> AsyncIterator[Doors]:
    async with followed(city, (source,), tmp_path, [served.origin]) as found:
        await entity_once(city, view, source.id, lambda one: bool(one.value("nextReadAt")))
        yield found


def _client(city: City, source: Source, doors: Doors, role: str) -> httpx.AsyncClient:
    async def grant(_: Request) -> Any:
        return Grant("ann", role, "operation", city.clock.now(), city.world)

    table = routes(city, (source,), city.settings.folder, doors)
    app = WebApp(table, grant, lambda _: city.world.name, view=city.guard.view)
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://node")


async def test_page_of_a_source_is_made_from_its_manifest_and_shows_no_secret(
    city: City, source: Source, doors: Doors
) -> None:
    async with _client(city, source, doors, "clerk") as client:
        answer = await client.get(ONE)
        kinds = (await client.get("/sectors/connectors")).json()["connectors"]

    found = answer.json()
    settings = {one["name"]: one for one in found["connector"]["settings"]}
    assert settings["secret"]["value"] == "file posts"
    assert settings["url"]["value"].endswith("/posts?…")
    assert settings["poll"] == settings["poll"] | {"value": 60.0, "isDefault": True}
    assert "hunter2" not in answer.text
    assert "s3cret" not in answer.text
    assert found["behaviour"]["dueAt"] == "2026-06-01T12:01:00Z"
    assert found["behaviour"]["columns"]["lacking"] is False
    assert [one["name"] for one in kinds] == sorted(one["name"] for one in kinds)


async def test_last_rows_are_named_by_their_entities(
    city: City, view: View, served: Served, source: Source, doors: Doors
) -> None:
    row = {"post": "a", "time": "2026-06-01T11:59:30Z", "values": [{"level": 50}]}
    served.say("/posts?key=s3cret", {"data": [row]})
    async with _client(city, source, doors, "clerk") as client:
        assert (await client.post(f"{ONE}/poll")).status_code == 202
        await entity_once(city, view, "urn:ngsi-ld:WaterObserved:a", bool)
        last = (await client.get(ONE)).json()["last"]

    assert last == [
        {
            "id": "urn:ngsi-ld:WaterObserved:a",
            "observedAt": "2026-06-01T11:59:30Z",
            "arrivedAt": "2026-06-01T12:00:00Z",
        }
    ]


async def test_pause_needs_a_reason_and_a_right_and_is_shown(
    city: City, served: Served, source: Source, doors: Doors, clock: ManualClock
) -> None:
    async with _client(city, source, doors, "mayor") as client:
        refused = await client.post(f"{ONE}/pause", json={"reason": "the meter is changed"})
        polled = await client.post(f"{ONE}/poll")
    async with _client(city, source, doors, "administrator") as client:
        without = await client.post(f"{ONE}/pause", json={"reason": ""})
        paused = await client.post(f"{ONE}/pause", json={"reason": "the meter is changed"})
        shown = (await client.get(ONE)).json()
        resumed = await client.post(f"{ONE}/resume")
        after = (await client.get(ONE)).json()

    assert (refused.status_code, polled.status_code, without.status_code) == (403, 403, 400)
    assert (paused.status_code, resumed.status_code) == (204, 204)
    assert (shown["health"], shown["behaviour"]["paused"]) == ("paused", "the meter is changed")
    assert after["health"] != "paused"


async def test_source_of_files_is_not_asked(city: City, source: Source, doors: Doors) -> None:
    async with _client(city, source, doors, "administrator") as client:
        answer = await client.post("/sectors/sources/files/poll")

    assert answer.status_code == 404
