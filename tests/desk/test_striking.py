"""Nothing is deleted: a line is struck by a line that says why, and stays readable."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from hansa.context import City
from hansa.desk import DeskSettings
from hansa.guard import Grant
from tests.desk.conftest import alert, id_of, on_duty, until

Client = Callable[..., httpx.AsyncClient]
ONE = f"/desk/incidents/{id_of('a')}"


@pytest.fixture
async def line(client: Client, city: City, desk: DeskSettings, watch: Grant, officer: Grant) -> str:
    """The id of a note that ann wrote on an open incident."""
    await city.write(watch, [alert("a")])
    async with on_duty(city, desk):
        await until(city, officer, "a", state="new")
    async with client() as http:
        await http.post(f"{ONE}/note", json={"text": "Flat 5 is on fire"})
        return next(str(one["id"]) for one in await lines(http) if one["kind"]["value"] == "note")


async def lines(http: httpx.AsyncClient) -> list[dict[str, Any]]:
    return [one["entity"] for one in (await http.get(ONE)).json()["timeline"]]


async def strike(http: httpx.AsyncClient, entry: str, text: str = "a mistake") -> httpx.Response:
    return await http.post(f"{ONE}/strike", json={"entry": entry, "text": text})


async def test_a_struck_line_stays_readable_beside_the_reason(client: Client, line: str) -> None:
    async with client() as http:
        assert (await strike(http, line, "Flat 6 it is")).status_code == 200
        told = {one["kind"]["value"]: one for one in await lines(http)}
    assert told["note"]["note"]["value"] == "Flat 5 is on fire"
    assert told["struck"]["strikes"]["object"] == line
    assert told["struck"]["note"]["value"] == "Flat 6 it is"


async def test_a_line_is_struck_once_and_the_strike_can_be_struck(
    client: Client, line: str
) -> None:
    async with client() as http:
        await strike(http, line)
        again = await strike(http, line)
        by = next(one["id"] for one in await lines(http) if one["kind"]["value"] == "struck")
        back = await strike(http, by, "it was right")
        anew = await strike(http, line, "no, wrong after all")
    assert [one.status_code for one in (again, back, anew)] == [409, 200, 200]
    assert again.json()["type"] == "urn:hansa:problem:wrong-state"


async def test_another_duty_officer_may_strike_and_others_may_not(
    client: Client, line: str
) -> None:
    async with client(role="mayor", name="eve") as http:
        assert (await strike(http, line)).status_code == 403
    async with client(name="bob") as http:
        assert (await strike(http, line)).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        ({"entry": "urn:ngsi-ld:TimelineEntry:none", "text": "x"}, 404, "entry"),
        ({"entry": "no uri", "text": "x"}, 400, "entry"),
        ({"entry": "urn:ngsi-ld:TimelineEntry:x", "text": " "}, 400, "text"),
        ({"text": "x"}, 400, "body"),
    ],
)
async def test_bad_strikes_name_the_member(
    client: Client, line: str, body: dict[str, str], status: int, where: str
) -> None:
    async with client() as http:
        refused = await http.post(f"{ONE}/strike", json=body)
    assert (refused.status_code, refused.json()["where"]) == (status, where)
