"""What people order about outages: open, confirm, promise, report, area, end, cancel."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.context import Change, City, Op
from hansa.desk import Office
from tests.desk.outages.supplied import (
    HEAT,
    NORTH,
    OUTLINE,
    WATERWORKS,
    all_of,
    call,
    house,
    house_id,
    one_of,
    place,
    refers,
    ring,
    settle,
    until,
    value,
)

Client = Callable[..., httpx.AsyncClient]
Followed = Callable[[], Any]
WATER = {"resource": "coldWater", "zones": [NORTH, OUTLINE], "organization": WATERWORKS}


async def _opened(ann: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await ann.post("/desk/outages", json={**WATER, **more})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def _order(
    ann: httpx.AsyncClient, done: dict[str, Any], verb: str, **body: Any
) -> httpx.Response:
    order = {"expect": done["change"], **body}
    return await ann.post(f"/desk/outages/{done['id']}/{verb}", json=order)


async def _kinds(ann: httpx.AsyncClient, done: dict[str, Any]) -> list[str]:
    told = (await ann.get(f"/desk/outages/{done['id']}")).json()
    return [str(line["kind"]) for line in reversed(told["lines"])]


async def test_an_outage_is_counted_at_once_and_opens_an_incident(
    city: City, client: Client
) -> None:
    async with client() as ann:
        done = await _opened(ann, promisedEnd="2026-06-01T14:00:00Z", text="the main in the yard")
        told = (await ann.get(f"/desk/outages/{done['id']}")).json()
    outage = told["outage"]
    assert (outage["houses"], outage["people"], outage["children"]) == (4, 250, 45)
    assert [one["name"] for one in outage["socialObjects"]] == ["43", "pump", "21"]
    incident = await one_of(city, "Incident")
    assert done["incident"] == incident.id == outage["refIncident"]
    assert incident.value("incidentType") == "water"
    assert incident.value("severity") == "high"  # from four houses on
    assert told["lines"][0]["note"] == "the main in the yard"
    assert outage["nextReportAt"] == "2026-06-01T13:00:00Z"
    assert told["names"]["zones"].keys() == {NORTH, OUTLINE}


async def test_an_open_incident_of_the_same_trouble_is_joined(city: City, client: Client) -> None:
    desk = city.guard.machine("desk", city.world)
    near, far = "urn:ngsi-ld:Incident:near", "urn:ngsi-ld:Incident:far"
    for name, point in ((near, [39.711, 54.611]), (far, [39.9, 54.9])):
        body = {
            "type": "Incident",
            "incidentType": value("water"),
            "state": value("active"),
            "openedAt": value("2026-06-01T11:00:00Z"),
            "location": place("Point", point),
        }
        await city.write(desk, [Change(Op.CREATE, name, body)])
    async with client() as ann:
        done = await _opened(ann)
    assert done["incident"] == near
    assert (await all_of(city, "Incident"))[near].value("organizations") == WATERWORKS
    assert len(await all_of(city, "Incident")) == 2


async def test_two_are_never_open_for_one_zone_and_resource(client: Client) -> None:
    async with client() as ann:
        done = await _opened(ann)
        again = await ann.post("/desk/outages", json={**WATER, "zones": [OUTLINE]})
        assert (again.status_code, again.json()["title"]) == (409, "An outage is open there")
        assert done["id"] in again.json()["detail"]
        ended = await _order(ann, done, "end")
        assert ended.json()["state"] == "ended"
        assert (await ann.post("/desk/outages", json={**WATER, "zones": [OUTLINE]})).is_success


async def test_every_promise_is_kept_with_who_and_why(client: Client, clock: ManualClock) -> None:
    async with client() as ann, client(name="bob") as bob:
        done = await _opened(ann, promisedEnd="2026-06-01T14:00:00Z")
        moved = "2026-06-01T16:00:00Z"
        without = await _order(bob, done, "promise", promisedEnd=moved)
        assert (without.status_code, without.json()["title"]) == (400, "A reason is required")
        clock.advance(timedelta(minutes=30))
        second = await _order(bob, done, "promise", promisedEnd=moved, reason="parts")
        assert second.is_success, second.text
        slower = await _order(ann, done, "promise", promisedEnd=moved, reason="parts")
        assert slower.status_code == 409
        assert slower.json()["changed"][-1]["by"] == "bob"
        told = (await ann.get(f"/desk/outages/{done['id']}")).json()
    assert told["outage"]["promiseChanges"] == 1
    assert told["outage"]["firstPromisedEnd"] == "2026-06-01T14:00:00Z"
    assert [(one["promisedEnd"], one["by"], one["reason"]) for one in told["promises"]] == [
        (moved, "bob", "parts"),
        ("2026-06-01T14:00:00Z", "ann", None),
    ]


async def test_who_does_not_report_is_named_and_a_report_resets_it(
    city: City, client: Client, followed: Followed, clock: ManualClock
) -> None:
    async with followed(), client() as ann:
        done = await _opened(ann)
        clock.advance(timedelta(minutes=61))
        late = await until(city, "Outage", reportOverdue=True)
        assert (await _kinds(ann, done))[-1] == "outage-report-overdue"
        told = {"id": late.id, "change": late.change}
        answer = await _order(ann, told, "report", text="they are digging")
        assert answer.is_success, answer.text
        outage = await until(city, "Outage", reportOverdue=False)
    assert outage.value("nextReportAt") == "2026-06-01T14:01:00Z"


async def test_a_report_in_time_moves_the_next_one(
    city: City, client: Client, followed: Followed, clock: ManualClock
) -> None:
    async with followed(), client() as ann:
        done = await _opened(ann)
        clock.advance(timedelta(minutes=50))
        reported = (await _order(ann, done, "report")).json()
        clock.advance(timedelta(minutes=20))  # the first hour is over
        await _order(ann, reported, "area", zones=[NORTH])
        assert (await until(city, "Outage", houses=3)).value("reportOverdue") is False
        clock.advance(timedelta(minutes=45))
        await until(city, "Outage", reportOverdue=True)


async def test_another_area_is_counted_and_frees_the_zone(city: City, client: Client) -> None:
    async with client() as ann:
        done = await _opened(ann)
        less = await _order(ann, done, "area", zones=[NORTH], buildings=[house_id("e")])
        assert less.is_success, less.text
        outage = await one_of(city, "Outage")
        assert (outage.value("houses"), outage.value("people")) == (4, 207)
        assert (await ann.post("/desk/outages", json={**WATER, "zones": [OUTLINE]})).is_success
        back = await _order(ann, less.json(), "area", zones=[NORTH, OUTLINE])
        assert back.status_code == 409


async def test_confirmed_calls_are_known_and_ended_ones_are_to_be_called_back(
    city: City, client: Client, followed: Followed, clock: ManualClock
) -> None:
    async with followed(), client() as ann:
        await ring(city, *(call(number, clock.now()) for number in range(3)))
        found = await until(city, "Outage", calls=3)
        done = {"id": found.id, "change": found.change}
        assert (await _order(ann, done, "end")).status_code == 409  # nobody has confirmed it
        confirmed = await _order(
            ann, done, "confirm", cause="accident", promisedEnd="2026-06-01T15:00:00Z"
        )
        assert confirmed.is_success, confirmed.text
        for number in range(3):
            incident = confirmed.json()["incident"]
            known = await until(city, "Call", number=f"2026-{number:06d}", refIncident=incident)
            assert known.value("state") == "known"
        ended = await _order(ann, await _standing(city, found.id), "end")
        assert ended.is_success, ended.text
        for number in range(3):
            await until(city, "Call", number=f"2026-{number:06d}", state="done")
        await until(city, "TimelineEntry", kind="restored")
        kinds = await _kinds(ann, done)
    assert kinds == ["outage-proposed", "outage-confirmed", "outage-ended"]


async def _standing(city: City, name: str) -> dict[str, Any]:
    found = (await all_of(city, "Outage"))[name]
    return {"id": name, "change": found.change}


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"resource": "steam", "zones": [NORTH]}, "resource"),
        ({"resource": "coldWater"}, "zones"),
        ({"resource": "coldWater", "zones": [HEAT]}, "zones"),
        ({"resource": "coldWater", "zones": ["urn:ngsi-ld:SupplyZone:none"]}, "zones"),
        ({"resource": "coldWater", "buildings": ["urn:ngsi-ld:Building:none"]}, "buildings"),
        ({**WATER, "cause": "magic"}, "cause"),
        ({**WATER, "startsAt": "2026-06-01T15:00:00Z"}, "startsAt"),
        ({**WATER, "promisedEnd": "2026-06-01T11:00:00Z"}, "promisedEnd"),
        ({**WATER, "promisedEnd": "soon"}, "promisedEnd"),
        ({**WATER, "text": "x" * 4001}, "text"),
    ],
)
async def test_what_cannot_be_meant_is_refused_by_name(
    city: City, client: Client, body: dict[str, Any], where: str
) -> None:
    async with client() as ann:
        answer = await ann.post("/desk/outages", json=body)
    assert (answer.status_code, answer.json()["where"]) == (400, where)
    assert not await all_of(city, "Outage")


async def test_an_organisation_tells_of_its_own_outages_alone(client: Client) -> None:
    async with (
        client("dispatcher", "dora", WATERWORKS) as dora,
        client("dispatcher", "otto", "urn:ngsi-ld:Organization:other") as otto,
    ):
        done = await _opened(dora)
        assert (await otto.post("/desk/outages", json={**WATER})).status_code == 403
        assert (await otto.get(f"/desk/outages/{done['id']}")).status_code == 404
        told = (await dora.get("/desk/outages")).json()["outages"]
        assert [one["id"] for one in told] == [done["id"]]
        promised = await _order(dora, done, "promise", promisedEnd="2026-06-01T14:00:00Z")
        assert promised.is_success


async def test_who_does_not_work_there_changes_nothing(client: Client) -> None:
    async with client() as ann, client("analyst") as eve:
        done = await _opened(ann)
        assert (await eve.post("/desk/outages", json=WATER)).status_code == 403
        assert (await _order(eve, done, "end")).status_code == 403
        assert (await eve.get(f"/desk/outages/{done['id']}")).json()["outage"]["houses"] == 4


async def test_what_is_known_at_a_house_is_read_out(
    office: Office, client: Client, clock: ManualClock
) -> None:
    async with client() as ann:
        done = await _opened(ann, cause="accident", promisedEnd="2026-06-01T14:00:00Z")
        query = {"building": house_id("d"), "language": "en"}  # by the outline alone
        told = (await ann.get("/desk/outages/known", params=query)).json()["outages"]
        assert [one["id"] for one in told] == [done["id"]]
        assert told[0]["sentence"] == (
            "There is no cold water. It began at 15:00: accident. 4 houses are off. "
            "Promised back by 17:00."
        )
        other = {"building": house_id("e")}
        assert (await ann.get("/desk/outages/known", params=other)).json() == {"outages": []}
        heat = {**query, "resource": "heat"}
        assert (await ann.get("/desk/outages/known", params=heat)).json() == {"outages": []}
        clock.advance(timedelta(hours=3))
        late = (await ann.get("/desk/outages/known", params=query)).json()["outages"]
        assert "It was promised by 17:00" in late[0]["sentence"]


async def test_zones_are_counted_before_anything_is_written(city: City, client: Client) -> None:
    async with client() as ann:
        query = {"zones": f"{NORTH},{OUTLINE}", "buildings": house_id("a")}
        told = (await ann.get("/desk/outages/count", params=query)).json()
    assert (told["houses"], told["people"], told["children"]) == (4, 250, 45)
    assert not await all_of(city, "Outage")


# ---- works


async def test_a_work_begins_at_its_hour_and_calls_join_it(
    city: City, client: Client, followed: Followed, clock: ManualClock
) -> None:
    work = {
        **WATER,
        "cause": "repair",
        "startsAt": "2026-06-01T13:00:00Z",
        "promisedEnd": "2026-06-01T18:00:00Z",
        "title": "Valves",
    }
    async with followed(), client() as ann:
        answer = await ann.post("/desk/works", json=work)
        assert answer.json()["state"] == "announced"
        known = {"building": house_id("a"), "language": "en"}
        coming = (await ann.get("/desk/outages/known", params=known)).json()["outages"]
        assert coming[0]["sentence"].startswith("There is no cold water from 16:00: planned repair")
        clock.advance(timedelta(hours=1))
        await until(city, "PlannedWork", state="running")
        await ring(city, *(call(number, clock.now()) for number in range(3)))
        await until(city, "PlannedWork", calls=3)
        assert not await all_of(city, "Outage")
        assert not await all_of(city, "Incident")  # it is expected
        running = await one_of(city, "PlannedWork")
        done = {"id": running.id, "change": running.change}
        assert (await _order(ann, done, "end")).is_success
        await until(city, "Call", number="2026-000002", state="done")


async def test_a_work_of_a_source_is_kept_as_one_of_the_form(
    city: City, office: Office, client: Client, followed: Followed, clock: ManualClock
) -> None:
    sectors = city.guard.machine("sectors", city.world)
    name = "urn:ngsi-ld:PlannedWork:file-1"
    body = {
        "type": "PlannedWork",
        "resource": value("coldWater"),
        "startsAt": value("2026-06-01T12:30:00Z"),
        "promisedEnd": value("2026-06-01T14:00:00Z"),
        "zones": refers(NORTH),
    }
    async with followed(), client() as ann:
        await city.write(sectors, [Change(Op.CREATE, name, body, owner="works")])
        found = await until(city, "PlannedWork", state="announced")
        assert (found.value("houses"), found.value("planned")) == (3, True)
        later = {"promisedEnd": value("2026-06-01T15:00:00Z")}
        await city.write(sectors, [Change(Op.APPEND, name, later, owner="works")])
        await until(city, "PlannedWork", promiseChanges=1)
        clock.advance(timedelta(minutes=30))
        await until(city, "PlannedWork", state="running")
        done = {"id": name, "change": 0}
        assert await _kinds(ann, done) == ["work-announced", "outage-promised", "work-began"]
        over = {"endedAt": value("2026-06-01T12:30:00Z")}
        await city.write(sectors, [Change(Op.APPEND, name, over, owner="works")])
        await until(city, "PlannedWork", state="ended")
        assert (await ann.post("/desk/outages", json=WATER)).is_success  # the zone is free again


async def test_a_work_whose_end_was_told_beforehand_ends_by_itself(
    city: City, office: Office, client: Client, followed: Followed, clock: ManualClock
) -> None:
    sectors = city.guard.machine("sectors", city.world)
    name = "urn:ngsi-ld:PlannedWork:file-3"
    body = {
        "type": "PlannedWork",
        "resource": value("coldWater"),
        "startsAt": value("2026-06-01T11:30:00Z"),
        "promisedEnd": value("2026-06-01T15:00:00Z"),
        "endedAt": value("2026-06-01T14:00:00Z"),
        "zones": refers(NORTH),
    }
    async with followed():
        await city.write(sectors, [Change(Op.CREATE, name, body, owner="works")])
        await until(city, "PlannedWork", state="running")
        later = {"endedAt": value("2026-06-01T14:30:00Z")}
        await city.write(sectors, [Change(Op.APPEND, name, later, owner="works")])
    clock.advance(timedelta(hours=2, minutes=10))  # the first hour, and it is put off
    async with followed(), client() as ann:
        await ring(city, call(1, clock.now()))
        await until(city, "Call", number="2026-000001", state="known")
        assert (await one_of(city, "PlannedWork")).value("state") == "running"
        clock.advance(timedelta(minutes=20))
        await until(city, "PlannedWork", state="ended")
        await until(city, "Call", number="2026-000001", state="done")
        assert (await ann.post("/desk/outages", json=WATER)).is_success


async def test_zones_and_houses_that_a_source_names_are_found(
    city: City, followed: Followed
) -> None:
    named = {**house("e").body, "street": value("Ring Road"), "houseNumber": value("12")}
    await settle(city, Change(Op.UPSERT, house_id("e"), named))
    body = {
        "type": "PlannedWork",
        "resource": value("coldWater"),
        "startsAt": value("2026-06-01T13:30:00Z"),
        "promisedEnd": value("2026-06-01T14:00:00Z"),
        "zoneNames": value(["North side"]),
        "houseNames": value(["ring road 12", "Nowhere 7"]),
    }
    sectors = city.guard.machine("sectors", city.world)
    async with followed():
        await city.write(sectors, [Change(Op.CREATE, "urn:ngsi-ld:PlannedWork:file-2", body)])
        found = await until(city, "PlannedWork", state="announced")
    assert (found.value("zones"), found.value("buildings")) == (NORTH, house_id("e"))
    assert found.value("houses") == 4
    assert found.value("notFound") == ["Nowhere 7"]
