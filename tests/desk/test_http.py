"""The desk over HTTP: an incident from new to closed, and every way to be refused."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from hansa.context import Change, City, Op
from hansa.desk import DeskSettings
from hansa.guard import Grant
from tests.desk.conftest import alert, id_of, on_duty, until, value

Client = Callable[..., httpx.AsyncClient]
PATH = f"/desk/incidents/{quote(id_of('a'), safe='')}"


@pytest.fixture
async def change(city: City, desk: DeskSettings, watch: Grant, officer: Grant) -> int:
    """An incident is open; the change number it stands at."""
    buoy = {
        "type": "WaterQualityObserved",
        "O2": {**value(4.2), "observedAt": "2026-06-01T11:58:00Z"},
    }
    sectors = city.guard.machine("sectors", city.world)
    await city.write(
        sectors, [Change(Op.CREATE, "urn:ngsi-ld:WaterQualityObserved:buoy", buoy, owner="charles")]
    )
    async with on_duty(city, desk):
        await city.write(watch, [alert("a")])
        return (await until(city, officer, "a", state="new")).change


async def post(http: httpx.AsyncClient, verb: str, expect: int, **body: Any) -> httpx.Response:
    return await http.post(f"{PATH}/{verb}", json={"expect": expect, **body})


async def test_walk_to_the_close(client: Client, change: int) -> None:
    async with client() as http:
        for verb, state in (
            ("acknowledge", "acknowledged"),
            ("activate", "active"),
            ("assign", "active"),
            ("stabilise", "stable"),
            ("close", "closed"),
        ):
            extra = {"owner": "Water utility"} if verb == "assign" else {}
            extra |= {"reason": "resolved", "text": "A valve"} if verb == "close" else {}
            answer = await post(http, verb, change, **extra)
            assert answer.status_code == 200, answer.text
            assert answer.headers["Hansa-World"] == "exercise:testing"
            done = answer.json()
            assert (done["id"], done["state"]) == (id_of("a"), state)
            assert done["change"] > change
            change = done["change"]
        whole = (await http.get(PATH)).json()
    incident = whole["incident"]
    assert incident["change"] == change
    assert incident["entity"]["closeReason"]["value"] == "resolved"
    assert incident["entity"]["owner"]["value"] == "Water utility"
    kinds = [one["entity"]["kind"]["value"] for one in whole["timeline"]]
    assert kinds == ["opened", "acknowledged", "activated", "assigned", "stabilised", "closed"]
    assert whole["timeline"][-1]["entity"]["note"]["value"] == "A valve"
    assert [one["entity"]["id"] for one in whole["alerts"]] == ["urn:ngsi-ld:Alert:a"]
    (buoy,) = whole["entities"]
    assert buoy["age"] == 120
    assert buoy["observedAt"] == "2026-06-01T11:58:00Z"
    assert buoy["sources"] == ["charles"]


async def test_who_is_slower_learns_what_was_done(client: Client, change: int) -> None:
    async with client(name="ann") as first, client(name="bob") as second:
        await post(first, "acknowledge", change)
        refused = await post(second, "acknowledge", change)
    assert refused.status_code == 409
    told = refused.json()
    assert told["type"] == "urn:hansa:problem:conflict"
    assert told["state"] == "acknowledged"
    assert told["changed"] == [{"kind": "acknowledged", "by": "ann", "at": "2026-06-01T12:00:00Z"}]
    assert "acknowledged by ann" in told["detail"]


async def test_closing_twice_is_a_clear_problem(client: Client, change: int) -> None:
    async with client() as http:
        done = await post(http, "close", change, reason="duplicate")
        refused = await post(http, "close", done.json()["change"], reason="duplicate")
    assert refused.status_code == 409
    told = refused.json()
    assert told["type"] == "urn:hansa:problem:wrong-state"
    assert "closed" in told["detail"]
    assert "reopen" in told["remedy"]


async def test_reopening_takes_the_key_again(client: Client, city: City, change: int) -> None:
    key = "incident:urn:ngsi-ld:Alert:a"
    async with client() as http:
        done = await post(http, "close", change, reason="resolved")
        assert await city.holder(city.world, "", key) is None
        again = await post(http, "reopen", done.json()["change"])
    assert again.json()["state"] == "acknowledged"
    assert await city.holder(city.world, "", key) == id_of("a")


@pytest.mark.parametrize(
    ("verb", "body", "where"),
    [
        ("close", {"expect": 1}, "reason"),
        ("close", {"expect": 1, "reason": "bored"}, "reason"),
        ("acknowledge", {}, "expect"),
        ("assign", {"expect": 1, "owner": " "}, "owner"),
        ("note", {"text": "  "}, "text"),
        ("note", {"text": "x" * 4001}, "text"),
        ("acknowledge", {"expect": "1"}, "body"),
        ("acknowledge", {"expect": 1, "force": True}, "body"),
        ("acknowledge", [], "body"),
    ],
)
async def test_bad_orders_name_the_member(
    client: Client, change: int, verb: str, body: Any, where: str
) -> None:
    async with client() as http:
        refused = await http.post(f"{PATH}/{verb}", json=body)
    assert refused.status_code == 400
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["where"] == where


async def test_notes_disturb_nobody_and_are_personal(
    client: Client, city: City, change: int
) -> None:
    async with client() as http:
        noted = await http.post(f"{PATH}/note", json={"text": "Mrs X of flat 5 called"})
        assert noted.json()["change"] == change
        assert (await post(http, "acknowledge", change)).status_code == 200
        seen = (await http.get(PATH)).json()["timeline"]
    async with client(role="analyst") as http:
        unseen = (await http.get(PATH)).json()["timeline"]
    assert [one["entity"]["note"]["value"] for one in seen if "note" in one["entity"]] == [
        "Mrs X of flat 5 called"
    ]
    assert [one for one in unseen if "note" in one["entity"]] == []
    assert len(unseen) == len(seen)


async def test_list_by_state(client: Client, change: int) -> None:
    async with client() as http:
        new = (await http.get("/desk/incidents", params={"state": "new,active"})).json()
        closed = (await http.get("/desk/incidents", params={"state": "closed"})).json()
        everything = (await http.get("/desk/incidents")).json()
        wrong = await http.get("/desk/incidents", params={"state": "lost"})
    assert [one["entity"]["id"] for one in new["incidents"]] == [id_of("a")]
    assert (new["count"], closed["count"], everything["count"]) == (1, 0, 1)
    assert wrong.status_code == 400
    assert wrong.json()["where"] == "state"


async def test_settings_name_the_reasons(client: Client, change: int) -> None:
    async with client() as http:
        given = (await http.get("/desk/settings")).json()
    assert given["openFrom"] == "high"
    assert given["reasons"]["false-alarm"]["ru"] == "ложный сигнал"


@pytest.mark.parametrize(
    ("role", "status"), [(None, 401), ("analyst", 403), ("administrator", 403)]
)
async def test_who_may_order(client: Client, change: int, role: str | None, status: int) -> None:
    async with client(role=role) as http:
        assert (await post(http, "acknowledge", change)).status_code == status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/desk/incidents/urn%3Angsi-ld%3AIncident%3Anone", 404),
        ("/desk/incidents/not-a-uri", 400),
        ("/desk/incidents/urn%3Angsi-ld%3AAlert%3Aa", 404),
        ("/desk/incidents/urn%3Ax%3A%22%3Bkind", 400),
    ],
)
async def test_what_is_no_incident(client: Client, change: int, path: str, status: int) -> None:
    async with client() as http:
        assert (await http.get(path)).status_code == status
        assert (await http.post(f"{path}/acknowledge", json={"expect": 1})).status_code == status
