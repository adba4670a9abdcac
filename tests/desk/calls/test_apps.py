"""Requests of citizens' apps: which become calls of which house, and go on without a clerk."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.helper import Helper
from hansa.base.settings import CitySettings
from hansa.base.times import format_instant
from hansa.context import Change, City, Op
from hansa.desk import Calling, Suggester, Work
from hansa.desk.themes.barring import Bar
from hansa.desk.themes.learning import learn
from hansa.desk.themes.suggester import Learned
from hansa.guard import Grant
from tests.desk.calls.calling import (
    HOUSE,
    OUTAGE,
    WATERWORKS,
    at_work,
    held,
    machine,
    outage,
    until,
    value,
)
from tests.desk.calls.conftest import Client
from tests.desk.tasks.working import work_of

ROUTING = "rows: [{themes: [no-water, gas], organization: waterworks}]\n"
NEAR, FAR = [39.7002, 54.6], [39.71, 54.61]


@pytest.fixture
def work(settings: CitySettings) -> Work:
    return work_of(settings, **{"routing.yaml": ROUTING})


@pytest.fixture
async def learned(calling: Calling, clock: ManualClock) -> AsyncIterator[Learned]:
    """What is learned from the catalogue alone."""
    helper = Helper()
    try:
        yield await learn(helper, calling.themes, (), clock.now())
    finally:
        await helper.close()


async def asked(city: City, number: int, clock: ManualClock, **more: Any) -> str:
    """A request by the city's own door; the id of the call that it may become."""
    now = {"@type": "DateTime", "@value": format_instant(clock.now())}
    body = {
        "type": "Open311ServiceRequest",
        "channel": value("open311"),
        "status": value("open"),
        "service_code": value("water"),
        "service_request_id": value(str(number)),
        "description": value("canary said this"),
        "requested_datetime": value(now),
        **more,
    }
    name = f"urn:ngsi-ld:Open311ServiceRequest:{number}"
    await city.write(machine(city, "open311"), [Change(Op.CREATE, name, body)])
    return f"urn:ngsi-ld:Call:{number}"


def at(place: list[float]) -> dict[str, Any]:
    return {"type": "GeoProperty", "value": {"type": "Point", "coordinates": place}}


async def lines(http: httpx.AsyncClient, call: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await http.get(f"/desk/calls/{call}")).json()["timeline"]
    return found


async def test_what_the_service_says_is_sent_at_once_with_the_house_the_address_names(
    city: City, client: Client, calling: Calling, officer: Grant, clock: ManualClock
) -> None:
    async with client() as http, at_work(city, calling):
        call = await asked(city, 1, clock, address_string=value("Lesnaya, 5, flat canary-7"))
        found = await until(city, officer, call, state="routed")
        kinds = [one["kind"] for one in await lines(http, call)]
    assert found.value("refBuilding") == HOUSE
    assert (found.value("organizations"), found.value("address")) == (WATERWORKS, "Lesnaya, 5")
    assert kinds == ["call-taken", "task-sent"]
    assert b"anary" not in found.body


async def test_the_nearest_house_is_meant_only_where_it_is_near(
    city: City, calling: Calling, officer: Grant, clock: ManualClock
) -> None:
    async with at_work(city, calling):
        near = await asked(city, 1, clock, location=at(NEAR))
        far = await asked(city, 2, clock, location=at(FAR))
        assert (await until(city, officer, near, state="routed")).value("refBuilding") == HOUSE
        assert (await until(city, officer, far, state="routed")).value("refBuilding") is None


async def test_in_an_outage_it_waits_with_the_others(
    city: City, calling: Calling, officer: Grant, clock: ManualClock
) -> None:
    await city.write(machine(city, "outages"), [outage()])
    async with at_work(city, calling):
        call = await asked(city, 1, clock, location=at(NEAR))
        assert (await until(city, officer, call, state="known")).value("refOutage") == OUTAGE
    assert not await held(city, machine(city, "tasks"), "Task")


async def test_words_go_on_without_a_clerk_above_the_city_s_precision_and_below_it_they_wait(
    city: City,
    client: Client,
    calling: Calling,
    officer: Grant,
    learned: Learned,
    clock: ManualClock,
) -> None:
    suggester = Suggester()
    calling = replace(calling, suggester=suggester)
    gas = {"service_code": value("else"), "description": value("Smell of gas in the house")}
    async with client() as http, at_work(city, calling):
        suggester.take(replace(learned, bar=None))
        waits = await until(city, officer, await asked(city, 1, clock, **gas), state="new")
        assert (waits.value("theme"), waits.value("suggested")[0]["theme"]) == (None, "gas")
        suggester.take(replace(learned, bar=Bar(0.3, 0.5, 0.95)))
        alone = await until(city, officer, await asked(city, 2, clock, **gas), state="routed")
        assert alone.value("theme") == "gas"
        sent = {one["kind"]: one for one in await lines(http, alone.id)}
    confidence = alone.value("suggested")[0]["confidence"]
    assert sent["call-sent-alone"]["confidence"] == confidence >= 0.3
    assert sent["call-sent-alone"]["machine"] is True


async def test_what_is_old_closed_or_of_another_system_is_no_call(
    city: City, calling: Calling, officer: Grant, clock: ManualClock
) -> None:
    async with at_work(city, calling):
        old = format_instant(clock.now() - timedelta(days=3))
        await asked(city, 1, clock, requested_datetime=value({"@type": "DateTime", "@value": old}))
        await asked(city, 2, clock, channel=value("Citizens Connect App"))
        await asked(city, 3, clock, status=value("closed"))
        await until(city, officer, await asked(city, 4, clock), state="routed")
    assert len(await held(city, officer, "Call")) == 1
