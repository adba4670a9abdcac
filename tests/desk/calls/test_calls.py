"""Calls over HTTP: taken once, numbered, worked to the call back; callers in the vault alone."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.times import format_instant
from hansa.context import Change, City, Op
from hansa.desk import Calling
from hansa.guard import Grant
from tests.desk.calls.calling import (
    HOUSE,
    OUTAGE,
    WATERWORKS,
    ZONE,
    at_work,
    held,
    machine,
    outage,
    refers,
    until,
    value,
)

Client = Callable[..., httpx.AsyncClient]
CARD = {
    "building": HOUSE,
    "name": "Canary Smith",
    "telephone": "+7 900 000-00-01",
    "apartment": "canary-12",
    "words": "canary has no water",
    "theme": "no-water",
}


async def taken(http: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await http.post("/desk/calls", json=CARD | more)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def ordered(http: httpx.AsyncClient, call: str, verb: str, **more: Any) -> dict[str, Any]:
    shown = (await http.get(f"/desk/calls/{call}")).json()["call"]
    answer = await http.post(f"/desk/calls/{call}/{verb}", json={"expect": shown["change"]} | more)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_call_has_its_number_its_house_its_zones_and_its_due_time(
    city: City, client: Client, officer: Grant, clock: ManualClock
) -> None:
    async with client() as http:
        first, second = await taken(http), await taken(http)
    year = clock.now().year
    assert [first["number"], second["number"]] == [f"{year}-000001", f"{year}-000002"]
    found = (await held(city, officer, "Call"))[first["id"]]
    assert found.value("zones") == ZONE
    assert found.value("address") == "Lesnaya, 5"
    assert found.value("sector") == "water"
    assert found.value("location")["coordinates"] == [39.7, 54.6]
    assert found.value("due") == format_instant(clock.now() + timedelta(minutes=120))
    assert found.value("late") is False
    assert found.value("happenedAt") is None


async def test_the_caller_is_told_with_the_call_and_stands_nowhere_else(
    city: City, client: Client, officer: Grant
) -> None:
    async with client("clerk") as http:
        told = await taken(http)
        shown = (await http.get(f"/desk/calls/{told['id']}")).json()
        assert shown["call"]["callerName"] == "Canary Smith"
        assert shown["call"]["words"] == "canary has no water"
        assert "anary" not in (await http.get("/desk/calls")).text
    assert all(b"anary" not in one.body for one in (await held(city, officer, "Call")).values())
    async with client("analyst") as http:
        answer = await http.get(f"/desk/calls/{told['id']}")
        assert answer.status_code == 200
        assert "anary" not in answer.text


async def test_a_card_that_is_sent_twice_is_kept_once(client: Client) -> None:
    async with client() as http:
        first = await taken(http, draft="abc-1")
        again = await http.post("/desk/calls", json=CARD | {"draft": "abc-1"})
        assert again.status_code == 200
        assert again.json()["id"] == first["id"]
        assert (await http.get("/desk/calls")).json()["count"] == 1


async def test_many_operators_get_numbers_without_gaps_or_doubles(client: Client) -> None:
    async with client() as http:
        told = await asyncio.gather(*(taken(http) for _ in range(20)))
    assert sorted(int(one["number"][5:]) for one in told) == list(range(1, 21))


async def test_a_late_entry_is_marked_and_keeps_three_times(
    client: Client, clock: ManualClock
) -> None:
    reported, happened = clock.now() - timedelta(hours=1), clock.now() - timedelta(hours=2)
    async with client() as http:
        times = {"reportedAt": format_instant(reported), "happenedAt": format_instant(happened)}
        told = await taken(http, **times)
        shown = (await http.get(f"/desk/calls/{told['id']}")).json()["call"]
    assert shown["late"] is True
    assert shown["happenedAt"] == format_instant(happened)
    assert shown["reportedAt"] == format_instant(reported)
    assert shown["enteredAt"] == format_instant(clock.now())
    assert shown["due"] == format_instant(reported + timedelta(minutes=120))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"theme": "moon"}, "theme"),
        ({"theme": "", "words": " "}, "theme"),
        ({"channel": "pigeon"}, "channel"),
        ({"building": "urn:ngsi-ld:Building:none"}, "building"),
        ({"outage": OUTAGE}, "outage"),
        ({"incident": "urn:ngsi-ld:Incident:none"}, "incident"),
        ({"place": [200, 0]}, "place"),
        ({"words": "x" * 4001}, "words"),
        ({"reportedAt": "2126-01-01T00:00:00Z"}, "reportedAt"),
        ({"draft": "a/b"}, "draft"),
        ({"more": 1}, "body"),
    ],
)
async def test_what_is_wrong_is_named(
    client: Client, change: dict[str, object], where: str
) -> None:
    async with client() as http:
        answer = await http.post("/desk/calls", json=CARD | change)
    assert (answer.status_code, answer.json()["where"]) == (400, where)


@pytest.mark.parametrize("role", ["analyst", "mayor", "press", "auditor", "dispatcher"])
async def test_who_does_not_take_calls_takes_none(client: Client, role: str) -> None:
    async with client(role) as http:
        assert (await http.post("/desk/calls", json=CARD)).status_code == 403
        assert (await http.post("/desk/calls", json={})).status_code == 403


async def test_a_known_outage_is_attached_in_one_order_and_its_end_is_the_call_s(
    city: City, client: Client, calling: Calling, officer: Grant
) -> None:
    power = machine(city, "outages")
    await city.write(power, [outage()])
    async with client() as http, at_work(city, calling):
        known = (await http.get("/desk/calls/at", params={"building": HOUSE})).json()
        assert [one["id"] for one in known["outages"]] == [OUTAGE]
        assert known["outages"][0]["say"]["en"]
        served = [(one["for"], one["telephone"]) for one in known["serves"]]
        assert served == [("coldWater", "+7 1"), ("house", "+7 1")]
        told = await taken(http, theme="gas")
        assert (await ordered(http, told["id"], "attach", outage=OUTAGE))["state"] == "known"
        at_once = await taken(http, outage=OUTAGE)
        by_itself = await taken(http)
        assert (at_once["state"], by_itself["state"]) == ("known", "known")
        await city.write(power, [Change(Op.APPEND, OUTAGE, {"state": value("ended")})])
        for one in (told, at_once, by_itself):
            await until(city, officer, one["id"], state="done")
        back = await ordered(http, told["id"], "callback", result="confirmed")
        assert back["state"] == "closed"


async def test_who_says_it_is_not_done_begins_it_anew_and_it_is_counted(client: Client) -> None:
    async with client() as http:
        call = (await taken(http))["id"]
        await ordered(http, call, "done")
        assert (await ordered(http, call, "callback", result="notDone"))["state"] == "new"
        await ordered(http, call, "done")
        await ordered(http, call, "callback", result="notDone", text="canary again")
        shown = (await http.get(f"/desk/calls/{call}")).json()
    assert shown["call"]["reopened"] == 2
    assert shown["timeline"][-1]["note"] == "canary again"
    assert shown["timeline"][0]["kind"] == "call-taken"


async def test_who_is_not_reached_is_called_again_and_then_it_may_be_closed(
    client: Client,
) -> None:
    async with client() as http:
        call = (await taken(http))["id"]
        await ordered(http, call, "done")
        for tries in (1, 2):
            done = await ordered(http, call, "callback", result="unreachable")
            assert done["state"] == "done"
            body = {"expect": done["change"], "reason": "unreachable"}
            refused = await http.post(f"/desk/calls/{call}/close", json=body)
            assert refused.status_code == 409
            assert f"{tries} of 3" in refused.json()["detail"]
        await ordered(http, call, "callback", result="unreachable")
        assert (await ordered(http, call, "close", reason="unreachable"))["state"] == "closed"
        shown = (await http.get(f"/desk/calls/{call}")).json()["call"]
    assert shown["callBackTries"] == 3


async def test_the_slower_of_two_hears_what_the_other_did(client: Client) -> None:
    async with client(name="ann") as ann, client("clerk", name="bob") as bob:
        told = await taken(ann)
        body = {"expect": told["change"]}
        path = f"/desk/calls/{told['id']}"
        assert (await bob.post(f"{path}/done", json=body)).status_code == 200
        refused = await ann.post(f"{path}/theme", json=body | {"theme": "gas"})
    assert refused.status_code == 409
    assert [(one["kind"], one["by"]) for one in refused.json()["changed"]] == [("call-done", "bob")]


async def test_two_at_once_never_overwrite_each_other(client: Client) -> None:
    async with client(name="ann") as ann, client(name="bob") as bob:
        told = await taken(ann)
        body = {"expect": told["change"]}
        path = f"/desk/calls/{told['id']}/done"
        answers = await asyncio.gather(ann.post(path, json=body), bob.post(path, json=body))
    assert sorted(one.status_code for one in answers) == [200, 409]


async def test_nobody_answers_and_it_is_overdue(
    city: City, client: Client, calling: Calling, officer: Grant, clock: ManualClock
) -> None:
    async with client() as http, at_work(city, calling):
        call = (await taken(http))["id"]
        clock.advance(timedelta(minutes=121))
        await until(city, officer, call, overdue=True)
        assert (await http.get("/desk/calls", params={"overdue": "true"})).json()["count"] == 1
        await ordered(http, call, "done")
        assert (await http.get("/desk/calls")).json()["counts"]["overdue"] == 0


async def test_a_wrong_card_is_struck_by_a_right_one_and_stays_readable(client: Client) -> None:
    async with client() as http:
        told = await taken(http, foreignNumber="112-77")
        body = CARD | {"expect": told["change"], "theme": "road", "foreignNumber": "112-77"}
        answer = await http.post(f"/desk/calls/{told['id']}/correct", json=body)
        assert answer.status_code == 201, answer.text
        right = (await http.get(f"/desk/calls/{answer.json()['id']}")).json()["call"]
        wrong = (await http.get(f"/desk/calls/{told['id']}")).json()["call"]
        assert (wrong["state"], wrong["correctedBy"]) == ("struck", right["id"])
        assert (right["state"], right["corrects"], right["theme"]) == ("new", told["id"], "road")
        assert wrong["callerName"] == right["callerName"] == "Canary Smith"
        again = await http.post(f"/desk/calls/{told['id']}/correct", json=body)
        assert again.status_code == 409
        assert (await http.get("/desk/calls", params={"foreignNumber": "112-77"})).json()[
            "count"
        ] == 2


async def test_people_hurt_open_one_incident_and_the_next_caller_joins_it(
    city: City, client: Client, officer: Grant
) -> None:
    async with client() as http:
        first = await taken(http, theme="gas", injured=True)
        second = await taken(http, theme="gas", injured=True)
        assert first["incident"] == second["incident"]
        incident = (await held(city, officer, "Incident"))[first["incident"]]
        assert incident.value("incidentType") == "gas"
        assert incident.value("severity") == "high"
        lines = (await held(city, officer, "TimelineEntry")).values()
        mine = [one for one in lines if one.value("refIncident") == incident.id]
        kinds = sorted((one.value("kind"), one.value("machine")) for one in mine)
        assert kinds == [("call-joined", True), ("opened-by-call", True)]
        near = (await http.get("/desk/calls/at", params={"building": HOUSE})).json()["incidents"]
        assert [one["id"] for one in near] == [incident.id]
        third = await taken(http)
        await ordered(http, third["id"], "incident", incident=incident.id)
        listed = await http.get("/desk/calls", params={"incident": incident.id})
        assert listed.json()["count"] == 3


async def test_a_dispatcher_sees_the_calls_of_the_own_organisation_and_their_callers(
    city: City, client: Client
) -> None:
    async with client() as http:
        mine, other = await taken(http), await taken(http)
    body = {"organizations": refers(WATERWORKS), "state": value("routed")}
    await city.write(machine(city, "tasks"), [Change(Op.APPEND, mine["id"], body)])
    async with client("dispatcher", organization=WATERWORKS) as http:
        listed = (await http.get("/desk/calls")).json()["calls"]
        assert [one["id"] for one in listed] == [mine["id"]]
        shown = (await http.get(f"/desk/calls/{mine['id']}")).json()["call"]
        assert shown["callerTelephone"] == CARD["telephone"]
        assert (await http.get(f"/desk/calls/{other['id']}")).status_code == 404


async def test_a_request_of_a_citizen_s_app_is_a_call_once_and_its_words_stay_personal(
    city: City, client: Client, calling: Calling, officer: Grant, clock: ManualClock
) -> None:
    request = {
        "type": "Open311ServiceRequest",
        "channel": value("open311"),
        "status": value("open"),
        "service_code": value("water"),
        "service_request_id": value("77"),
        "description": value("canary: no water"),
        "address_string": value("Canary street, flat 3"),
        "phone": value("+7 900"),
        "requested_datetime": value({"@type": "DateTime", "@value": format_instant(clock.now())}),
    }
    async with client() as http, at_work(city, calling):
        name = "urn:ngsi-ld:Open311ServiceRequest:77"
        await city.write(machine(city, "open311"), [Change(Op.CREATE, name, request)])
        found = await until(city, officer, "urn:ngsi-ld:Call:77", state="new")
        assert (found.value("channel"), found.value("foreignNumber")) == ("open311", "77")
        assert found.value("theme") == "no-water"
        assert b"anary" not in found.body
        shown = (await http.get(f"/desk/calls/{found.id}")).json()["call"]
    assert shown["words"] == "Canary street, flat 3\ncanary: no water"
    assert shown["callerTelephone"] == "+7 900"


async def test_who_was_erased_is_gone_from_the_card_and_the_card_stays(
    city: City, client: Client
) -> None:
    async with client() as http:
        call = (await taken(http))["id"]
        privacy = Grant("eve", "privacy-officer", "subject-request", city.clock.now(), city.world)
        await city.guard.vault.erase(privacy, call)
        shown = (await http.get(f"/desk/calls/{call}")).json()["call"]
    assert shown["callerName"] is shown["callerTelephone"] is shown["words"] is None
    assert (shown["theme"], shown["address"]) == ("no-water", "Lesnaya, 5")
