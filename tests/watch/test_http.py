"""Rules over HTTP: what they say now, and what they would have said."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.times import format_instant
from hansa.base.web import Request, WebApp
from hansa.context import City
from hansa.guard import Grant
from hansa.watch import Rule, routes
from tests.watch.conftest import until, watching
from tests.watch.making import OXYGEN, SILENCE, rules_of
from tests.watch.test_suppression import oxygen

Client = Callable[..., httpx.AsyncClient]
EDITED = """
rules:
  - id: oxygen
    title: {en: "Low oxygen"}
    when: {type: WaterQualityObserved}
    threshold: {attribute: O2, operator: "<", value: 3}
    severity: medium
"""


@pytest.fixture
def rules(tmp_path: Path) -> tuple[Rule, ...]:
    return rules_of(tmp_path / "rules", OXYGEN, SILENCE)


@pytest.fixture
def client(city: City, rules: tuple[Rule, ...]) -> Client:
    async def grant(request: Request) -> Any:
        return Grant("ann", request.headers["x-role"], "operation", city.clock.now(), city.world)

    app = WebApp(routes(city, rules), grant, lambda _: city.world.name, view=city.guard.view)

    def make(role: str = "administrator") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=app)
        return httpx.AsyncClient(
            transport=transport, base_url="http://node", headers={"X-Role": role}
        )

    return make


async def readings(city: City, grant: Grant, clock: ManualClock) -> dict[str, str]:
    """Four readings in forty minutes; the span about them."""
    begin = format_instant(clock.now())
    for value in (8, 4, 2, 8):
        await city.write(grant, [oxygen(city, value)])
        clock.advance(timedelta(minutes=10))
    return {"from": begin, "to": format_instant(clock.now())}


async def test_list_says_where_each_rule_stands(
    city: City, grant: Grant, rules: tuple[Rule, ...], client: Client
) -> None:
    async with watching(city, rules):
        await city.write(grant, [oxygen(city, 4)])
        await until(city, grant, oxygen="open")
    async with client("analyst") as http:
        first, second = (await http.get("/watch/rules")).json()
    assert (first["id"], first["kind"], first["open"]) == ("oxygen", "threshold", 1)
    assert first["lastFired"] == "2026-06-01T12:00:00Z"
    assert (first["firedInWeek"], first["file"], first["line"]) == (1, "rules/rules.yaml", 2)
    assert (second["id"], second["open"], second["lastFired"]) == ("silence", 0, None)


async def test_one_rule_with_its_file(client: Client) -> None:
    async with client() as http:
        assert "id: oxygen" in (await http.get("/watch/rules/oxygen")).json()["text"]
        assert (await http.get("/watch/rules/none")).status_code == 404


async def test_trial_says_when_how_often_how_long(
    city: City, grant: Grant, clock: ManualClock, client: Client
) -> None:
    span = await readings(city, grant, clock)
    async with client() as http:
        tried = (await http.post("/watch/rules/oxygen/test", json=span)).json()
    (firing,) = tried["firings"]
    assert (firing["opened"], firing["minutes"]) == ("2026-06-01T12:10:00Z", 20)
    (sums,) = tried["summaries"]
    assert (sums["fired"], sums["share"], sums["atOnce"], sums["open"]) == (1, 50, 1, 0)


async def test_trial_of_a_text_that_is_not_in_force(
    city: City, grant: Grant, clock: ManualClock, client: Client
) -> None:
    span = await readings(city, grant, clock)
    async with client() as http:
        tried = await http.post("/watch/rules/oxygen/test", json={**span, "text": EDITED})
        (firing,) = tried.json()["firings"]
        assert firing["opened"] == "2026-06-01T12:20:00Z"
        broken = EDITED.replace("severity: medium", "severity: urgent")
        refused = await http.post("/watch/rules/oxygen/test", json={**span, "text": broken})
        other = EDITED.replace("id: oxygen", "id: other")
        missing = await http.post("/watch/rules/oxygen/test", json={**span, "text": other})
    assert refused.status_code == 422
    assert refused.json()["where"] == "draft.yaml:7 rules.0.severity"
    assert missing.status_code == 404


@pytest.mark.parametrize(("role", "status"), [("press", 403), ("dispatcher", 403), ("mayor", 200)])
async def test_who_sees_rules(client: Client, role: str, status: int) -> None:
    async with client(role) as http:
        assert (await http.get("/watch/rules")).status_code == status


async def test_who_may_not_try(client: Client) -> None:
    span = {"from": "2026-06-01T00:00:00Z", "to": "2026-06-02T00:00:00Z"}
    async with client("mayor") as http:
        assert (await http.post("/watch/rules/oxygen/test", json=span)).status_code == 403


@pytest.mark.parametrize(
    "span",
    [
        {"from": "2026-06-01T00:00:00Z"},
        {"from": "2026-06-02T00:00:00Z", "to": "2026-06-01T00:00:00Z"},
        {"from": "2026-06-01T00:00:00Z", "to": "2027-06-01T00:00:00Z"},
        {"from": "yesterday", "to": "2027-06-01T00:00:00Z"},
    ],
)
async def test_spans_that_are_refused(client: Client, span: dict[str, str]) -> None:
    async with client() as http:
        assert (await http.post("/watch/rules/oxygen/test", json=span)).status_code == 400
