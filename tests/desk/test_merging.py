"""Two incidents that are one: nothing is lost by merging, and unmerging gives all back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.context import City, Entity
from hansa.desk import CONSUMER, DeskSettings
from hansa.guard import Grant
from tests.desk.conftest import (
    alert,
    change_of,
    id_of,
    incidents,
    on_duty,
    timeline,
    until,
    until_told,
)

Client = Callable[..., httpx.AsyncClient]
ONE, TWO = id_of("one"), id_of("two")


@pytest.fixture
async def two(city: City, desk: DeskSettings, watch: Grant) -> None:
    """Two incidents of different severity that the desk has opened."""
    await city.write(watch, [alert("one", key="1"), alert("two", "critical", "2")])
    async with on_duty(city, desk):
        await city.settled([CONSUMER])


async def order(
    http: httpx.AsyncClient, verb: str, city: City, grant: Grant, **more: Any
) -> httpx.Response:
    """Order it as somebody who has looked at both just now."""
    found = await incidents(city, grant)
    seen = {"expect": found["two"].change, "expectInto": found["one"].change}
    return await http.post(f"/desk/incidents/{TWO}/{verb}", json={**seen, **more})


def told(entity: Entity, *names: str) -> dict[str, Any]:
    return {name: entity.value(name) for name in names}


async def test_merging_shows_all_of_both_from_the_survivor(
    client: Client, city: City, officer: Grant, two: None
) -> None:
    async with client() as http:
        note = {"text": "Mrs X says it is the same leak"}
        await http.post(f"/desk/incidents/{TWO}/note", json=note)
        done = await order(http, "merge", city, officer, into=ONE)
        whole = (await http.get(f"/desk/incidents/{ONE}")).json()
    assert done.json()["state"] == "closed"
    found = await incidents(city, officer)
    assert told(found["two"], "state", "closeReason", "mergedInto") == {
        "state": "closed",
        "closeReason": "duplicate",
        "mergedInto": ONE,
    }
    assert told(found["one"], "severity", "priority", "duplicates") == {
        "severity": "critical",
        "priority": 1,
        "duplicates": TWO,
    }
    assert len(whole["alerts"]) == 2
    lines = [(one["entity"]["kind"]["value"], "note" in one["entity"]) for one in whole["timeline"]]
    assert sorted(lines) == [
        ("merged", False),
        ("merged-in", False),
        ("note", True),
        ("opened", False),
        ("opened", False),
    ]
    assert [one["entity"]["id"] for one in whole["duplicates"]] == [TWO]


async def test_news_go_to_the_survivor_and_come_back_with_the_alerts(
    client: Client, city: City, desk: DeskSettings, watch: Grant, officer: Grant, two: None
) -> None:
    async with client() as http, on_duty(city, desk):
        await order(http, "merge", city, officer, into=ONE)
        await city.write(watch, [change_of("two", state="cleared")])
        await until_told(city, officer, "one", "cleared")
        await city.write(watch, [alert("again", "critical", "2")])
        await until_told(city, officer, "one", "raised-again")
        undone = await order(http, "unmerge", city, officer)
        assert undone.json()["state"] == "new"
        await city.write(watch, [change_of("again", state="cleared")])
        assert "cleared" in await until_told(city, officer, "two", "cleared")
    found = await incidents(city, officer)
    assert found["one"].value("alerts") == "urn:ngsi-ld:Alert:one"
    assert found["two"].value("alerts") == ["urn:ngsi-ld:Alert:two", "urn:ngsi-ld:Alert:again"]
    assert set(found) == {"one", "two"}


async def test_unmerging_restores_what_both_were(
    client: Client, city: City, officer: Grant, two: None
) -> None:
    names = ("state", "severity", "priority", "overdue", "alerts", "duplicates", "mergedInto")
    before = {key: told(one, *names) for key, one in (await incidents(city, officer)).items()}
    async with client() as http:
        await order(http, "merge", city, officer, into=ONE)
        await order(http, "unmerge", city, officer)
    after = await incidents(city, officer)
    assert {key: told(one, *names) for key, one in after.items()} == before
    assert told(after["two"], "closedAt", "closeReason") == {"closedAt": None, "closeReason": None}
    assert await city.holder(city.world, "", "incident:urn:ngsi-ld:Alert:two") == TWO
    assert await timeline(city, officer, "two") == ["opened", "merged", "unmerged"]


async def test_a_severity_that_rose_meanwhile_is_kept_by_whose_alert_it_is(
    client: Client, city: City, desk: DeskSettings, watch: Grant, officer: Grant, two: None
) -> None:
    async with client() as http, on_duty(city, desk):
        found = await incidents(city, officer)
        seen = {"expect": found["one"].change, "expectInto": found["two"].change, "into": TWO}
        await http.post(f"/desk/incidents/{ONE}/merge", json=seen)
        await city.write(watch, [change_of("one", severity="critical")])
        await city.settled([CONSUMER])
        found = await incidents(city, officer)
        seen = {"expect": found["one"].change, "expectInto": found["two"].change}
        await http.post(f"/desk/incidents/{ONE}/unmerge", json=seen)
        await until(city, officer, "one", severity="critical", state="new")


async def test_due_time_runs_on_after_unmerging(
    client: Client,
    city: City,
    desk: DeskSettings,
    officer: Grant,
    clock: ManualClock,
    two: None,
) -> None:
    async with client() as http, on_duty(city, desk):
        await order(http, "merge", city, officer, into=ONE)
        clock.advance(timedelta(minutes=4))
        await order(http, "unmerge", city, officer)
        clock.advance(timedelta(minutes=2))
        await until(city, officer, "two", overdue=True)


async def test_who_looked_at_an_older_state_of_either_learns_what_was_done(
    client: Client, city: City, officer: Grant, two: None
) -> None:
    found = await incidents(city, officer)
    seen = {"expect": found["two"].change, "expectInto": found["one"].change, "into": ONE}
    async with client(name="bob") as http:
        order = {"expect": found["one"].change}
        await http.post(f"/desk/incidents/{ONE}/acknowledge", json=order)
        refused = await http.post(f"/desk/incidents/{TWO}/merge", json=seen)
    assert refused.status_code == 409
    assert refused.json()["where"] == "expectInto"
    assert "acknowledged by bob" in refused.json()["detail"]
    assert (await incidents(city, officer))["two"].value("state") == "new"


async def test_what_cannot_be_merged_or_unmerged(
    client: Client, city: City, officer: Grant, two: None
) -> None:
    async with client() as http:
        itself = await order(http, "merge", city, officer, into=TWO)
        nobody = await order(http, "merge", city, officer, into="urn:ngsi-ld:Incident:none")
        early = await order(http, "unmerge", city, officer)
        await order(http, "merge", city, officer, into=ONE)
        twice = await order(http, "merge", city, officer, into=ONE)
        found = await incidents(city, officer)
        body = {"expect": found["two"].change}
        reopened = await http.post(f"/desk/incidents/{TWO}/reopen", json=body)
    codes = [one.status_code for one in (itself, nobody, early, twice, reopened)]
    assert codes == [400, 404, 409, 409, 409]
    assert "unmerge" in reopened.json()["remedy"]


async def test_only_who_works_at_the_desk_merges(
    client: Client, city: City, officer: Grant, two: None
) -> None:
    async with client(role="analyst") as http:
        assert (await order(http, "merge", city, officer, into=ONE)).status_code == 403
        assert (await http.get(f"/desk/incidents/{TWO}/duplicates")).status_code == 200


async def test_duplicates_are_suggested_with_reasons(
    client: Client, city: City, desk: DeskSettings, watch: Grant, two: None
) -> None:
    far = {"type": "Point", "coordinates": [39.9, 54.6]}
    await city.write(watch, [alert("far", key="3", location={"type": "GeoProperty", "value": far})])
    async with client() as http, on_duty(city, desk):
        await city.settled([CONSUMER])
        found = (await http.get(f"/desk/incidents/{ONE}/duplicates")).json()
    (one,) = found["suggestions"]
    assert (one["id"], one["metres"], one["minutes"]) == (TWO, 0, 0)
    assert one["words"] == ["trouble"]
    assert one["same_category"] is True
    assert one["title"] == {"en": "Trouble 2"}


async def test_a_survivor_that_is_merged_itself_brings_its_own_along(
    client: Client, city: City, desk: DeskSettings, watch: Grant, officer: Grant, two: None
) -> None:
    await city.write(watch, [alert("three", key="3")])
    async with client() as http, on_duty(city, desk):
        await city.settled([CONSUMER])
        await order(http, "merge", city, officer, into=ONE)
        found = await incidents(city, officer)
        seen = {"expect": found["one"].change, "expectInto": found["three"].change}
        await http.post(f"/desk/incidents/{ONE}/merge", json={**seen, "into": id_of("three")})
        early = await order(http, "unmerge", city, officer)
        found = await incidents(city, officer)
        assert found["three"].value("duplicates") == [ONE, TWO]
        assert len(found["three"].value("alerts")) == 3
        seen = {"expect": found["one"].change, "expectInto": found["three"].change}
        await http.post(f"/desk/incidents/{ONE}/unmerge", json=seen)
    found = await incidents(city, officer)
    assert early.status_code == 409
    assert found["three"].value("duplicates") is None
    assert found["three"].value("alerts") == "urn:ngsi-ld:Alert:three"
    assert len(found["one"].value("alerts")) == 2
