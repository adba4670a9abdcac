"""Acting appointments: the rights reach guard in the same commit, and end by themselves."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.problems import Forbidden, ViewEnded
from hansa.base.times import format_instant
from hansa.base.vocabulary import load_vocabulary
from hansa.base.web import Request, WebApp
from hansa.context import Change, City, Op
from hansa.desk import (
    APPOINTMENT,
    appointment_routes,
    delegation_of,
    keep_appointments,
)
from hansa.desk.level import parse_level, set_level
from hansa.guard import Grant
from tests.desk.shifting import lines, until

PASSWORD = "correct horse battery"
DAY = timedelta(days=1)
SignIn = Callable[..., Awaitable[Grant]]


@pytest.fixture
async def city(city: City) -> City:
    city.guard.governs(APPOINTMENT, delegation_of)
    operator = city.guard.operator()
    for name, role in (("max", "mayor"), ("deputy", "analyst"), ("root", "administrator")):
        await city.guard.accounts.create(operator, name, PASSWORD, [role])
    return city


async def _sign_in(city: City, name: str) -> Grant:
    return (await city.guard.sessions.sign_in(name, PASSWORD, "127.0.0.1")).grant


def _client(city: City, grant: Grant) -> httpx.AsyncClient:
    async def identify(_: Request) -> Any:
        return grant

    app = WebApp(
        appointment_routes(city), identify, lambda _: city.world.name, view=city.guard.view
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://node")


def _wish(begin: datetime, end: datetime, **more: Any) -> dict[str, Any]:
    return {
        "principal": "max",
        "role": "mayor",
        "acting": "deputy",
        "from": format_instant(begin),
        "until": format_instant(end),
        "ground": "Order 17",
        **more,
    }


async def _appoint(city: City, wish: dict[str, Any], by: str = "max") -> str:
    async with _client(city, await _sign_in(city, by)) as client:
        answer = await client.post("/desk/appointments", json=wish)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def _set_level(city: City, grant: Grant) -> dict[str, Any]:
    return await set_level(city, grant, parse_level({"expect": 0, "level": 2, "proposed": 2}))


async def test_the_deputy_acts_while_the_mayor_is_away(city: City, clock: ManualClock) -> None:
    now = clock.now()
    name = await _appoint(city, _wish(now, now + DAY))
    deputy = await _sign_in(city, "deputy")
    with pytest.raises(Forbidden):
        await _set_level(city, deputy)
    acting = await city.guard.act(deputy, name)
    assert (acting.actor, acting.role, acting.on_behalf) == ("deputy", "mayor", "max")
    done = await _set_level(city, acting)
    assert done["confirmedBy"] == "deputy"
    last = await city.guard.journal.entries("acting")
    assert (last[0]["actor"], last[0]["onBehalf"]) == ("deputy", "max")
    assert (await city.guard.journal.verify()).intact


async def test_it_begins_and_ends_by_the_citys_clock(city: City, clock: ManualClock) -> None:
    now = clock.now()
    name = await _appoint(city, _wish(now + DAY, now + 2 * DAY))
    deputy = await _sign_in(city, "deputy")
    assert city.guard.delegations.of("deputy") == ()
    with pytest.raises(Forbidden):
        await city.guard.act(deputy, name)
    clock.advance(DAY)
    deputy = await _sign_in(city, "deputy")
    acting = await city.guard.act(deputy, name)
    view = city.guard.view(acting)
    city.guard.check_view(view, clock.now())
    clock.advance(DAY)
    with pytest.raises(ViewEnded):
        city.guard.check_view(view, clock.now())
    with pytest.raises(Forbidden):
        await _set_level(city, acting)


async def test_a_session_falls_back_to_its_own_role(city: City, clock: ManualClock) -> None:
    now = clock.now()
    name = await _appoint(city, _wish(now, now + timedelta(hours=1)))
    opened = await city.guard.sessions.sign_in("deputy", PASSWORD, "127.0.0.1")
    await city.guard.act(opened.grant, name)
    acting = await city.guard.sessions.of_token(opened.token)
    assert acting is not None
    assert acting.role == "mayor"
    clock.advance(timedelta(hours=1))
    after = await city.guard.sessions.of_token(opened.token)
    assert after is not None
    assert (after.role, after.on_behalf) == ("analyst", "")


async def test_what_is_revoked_ends_at_once_on_every_view(city: City, clock: ManualClock) -> None:
    now = clock.now()
    name = await _appoint(city, _wish(now, now + DAY))
    acting = await city.guard.act(await _sign_in(city, "deputy"), name)
    view = city.guard.view(acting)
    async with _client(city, await _sign_in(city, "max")) as mayor:
        (one,) = (await mayor.get("/desk/appointments")).json()["appointments"]
        wish = {"expect": one["change"]}
        assert (await mayor.post(f"/desk/appointments/{name}/revoke", json=wish)).status_code == 200
        again = await mayor.post(f"/desk/appointments/{name}/revoke", json=wish)
        assert again.status_code == 409
    with pytest.raises(ViewEnded):
        city.guard.check_view(view, clock.now())
    with pytest.raises(ViewEnded):
        city.guard.check_view(city.guard.view(acting), clock.now())
    with pytest.raises(Forbidden):
        await _set_level(city, acting)


async def test_a_write_on_its_way_is_refused_when_the_appointment_goes(
    city: City, clock: ManualClock
) -> None:
    """The room's grant was given while it held; the commit asks again."""
    now = clock.now()
    name = await _appoint(city, _wish(now, now + DAY))
    acting = await city.guard.act(await _sign_in(city, "deputy"), name)
    through = city.guard.through(acting, "level")
    clock.advance(DAY)
    body = {"type": "CityStatus", "level": {"type": "Property", "value": 5}}
    with pytest.raises(Forbidden):
        await city.write(through, [Change(Op.UPSERT, "urn:ngsi-ld:CityStatus:city", body)])


async def test_an_appointment_may_name_its_rights(city: City, clock: ManualClock) -> None:
    now = clock.now()
    name = await _appoint(city, _wish(now, now + DAY, rights=["acting"]))
    acting = await city.guard.act(await _sign_in(city, "deputy"), name)
    with pytest.raises(Forbidden):
        await _set_level(city, acting)


async def test_who_acts_appoints_nobody(city: City, clock: ManualClock) -> None:
    now = clock.now()
    name = await _appoint(city, _wish(now, now + DAY))
    acting = await city.guard.act(await _sign_in(city, "deputy"), name)
    async with _client(city, acting) as client:
        wish = _wish(now, now + DAY, acting="root")
        assert (await client.post("/desk/appointments", json=wish)).status_code == 403


async def test_an_administrator_appoints_for_others_and_nobody_else_does(
    city: City, clock: ManualClock
) -> None:
    now = clock.now()
    await _appoint(city, _wish(now, now + DAY), by="root")
    async with _client(city, await _sign_in(city, "deputy")) as client:
        answer = await client.post("/desk/appointments", json=_wish(now, now + DAY))
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "more",
    [
        {"acting": "max"},
        {"acting": "nobody"},
        {"role": "analyst"},
        {"ground": " "},
        {"rights": ["desk"]},
        {"until": "2026-05-01T00:00:00Z"},
    ],
)
async def test_what_makes_no_sense_is_refused(
    city: City, clock: ManualClock, more: dict[str, Any]
) -> None:
    now = clock.now()
    async with _client(city, await _sign_in(city, "root")) as client:
        wish = _wish(now, now + DAY) | more
        answer = await client.post("/desk/appointments", json=wish)
    assert answer.status_code == 400, answer.text


async def test_two_appointments_of_the_same_two_stand_beside_each_other(
    city: City, clock: ManualClock
) -> None:
    now = clock.now()
    await _appoint(city, _wish(now, now + DAY))
    await _appoint(city, _wish(now + 30 * DAY, now + 31 * DAY))
    assert len(city.guard.delegations.of("deputy")) == 1
    clock.advance(30 * DAY)
    assert len(city.guard.delegations.of("deputy")) == 1
    clock.advance(-DAY + 2 * DAY)
    assert city.guard.delegations.of("deputy") == ()


async def test_a_restart_finds_who_acts(city: City, clock: ManualClock, tmp_path: Path) -> None:
    now = clock.now()
    name = await _appoint(city, _wish(now, now + DAY))
    opened = await city.guard.sessions.sign_in("deputy", PASSWORD, "127.0.0.1")
    await city.guard.act(opened.grant, name)
    again = await City.open(city.settings, load_vocabulary(), tmp_path / "home", clock)
    try:
        acting = await again.guard.sessions.of_token(opened.token)
        assert acting is not None
        assert (acting.role, acting.on_behalf) == ("mayor", "max")
        clock.advance(DAY)
        assert again.guard.delegations.of("deputy") == ()
    finally:
        await again.close()


async def test_begin_and_end_leave_a_line(city: City, clock: ManualClock) -> None:
    now = clock.now()
    tasks = [
        asyncio.create_task(keep_appointments(city)),
        asyncio.create_task(city.run_timers()),
    ]
    try:
        await _appoint(city, _wish(now + DAY, now + 2 * DAY))
        clock.advance(DAY)
        await until(city, APPOINTMENT, state="inForce")
        clock.advance(DAY)
        await until(city, APPOINTMENT, state="ended")
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    assert await lines(city) == ["appointed", "appointment-began", "appointment-ended"]


async def test_where_nobody_says_what_it_governs_nothing_is_written(
    settings: Any, tmp_path: Path, clock: ManualClock
) -> None:
    city = await City.open(settings, load_vocabulary(), tmp_path / "other", clock)
    try:
        body = {"type": APPOINTMENT, "acting": {"type": "Property", "value": "deputy"}}
        change = Change(Op.CREATE, "urn:ngsi-ld:ActingAppointment:a", body)
        with pytest.raises(Forbidden):
            await city.write(city.guard.machine("acting", city.world), [change])
        assert city.last_change == 0
    finally:
        await city.close()


async def test_no_other_door_makes_an_appointment(city: City) -> None:
    root = await _sign_in(city, "root")
    body = {"type": APPOINTMENT, "acting": {"type": "Property", "value": "deputy"}}
    change = Change(Op.CREATE, "urn:ngsi-ld:ActingAppointment:a", body)
    for grant in (root, replace(root, role="api"), city.guard.machine("sectors", city.world)):
        with pytest.raises(Forbidden):
            await city.write(grant, [change])
