"""An incident opened by hand: like any other from then on, and its words in the vault."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.context import City
from hansa.desk import DeskSettings
from hansa.guard import Grant
from tests.desk.conftest import id_of, incidents, on_duty, timeline, until

GIVEN = {"incidentType": "other", "severity": "high", "place": [39.7, 54.6], "text": "canary said"}


async def test_it_is_open_due_and_told(
    city: City, client: Callable[..., httpx.AsyncClient], officer: Grant, clock: ManualClock,
    desk: DeskSettings,
) -> None:  # fmt: skip
    async with client() as http:
        answer = await http.post("/desk/incidents", json=GIVEN)
        assert answer.status_code == 201
        told = answer.json()
        name = told["id"].rsplit(":", 1)[1]
        assert await timeline(city, officer, name) == ["opened"]
        found = (await incidents(city, officer))[name]
        assert found.value("state") == "new"
        assert found.value("location")["coordinates"] == [39.7, 54.6]
        assert found.value("title") == dict(desk.types["other"].words)
        assert b"canary" not in found.body
        shown = (await http.get(f"/desk/incidents/{told['id']}")).json()
        (line,) = shown["timeline"]
        assert line["entity"]["note"]["value"] == "canary said"
        assert line["entity"]["machine"]["value"] is False
        done = await http.post(
            f"/desk/incidents/{told['id']}/acknowledge", json={"expect": told["change"]}
        )
        assert done.status_code == 200


async def test_nobody_takes_it_and_it_is_overdue(
    city: City, client: Callable[..., httpx.AsyncClient], officer: Grant, clock: ManualClock,
    desk: DeskSettings,
) -> None:  # fmt: skip
    async with client() as http, on_duty(city, desk):
        told = (await http.post("/desk/incidents", json=GIVEN)).json()
        clock.advance(timedelta(minutes=desk.due_minutes["high"] + 1))
        name = told["id"].rsplit(":", 1)[1]
        found = await until(city, officer, name, overdue=True)
    assert found.id == id_of(name)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"incidentType": "moon"}, "incidentType"),
        ({"severity": "bad"}, "severity"),
        ({"sector": "moon"}, "sector"),
        ({"place": [200, 0]}, "place"),
        ({"text": "x" * 4001}, "text"),
        ({"more": 1}, "body"),
    ],
)
async def test_what_is_wrong_is_named(
    client: Callable[..., httpx.AsyncClient], change: dict[str, object], where: str
) -> None:
    async with client() as http:
        answer = await http.post("/desk/incidents", json=GIVEN | change)
    assert (answer.status_code, answer.json()["where"]) == (400, where)


@pytest.mark.parametrize("role", ["analyst", "mayor", "press"])
async def test_who_does_not_work_at_the_desk_opens_none(
    client: Callable[..., httpx.AsyncClient], role: str
) -> None:
    async with client(role) as http:
        assert (await http.post("/desk/incidents", json=GIVEN)).status_code == 403
