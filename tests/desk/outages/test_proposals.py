"""Calls of one zone propose one outage, exactly once, and later calls join it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from hypothesis import given
from hypothesis import strategies as st

from hansa.base.clock import ManualClock
from hansa.context import Change, City, Op
from hansa.desk import Office
from hansa.desk.outages.consumer import Follower
from hansa.desk.outages.proposing import Heard, together
from tests.desk.outages.conftest import THEMES
from tests.desk.outages.supplied import (
    HEAT,
    NORTH,
    OUTLINE,
    WATERWORKS,
    all_of,
    call,
    call_id,
    one_of,
    refers,
    ring,
    settle,
    until,
    value,
    zone,
)

Followed = Callable[[], Any]
START = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WATER = frozenset({"no-water"})


async def test_the_third_call_of_a_zone_proposes_and_the_fourth_joins(
    city: City, office: Office, followed: Followed, clock: ManualClock
) -> None:
    now = clock.now()
    async with followed():
        for number in range(3):
            await ring(city, call(number, now - (3 - number) * MINUTE))
        proposed = await until(city, "Outage", calls=3)
        await ring(city, call(3, now))
        joined = await until(city, "Outage", calls=4)
    assert joined.id == proposed.id
    assert proposed.value("state") == "proposed"
    assert proposed.value("zones") == NORTH
    assert (proposed.value("houses"), proposed.value("people")) == (3, 200)
    assert proposed.value("organization") == WATERWORKS
    assert proposed.value("startsAt") == "2026-06-01T11:57:00Z"
    calls = await all_of(city, "Call")
    assert {one.value("refOutage") for one in calls.values()} == {proposed.id}
    assert {one.value("state") for one in calls.values()} == {"known"}


async def test_other_zones_themes_and_times_propose_nothing(
    city: City, office: Office, followed: Followed, clock: ManualClock
) -> None:
    now = clock.now()
    async with followed():
        await ring(city, call(0, now), call(1, now))
        await ring(city, call(2, now, theme="noise"), call(3, now, zones=OUTLINE))
        await ring(city, call(4, now, theme="cold"))  # of a zone of cold water
        await ring(city, call(5, now - 31 * MINUTE))
        await ring(city, call(6, now, zones=[NORTH, HEAT]))  # the third
        await until(city, "Outage", calls=3)
    assert len(await all_of(city, "Outage")) == 1
    held = {one.id for one in (await all_of(city, "Call")).values() if one.value("refOutage")}
    assert held == {call_id(0), call_id(1), call_id(6)}


async def test_a_storm_from_two_zones_proposes_one_outage_for_each(
    city: City, office: Office, followed: Followed, clock: ManualClock
) -> None:
    storm = [call(number, clock.now(), zones=(NORTH, OUTLINE)[number % 2]) for number in range(40)]
    async with followed():
        await asyncio.gather(*(ring(city, one) for one in storm))
        await until(city, "Outage", zones=NORTH, calls=20)
        await until(city, "Outage", zones=OUTLINE, calls=20)
    assert len(await all_of(city, "Outage")) == 2


async def test_a_log_that_is_read_again_proposes_nothing_again(
    city: City, office: Office, clock: ManualClock
) -> None:
    grant = city.guard.machine("outages", city.world)
    view = city.guard.view(grant)
    themes = {key: one.resource for key, one in THEMES.themes.items()}
    await ring(city, *(call(number, clock.now()) for number in range(3)))
    records: list[Any] = []
    async for batch in city.changes(view, None, 0):
        records += batch
        if batch[-1].number >= city.last_change:
            break
    for _ in range(2):  # killed after the commit, and before anything else was written
        await Follower(office, themes, grant, view, 0).handle(records)
    assert (await one_of(city, "Outage")).value("calls") == 3


async def test_what_was_refused_is_not_proposed_by_the_same_calls(
    city: City,
    office: Office,
    followed: Followed,
    client: Callable[..., httpx.AsyncClient],
    clock: ManualClock,
) -> None:
    async with followed(), client() as ann:
        await ring(city, *(call(number, clock.now()) for number in range(3)))
        proposed = await until(city, "Outage", calls=3)
        answer = await ann.post(
            f"/desk/outages/{proposed.id}/cancel", json={"expect": proposed.change}
        )
        assert answer.status_code == 200, answer.text
        for number in range(3):
            await until(city, "Call", number=f"2026-{number:06d}", refOutage=None)
        clock.advance(MINUTE)
        await ring(city, call(3, clock.now()), call(4, clock.now()))
        await ring(city, call(5, clock.now()))
        again = await until(city, "Outage", state="proposed", calls=3)
    assert again.id != proposed.id
    assert (await all_of(city, "Call"))[call_id(0)].value("refOutage") is None


async def test_where_one_is_open_calls_join_it_and_nothing_is_proposed(
    city: City,
    office: Office,
    followed: Followed,
    client: Callable[..., httpx.AsyncClient],
    clock: ManualClock,
) -> None:
    async with followed(), client() as ann:
        opened = await ann.post(
            "/desk/outages", json={"resource": "coldWater", "zones": [NORTH, OUTLINE]}
        )
        await ring(city, *(call(number, clock.now()) for number in range(5)))
        found = await until(city, "Outage", calls=5)
        for number in range(5):
            joined = await until(city, "Call", number=f"2026-{number:06d}", state="known")
            assert joined.value("refIncident") == opened.json()["incident"]
    assert found.id == opened.json()["id"]


async def test_a_struck_call_is_counted_no_more(
    city: City, office: Office, followed: Followed, clock: ManualClock
) -> None:
    async with followed():
        await ring(city, *(call(number, clock.now()) for number in range(3)))
        await until(city, "Outage", calls=3)
        await ring(city, Change(Op.APPEND, call_id(0), {"state": value("struck")}))
        await until(city, "Outage", calls=2)


async def test_other_houses_are_counted_where_a_zone_gets_them(
    city: City, office: Office, followed: Followed, client: Callable[..., httpx.AsyncClient]
) -> None:
    async with followed(), client() as ann:
        await ann.post("/desk/outages", json={"resource": "coldWater", "zones": [NORTH]})
        moved = {"type": "Building", "zones": refers([NORTH, HEAT])}
        await settle(city, Change(Op.APPEND, "urn:ngsi-ld:Building:e", moved))
        more = await until(city, "Outage", houses=4)
    assert (more.value("people"), more.value("children")) == (207, 41)


async def test_a_call_of_several_zones_of_one_resource_proposes_once(
    city: City, office: Office, followed: Followed, clock: ManualClock
) -> None:
    await settle(city, zone("urn:ngsi-ld:SupplyZone:more", "coldWater"))
    zones = ["urn:ngsi-ld:SupplyZone:more", NORTH]
    async with followed():
        await ring(city, *(call(number, clock.now(), zones=zones) for number in range(4)))
        await until(city, "Outage", calls=4)
    assert len(await all_of(city, "Outage")) == 1


# ---- the window, pure

MOMENTS = st.lists(st.integers(0, 120), max_size=12)


def _heard(number: int, minute: int, **more: Any) -> Heard:
    given = {"state": "new", "theme": "no-water", "zones": (NORTH,), "outage": "", "incident": ""}
    return Heard(f"call-{number}", 1, START + minute * MINUTE, **{**given, **more})


@given(MOMENTS)
def test_the_window_ends_with_the_newest_call(minutes: list[int]) -> None:
    calls = [_heard(number, minute) for number, minute in enumerate(minutes)]
    found = together(calls, WATER, 30 * MINUTE, None)
    newest = max(minutes, default=0)
    assert len(found) == sum(newest - minute <= 30 for minute in minutes)
    assert [one.reported for one in found] == sorted(one.reported for one in found)


def test_calls_that_are_explained_over_or_refused_count_for_nothing() -> None:
    calls = [
        _heard(1, 10),
        _heard(2, 10, outage="urn:ngsi-ld:Outage:x"),
        _heard(3, 10, state="closed"),
        _heard(4, 10, theme="noise"),
        _heard(5, 2),
    ]
    found = together(calls, WATER, 30 * MINUTE, START + 5 * MINUTE)
    assert [one.id for one in found] == ["call-1"]
