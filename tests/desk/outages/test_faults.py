"""A fault that a network reports is an outage: with its houses, its incident, until it is over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.problems import BadFile
from hansa.base.settings import CitySettings
from hansa.context import Change, City, Op
from hansa.desk import Addresses, Office, load_outages
from tests.desk.conftest import alert
from tests.desk.outages.conftest import OUTAGES, office_in
from tests.desk.outages.supplied import (
    OUTLINE,
    all_of,
    call,
    call_id,
    one_of,
    place,
    refers,
    ring,
    settle,
    until,
    value,
)
from tests.desk.outages.test_causes import Desk, at_desk, until_held

__all__ = ["at_desk"]
FAULT = "urn:ngsi-ld:NetworkFault:hand-made"
FAULTS = """
faults:
  - type: NetworkFault
    resource: {attribute: sector, values: {water: coldWater, heat: heat}}
    houses: housesAffected
    people: peopleAffected
    restored: {attribute: status, values: [restored]}
    starts: reportedAt
    promised: expectedAt
    ended: restoredAt
    cause: accident
"""
SQUARE = (39.71, 54.61)
Client = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def office(settings: CitySettings, city: City, addresses: Addresses) -> Office:
    """The office of a city whose networks report."""
    return await office_in(settings, city, addresses, OUTAGES + FAULTS)


def fault(at: tuple[float, float] = SQUARE, houses: int = 2, **more: Any) -> Change:
    """What a network reports."""
    body = {
        "type": "NetworkFault",
        "sector": value("water"),
        "status": value("reported"),
        "housesAffected": value(houses),
        "peopleAffected": value(90),
        "reportedAt": value("2026-06-01T11:40:00Z"),
        "location": place("Point", [*at]),
        **more,
    }
    return Change(Op.CREATE, FAULT, body)


async def says(city: City, **attributes: Any) -> None:
    body = {name: value(one) for name, one in attributes.items()}
    await settle(city, Change(Op.APPEND, FAULT, body))


async def test_the_network_s_fault_is_an_outage_with_the_houses_it_says(
    city: City, office: Office, at_desk: Desk, client: Client, clock: ManualClock
) -> None:
    far = (39.9, 54.9)
    async with at_desk(), client() as ann:
        await settle(city, fault(far, 43))
        outage = await until(city, "Outage", houses=43)
        assert (outage.value("state"), outage.value("people")) == ("confirmed", 90)
        assert outage.value("startsAt") == "2026-06-01T11:40:00Z"
        await says(city, housesAffected=20, expectedAt="2026-06-01T15:00:00Z")
        fewer = await until(city, "Outage", houses=20)
        assert fewer.value("promisedEnd") == "2026-06-01T15:00:00Z"
        await says(city, expectedAt="2026-06-01T16:00:00Z")
        await until(city, "Outage", promiseChanges=1)
        shown = (await ann.get(f"/desk/outages/{outage.id}")).json()
        assert shown["outage"]["housesFrom"] == "network"
        assert shown["outage"]["place"] == [*far]
        assert "20 houses are off" in shown["sentences"]["en"]
        assert [one["kind"] for one in shown["lines"]][-1] == "outage-opened"
        clock.advance(timedelta(hours=2))
        await says(city, status="restored", restoredAt="2026-06-01T13:00:00Z")
        ended = await until(city, "Outage", state="ended")
    assert ended.value("endedAt") == "2026-06-01T13:00:00Z"
    assert len(await all_of(city, "Outage")) == 1


async def test_its_incident_is_the_one_its_alert_opened_whichever_comes_first(
    city: City, office: Office, at_desk: Desk
) -> None:
    async with at_desk():
        await settle(city, fault())
        await until(city, "Outage", houses=2)
        told = alert("fault", alertSource=refers(FAULT), location=place("Point", [*SQUARE]))
        await city.write(city.guard.machine("watch", city.world), [told])
        incident = await until_held(city, "fault")
        await until(city, "Outage", refIncident=incident.id)
    assert len(await all_of(city, "Incident")) == 1


async def test_where_the_incident_stands_already_the_fault_s_outage_is_its(
    city: City, office: Office, at_desk: Desk
) -> None:
    async with at_desk():
        told = alert("fault", alertSource=refers(FAULT), location=place("Point", [*SQUARE]))
        await city.write(city.guard.machine("watch", city.world), [told])
        incident = await until_held(city, "fault")
        await settle(city, fault())
        await until(city, "Outage", refIncident=incident.id)
    assert len(await all_of(city, "Incident")) == 1


async def test_calls_of_the_zone_join_it_and_propose_nothing(
    city: City, office: Office, at_desk: Desk, clock: ManualClock
) -> None:
    early = call(0, clock.now() - timedelta(minutes=5), zones=OUTLINE)
    async with at_desk():
        await ring(city, early)
        await settle(city, fault(houses=2))
        await until(city, "Outage", houses=2, zones=OUTLINE)
        await ring(city, *(call(one, clock.now(), zones=OUTLINE) for one in (1, 2, 3, 4)))
        outage = await until(city, "Outage", calls=5)
        await says(city, status="restored")
        for number in range(5):
            await until(city, "Call", number=f"2026-{number:06d}", state="done")
    assert outage.value("houses") == 2


async def test_a_fault_of_few_houses_does_not_speak_for_a_whole_zone(
    city: City, office: Office, at_desk: Desk, clock: ManualClock
) -> None:
    async with at_desk():
        await settle(city, fault((39.6, 54.7), 1))  # of three houses of the north side
        await until(city, "Outage", houses=1, zones=None)
        away = Change(Op.APPEND, call_id(0), {"refBuilding": refers("urn:ngsi-ld:Building:b")})
        await ring(city, call(0, clock.now()), away)
        await ring(city, call(1, clock.now()))
        await until(city, "Call", number="2026-000001", state="known")  # next to house a
    assert (await all_of(city, "Call"))[call_id(0)].value("state") == "new"


async def test_calls_have_proposed_it_before_and_the_network_confirms(
    city: City, office: Office, at_desk: Desk, clock: ManualClock
) -> None:
    async with at_desk():
        await ring(city, *(call(one, clock.now(), zones=OUTLINE) for one in range(3)))
        proposed = await until(city, "Outage", state="proposed")
        await settle(city, fault(houses=2))
        await until(city, "Outage", state="confirmed", refFault=FAULT)
        await says(city, status="restored")
        await until(city, "TimelineEntry", kind="outage-fault-restored")
    outage = await one_of(city, "Outage")
    assert (outage.id, outage.value("state")) == (proposed.id, "confirmed")  # whoever called says


async def test_two_faults_of_one_zone_are_one_outage_until_both_are_over(
    city: City, office: Office, at_desk: Desk
) -> None:
    other = f"{FAULT}-2"
    async with at_desk():
        await settle(city, fault(houses=2))
        await until(city, "Outage", houses=2)
        await settle(city, Change(Op.CREATE, other, fault(houses=5).body))
        both = await until(city, "Outage", houses=7)
        assert both.value("people") == 180
        await says(city, status="restored")
        await until(city, "Outage", houses=5, people=90)
        restored = {"status": value("restored")}
        await settle(city, Change(Op.APPEND, other, restored))
        ended = await until(city, "Outage", state="ended")
    assert ended.value("refFault") == [FAULT, other]
    assert len(await all_of(city, "Outage")) == 1


async def test_two_faults_of_which_only_the_place_is_known_are_two_troubles(
    city: City, office: Office, at_desk: Desk
) -> None:
    far, other = (39.9, 54.9), f"{FAULT}-2"
    async with at_desk():
        for name, source in (("one", FAULT), ("two", other)):
            await settle(city, Change(Op.CREATE, source, fault(far, 9).body))
            told = alert(
                name, key=name, alertSource=refers(source), location=place("Point", [*far])
            )
            await city.write(city.guard.machine("watch", city.world), [told])
            incident = await until_held(city, name)
            await until(city, "Outage", refFault=source, refIncident=incident.id)
    assert len(await all_of(city, "Incident")) == len(await all_of(city, "Outage")) == 2


async def test_what_stood_before_is_found_and_nothing_twice_after_restarts(
    city: City, office: Office, at_desk: Desk
) -> None:
    await settle(city, fault())
    for _ in range(2):
        async with at_desk():
            await until(city, "Outage", houses=2)
    await says(city, status="restored")
    async with at_desk():
        await until(city, "Outage", state="ended")
    assert len(await all_of(city, "Outage")) == 1


@pytest.mark.parametrize(
    "more", [{"housesAffected": value(0)}, {"sector": value("gas")}, {"status": value("restored")}]
)
async def test_what_cuts_nobody_off_is_no_outage(
    city: City, office: Office, at_desk: Desk, more: dict[str, Any]
) -> None:
    async with at_desk():
        await settle(city, fault(**more))
        await settle(city, Change(Op.CREATE, f"{FAULT}-2", fault().body))
        await until(city, "Outage", refFault=f"{FAULT}-2")
    assert len(await all_of(city, "Outage")) == 1


@pytest.mark.parametrize(
    ("given", "wrong", "field"),
    [
        ("type: NetworkFault", "type: Fault", "type"),
        ("cause: accident", "state: perhaps", "state"),
        ("water: coldWater", "water: steam", "resource"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_by_name(
    settings: CitySettings, city: City, given: str, wrong: str, field: str
) -> None:
    (settings.folder / "outages.yaml").write_text(FAULTS.replace(given, wrong))
    with pytest.raises(BadFile) as refused:
        load_outages(settings.folder, city.vocabulary, settings.languages, ())
    assert f"faults.0.{field}" in str(refused.value.where)
