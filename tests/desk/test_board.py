"""The board: filters, order and counts of what is open or was closed lately."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.context import City
from hansa.desk import CONSUMER, DeskSettings
from hansa.guard import Grant
from tests.desk.conftest import alert, id_of, incidents, on_duty, until, value

Client = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def three(
    client: Client, city: City, desk: DeskSettings, watch: Grant, officer: Grant, clock: ManualClock
) -> None:
    """One critical and new, one high and taken by bob, one closed."""
    async with on_duty(city, desk), client(name="bob") as http:
        for name, severity in (("crit", "critical"), ("taken", "high"), ("over", "high")):
            heat = {"sector": value("heat")} if name == "crit" else {}
            await city.write(watch, [alert(name, severity, name, **heat)])
            await city.settled([CONSUMER])
            clock.advance(timedelta(minutes=1))
        found = await incidents(city, officer)
        body: dict[str, Any] = {"expect": found["taken"].change}
        await http.post(f"/desk/incidents/{id_of('taken')}/acknowledge", json=body)
        body = {"expect": found["over"].change, "reason": "resolved"}
        await http.post(f"/desk/incidents/{id_of('over')}/close", json=body)
        clock.advance(timedelta(minutes=5))
        await until(city, officer, "crit", overdue=True)


async def names(http: httpx.AsyncClient, **params: str) -> list[str]:
    found = (await http.get("/desk/incidents", params=params)).json()
    return [one["entity"]["id"].rsplit(":", 1)[1] for one in found["incidents"]]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, ["over", "taken", "crit"]),
        ({"order": "openedAt"}, ["crit", "taken", "over"]),
        ({"order": "-severity"}, ["crit", "over", "taken"]),
        ({"order": "priority"}, ["crit", "over", "taken"]),
        ({"order": "state"}, ["crit", "taken", "over"]),
        ({"order": "due"}, ["crit", "taken", "over"]),
        ({"order": "title"}, ["crit", "over", "taken"]),
        ({"state": "new,acknowledged"}, ["taken", "crit"]),
        ({"owner": "bob"}, ["taken"]),
        ({"priority": "1"}, ["crit"]),
        ({"severity": "high"}, ["over", "taken"]),
        ({"sector": "heat"}, ["crit"]),
        ({"type": "other"}, ["over", "taken", "crit"]),
        ({"organization": "urn:ngsi-ld:Organization:none"}, []),
        ({"overdue": "true"}, ["crit"]),
        ({"text": "TROUBLE t"}, ["taken"]),
        ({"limit": "1", "offset": "1"}, ["taken"]),
    ],
)
async def test_filters_and_orders(
    client: Client, three: None, params: dict[str, str], expected: list[str]
) -> None:
    async with client() as http:
        assert await names(http, **params) == expected


async def test_each_state_is_counted_whatever_state_is_shown(client: Client, three: None) -> None:
    async with client() as http:
        found = (await http.get("/desk/incidents", params={"state": "new"})).json()
    assert found["counts"] == {
        "new": 1,
        "acknowledged": 1,
        "active": 0,
        "stable": 0,
        "closed": 1,
    }
    assert found["count"] == 1


async def test_what_was_closed_long_ago_is_off_the_board(
    client: Client, clock: ManualClock, three: None
) -> None:
    clock.advance(timedelta(days=8))
    async with client() as http:
        assert await names(http) == ["taken", "crit"]
        assert "over" in await names(http, closedSince="2026-06-01T00:00:00Z")


@pytest.mark.parametrize("params", [{"state": "lost"}, {"order": "colour"}, {"limit": "0"}])
async def test_bad_questions_name_the_parameter(
    client: Client, three: None, params: dict[str, str]
) -> None:
    async with client() as http:
        refused = await http.get("/desk/incidents", params=params)
    assert refused.status_code == 400
    assert refused.json()["where"] == next(iter(params))
