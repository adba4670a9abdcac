"""The city as an Open311 server: real requests over HTTP in process, both forms."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.problems import BadFile
from hansa.base.settings import CitySettings, load_city
from hansa.base.web import WebApp
from hansa.context import City, Query, TypeIs
from hansa.sectors.open311 import load_catalogue, routes

SERVICES = """\
jurisdiction: testing.example
services:
  - code: lamp
    name: {en: Street light out}
    group: light
    agency: Works
    attributes:
      - {code: POLE, required: true, description: {en: Number on the pole}}
      - code: HOW
        datatype: multivaluelist
        description: {en: How}
        values: {dark: {en: dark}, flickers: {en: flickers}}
  - {code: other, name: {en: Other}}
"""
CITY_YAML = """\
name: testing
title: {en: Testing}
zone: Europe/Moscow
world: exercise:testing
map: {center: [39.74, 54.63]}
"""
PLACE = {"lat": "54.6", "long": "39.7"}


@pytest.fixture
def settings(tmp_path: Path) -> CitySettings:
    """An exercise, which must never be mistaken for real in what goes out."""
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "city.yaml").write_text(CITY_YAML, encoding="utf-8")
    return load_city(folder)


@pytest.fixture
async def client(city: City, settings: CitySettings) -> AsyncIterator[httpx.AsyncClient]:
    (settings.folder / "open311.yaml").write_text(SERVICES, encoding="utf-8")
    catalogue = load_catalogue(settings.folder, settings.languages)

    async def nobody(_: Any) -> None:
        return None

    app = WebApp(routes(city, catalogue), nobody, lambda _: city.world.name)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://node/open311/v2") as made:
        yield made


@pytest.fixture
async def key(city: City) -> str:
    issued = await city.guard.tokens.issue(city.guard.operator(), "citizens-app")
    return issued.token


async def _send(client: httpx.AsyncClient, key: str, **members: Any) -> httpx.Response:
    form = {"api_key": key, "service_code": "other", **PLACE, **members}
    return await client.post("/requests.json", data=form)


async def test_a_request_becomes_an_entity_with_its_words_in_the_vault(
    client: httpx.AsyncClient, key: str, city: City
) -> None:
    answer = await _send(
        client, key, description="canary text", first_name="Anna", email="anna@example.org"
    )
    assert answer.status_code == 201
    (told,) = answer.json()
    assert told["world"] == "exercise:testing"

    officer = city.guard.machine("desk", city.world)
    page = await city.read(city.guard.view(officer), Query(types=TypeIs("Open311ServiceRequest")))
    (entity,) = page.entities
    assert entity.value("service_request_id") == told["service_request_id"]
    assert entity.value("status") == "open"
    assert entity.value("location")["coordinates"] == [39.7, 54.6]
    assert b"canary" not in entity.body
    store = city.database.path.parent
    held = b"".join(path.read_bytes() for path in store.rglob("*") if path.is_file())
    assert b"canary text" not in held
    assert b"anna@example.org" not in held


async def test_both_forms_read_back_what_is_public_and_no_more(
    client: httpx.AsyncClient, key: str
) -> None:
    sent = (await _send(client, key, description="canary text")).json()[0]["service_request_id"]
    (plain,) = (await client.get(f"/requests/{sent}.json")).json()
    root = ElementTree.fromstring((await client.get("/requests.xml")).text)  # noqa: S314
    assert root.tag == "service_requests"
    (request,) = root.findall("request")
    assert request.findtext("status") == plain["status"] == "open"
    assert request.findtext("world") == plain["world"]
    assert plain["service_name"] == "Other"
    assert plain["description"] is None
    assert plain["lat"] is None  # internal in this catalogue


async def test_services_and_their_questions(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/services.json")).json()
    assert [(one["service_code"], one["metadata"]) for one in listed] == [
        ("lamp", True),
        ("other", False),
    ]
    definition = ElementTree.fromstring((await client.get("/services/lamp.xml")).text)  # noqa: S314
    assert [one.findtext("code") for one in definition.iter("attribute")] == ["POLE", "HOW"]
    assert [one.findtext("key") for one in definition.iter("value")] == ["dark", "flickers"]
    discovery = (await client.get("/discovery.json")).json()
    assert discovery["endpoints"][0]["url"] == "/open311/v2"


@pytest.mark.parametrize(
    ("members", "status", "what"),
    [
        ({"service_code": ""}, 400, "service_code was not provided"),
        ({"service_code": "moon"}, 404, "no service 'moon'"),
        ({"lat": "", "long": ""}, 400, "find the place"),
        ({"lat": "91", "long": "0"}, 400, "WGS 84"),
        ({"service_code": "lamp"}, 400, "answer is required"),
        ({"service_code": "lamp", "attribute[POLE]": "7", "attribute[HOW][]": "x"}, 400, "none of"),
        ({"attribute[NO]": "7"}, 400, "does not ask for NO"),
        ({"description": "x" * 4001}, 400, "4000"),
        ({"jurisdiction_id": "elsewhere"}, 404, "elsewhere"),
        ({"api_key": "no"}, 401, "api_key"),
    ],
)
async def test_a_wrong_request_is_refused_in_the_words_of_the_standard(
    client: httpx.AsyncClient, key: str, members: dict[str, str], status: int, what: str
) -> None:
    answer = await _send(client, key, **members)
    assert answer.status_code == status
    (error,) = answer.json()
    assert error["code"] == status
    assert what in error["description"]


async def test_answers_to_the_questions_are_taken(client: httpx.AsyncClient, key: str) -> None:
    answer = await client.post(
        "/requests.xml",
        data={
            "api_key": key,
            "service_code": "lamp",
            "address_string": "1 Main St",
            "attribute[POLE]": "7",
            "attribute[HOW][]": ["dark", "flickers"],
        },
    )
    assert answer.status_code == 201
    root = ElementTree.fromstring(answer.text)  # noqa: S314
    assert root.findtext("request/service_request_id")


async def test_pages_and_filters(client: httpx.AsyncClient, key: str, clock: ManualClock) -> None:
    sent = []
    for _ in range(5):
        clock.advance(timedelta(hours=1))
        sent.append((await _send(client, key)).json()[0]["service_request_id"])

    async def listed(**given: Any) -> list[str]:
        answer = await client.get("/requests.json", params=given)
        return [one["service_request_id"] for one in answer.json()]

    assert await listed(page_size=2) == [sent[4], sent[3]]
    assert await listed(page_size=2, page=3) == [sent[0]]
    assert await listed(status="closed") == []
    assert await listed(service_request_id=f"{sent[1]},{sent[0]}") == [sent[1], sent[0]]
    assert await listed(updated_after="2026-06-01T15:30:00Z") == [sent[4], sent[3]]
    assert await listed(end_date="2026-06-01T14:30:00Z") == [sent[1], sent[0]]
    first = await client.get("/requests.json", params={"page_size": 2})
    assert (first.headers["Hansa-Count"], first.headers["Hansa-Page"]) == ("5", "1/3")


@pytest.mark.parametrize(
    "given",
    [
        {"start_date": "2026-01-01T00:00:00Z"},
        {"start_date": "yesterday"},
        {"service_code": 'x"y'},
        {"page_size": "1001"},
    ],
)
async def test_a_wrong_filter_is_refused(client: httpx.AsyncClient, given: Any) -> None:
    answer = await client.get("/requests.json", params=given)
    assert answer.status_code == 400
    assert answer.json()[0]["description"]


async def test_what_is_not_there_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get("/requests/none.json")).status_code == 404
    assert (await client.get("/tokens/none.xml")).status_code == 404
    assert (await client.get("/requests/none")).status_code == 404


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("services: [{code: a.b, name: {en: x}}]", "service_code"),
        ("services: [{code: a, name: {ru: x}}]", "no name in en"),
        ("services: [{code: a, name: {en: x}}, {code: a, name: {en: x}}]", "twice"),
        (
            "services: [{code: a, name: {en: x}, attributes: [{code: q, description: {en: q}, "
            "datatype: singlevaluelist}]}]",
            "lists",
        ),
    ],
)
def test_a_wrong_catalogue_is_refused_with_its_line(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "open311.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadFile, match=what) as caught:
        load_catalogue(tmp_path, ("en",))
    assert ":1" in caught.value.where
