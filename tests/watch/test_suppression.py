"""Planned suppression: expected alerts wake nobody, and what is still true at its end does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.problems import Forbidden
from hansa.base.times import format_instant
from hansa.base.web import Request, WebApp
from hansa.context import Change, City, Entity, Op, Query, TypeIs
from hansa.guard import Grant
from hansa.watch import Rule, routes
from hansa.watch.suppression import Scope, Subject, Suppression, covering
from tests.watch.conftest import alerts, watching
from tests.watch.making import BUOY, OXYGEN, rules_of

Client = Callable[..., httpx.AsyncClient]
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SQUARE = {"type": "Polygon", "coordinates": [[[39, 54], [40, 54], [40, 55], [39, 55], [39, 54]]]}


@pytest.fixture
def rules(tmp_path: Path) -> tuple[Rule, ...]:
    return rules_of(tmp_path / "rules", OXYGEN, OXYGEN | {"id": "other"})


@pytest.fixture
def client(city: City, rules: tuple[Rule, ...]) -> Client:
    """A client that acts as `name` in a role."""

    async def grant(request: Request) -> Any:
        role, name = request.headers["x-role"], request.headers["x-name"]
        return Grant(name, role, "operation", city.clock.now(), city.world)

    app = WebApp(routes(city, rules), grant, lambda _: city.world.name, view=city.guard.view)

    def make(role: str = "duty-officer", name: str = "ann") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=app)
        headers = {"X-Name": name, "X-Role": role}
        return httpx.AsyncClient(transport=transport, base_url="http://node", headers=headers)

    return make


def oxygen(city: City, value: float, point: tuple[float, float] = (39.7, 54.6)) -> Change:
    now = format_instant(city.clock.now())
    body = {
        "type": "WaterQualityObserved",
        "O2": {"type": "Property", "value": value, "observedAt": now},
        "location": {
            "type": "GeoProperty",
            "value": {"type": "Point", "coordinates": [*point]},
        },
    }
    return Change(Op.UPDATE_OR_CREATE, BUOY, body, by_observation=True)


def wish(hours: float = 2, **more: Any) -> dict[str, Any]:
    until = format_instant(NOON + timedelta(hours=hours))
    return {"rule": "oxygen", "until": until, "reason": "maintenance", **more}


async def marks(city: City, grant: Grant, **wanted: bool) -> dict[str, Entity]:
    """The alerts by rule once they stand so: True suppressed, False open and not."""
    while True:
        number = city.last_change
        found = {str(one.value("rule")): one for one in (await _all(city, grant))}
        standing = {name: bool(one.value("suppressed")) for name, one in found.items()}
        if standing.items() >= wanted.items():
            return found
        await city.news.beyond(number)


async def _all(city: City, grant: Grant) -> list[Entity]:
    page = await city.read(city.guard.view(grant), Query(types=TypeIs("Alert")))
    return list(page.entities)


# ---- which alerts are meant

SUBJECT = Subject("oxygen", "water", (BUOY,), {"type": "Point", "coordinates": [39.7, 54.6]})


@pytest.mark.parametrize(
    ("scope", "covers"),
    [
        (Scope(rule="oxygen"), True),
        (Scope(rule="other"), False),
        (Scope(sector="water"), True),
        (Scope(sector="water", rule="other"), False),
        (Scope(entity=BUOY), True),
        (Scope(entity="urn:x:other"), False),
        (Scope(area=SQUARE), True),
        (Scope(area=SQUARE, sector="heat"), False),
    ],
)
def test_every_member_that_is_given_must_fit(scope: Scope, covers: bool) -> None:
    one = Suppression("urn:x:s", scope, NOON, NOON + timedelta(hours=1))
    assert (covering([one], SUBJECT, NOON) == "urn:x:s") is covers
    assert covering([one], SUBJECT, NOON - timedelta(seconds=1)) is None
    assert covering([one], SUBJECT, NOON + timedelta(hours=1)) is None


def test_an_alert_without_a_place_lies_in_no_area() -> None:
    one = Suppression("urn:x:s", Scope(area=SQUARE), NOON, NOON + timedelta(hours=1))
    assert covering([one], Subject("oxygen", "water"), NOON) is None


# ---- planned, in force, over


async def test_alert_opens_suppressed_and_comes_up_when_it_is_over(
    city: City, grant: Grant, clock: ManualClock, rules: tuple[Rule, ...], client: Client
) -> None:
    async with watching(city, rules), client() as http:
        planned = await http.post("/watch/suppressions", json=wish())
        assert planned.status_code == 201, planned.text
        await city.write(grant, [oxygen(city, 4)])
        found = await marks(city, grant, oxygen=True, other=False)
        assert found["oxygen"].value("suppressedBy") == planned.json()["id"]
        assert found["oxygen"].value("state") == "open"
        (row,) = (await http.get("/watch/suppressions")).json()["suppressions"]
        assert (row["state"], row["alerts"], row["plannedBy"]) == ("active", 1, "ann")
        clock.advance(timedelta(hours=2))
        await marks(city, grant, oxygen=False)
        (row,) = (await http.get("/watch/suppressions")).json()["suppressions"]
        assert (row["state"], row["alerts"]) == ("over", 0)


async def test_what_has_ended_meanwhile_does_not_come_up(
    city: City, grant: Grant, clock: ManualClock, rules: tuple[Rule, ...], client: Client
) -> None:
    async with watching(city, rules), client() as http:
        await http.post("/watch/suppressions", json=wish())
        await city.write(grant, [oxygen(city, 4)])
        await marks(city, grant, oxygen=True)
        await city.write(grant, [oxygen(city, 8)])
        clock.advance(timedelta(hours=3))
        await city.write(grant, [oxygen(city, 8, (39.7, 54.7))])
        await city.settled(["watch"])
    found = {str(one.value("rule")): one for one in await _all(city, grant)}
    assert found["oxygen"].value("state") == "cleared"
    assert found["oxygen"].value("suppressed") is True


async def test_a_plan_begins_at_its_time_and_covers_what_stands_open(
    city: City, grant: Grant, clock: ManualClock, rules: tuple[Rule, ...], client: Client
) -> None:
    begins = format_instant(NOON + timedelta(hours=1))
    async with watching(city, rules), client() as http:
        await http.post("/watch/suppressions", json={**wish(), "from": begins})
        await city.write(grant, [oxygen(city, 4)])
        await marks(city, grant, oxygen=False, other=False)
        clock.advance(timedelta(hours=1))
        await marks(city, grant, oxygen=True)


async def test_a_person_ends_it_sooner(
    city: City, grant: Grant, rules: tuple[Rule, ...], client: Client
) -> None:
    async with watching(city, rules), client() as http:
        name = (await http.post("/watch/suppressions", json=wish())).json()["id"]
        await city.write(grant, [oxygen(city, 4)])
        await marks(city, grant, oxygen=True)
        async with client("administrator", "bob") as other:
            ended = await other.post(f"/watch/suppressions/{quote(name, safe='')}/cancel", json={})
        assert ended.status_code == 200, ended.text
        await marks(city, grant, oxygen=False)
        again = await http.post(f"/watch/suppressions/{quote(name, safe='')}/cancel", json={})
        assert again.status_code == 409
        (row,) = (await http.get("/watch/suppressions")).json()["suppressions"]
        assert (row["state"], row["cancelledBy"]) == ("cancelled", "bob")


async def test_its_end_is_kept_over_a_restart(
    city: City, grant: Grant, clock: ManualClock, rules: tuple[Rule, ...], client: Client
) -> None:
    async with watching(city, rules), client() as http:
        await http.post("/watch/suppressions", json=wish())
        await city.write(grant, [oxygen(city, 4)])
        await marks(city, grant, oxygen=True)
    clock.advance(timedelta(hours=3))  # the node is down meanwhile
    async with watching(city, rules):
        await marks(city, grant, oxygen=False)


# ---- refusals

MISTAKES = {
    "no end": ({"rule": "oxygen", "reason": "test"}, "until"),
    "end before the begin": (wish(-1), "until"),
    "for ever": (wish(24 * 93), "until"),
    "the whole city": (wish(rule=""), "rule"),
    "no such rule": (wish(rule="nothing"), "rule"),
    "no such sector": (wish(sector="sea"), "sector"),
    "no reason": (wish(reason=""), "reason"),
    "an area that is none": (wish(area={"type": "Polygon", "coordinates": [[1, 2]]}), ""),
    "more than is known": (wish(silence=True), "silence"),
}


@pytest.mark.parametrize(("body", "word"), MISTAKES.values(), ids=MISTAKES)
async def test_plans_that_are_refused(client: Client, body: dict[str, Any], word: str) -> None:
    async with client() as http:
        refused = await http.post("/watch/suppressions", json=body)
    assert refused.status_code == 400
    assert word in refused.text


@pytest.mark.parametrize("role", ["mayor", "analyst", "auditor", "press", "dispatcher"])
async def test_who_may_not_plan(client: Client, role: str) -> None:
    async with client(role) as http:
        assert (await http.post("/watch/suppressions", json=wish())).status_code == 403


async def test_nobody_writes_one_past_the_watch(city: City, administrator: Grant) -> None:
    with pytest.raises(Forbidden):
        await city.write(administrator, [Change(Op.CREATE, "urn:x:s", {"type": "Suppression"})])
    assert await alerts(city, administrator) == {}
