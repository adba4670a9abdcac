"""Breaches: what the law wants told by when, and what is late by the city's clock."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.times import format_instant
from hansa.context import City, Query, TypeIs
from hansa.desk import PrivacySettings, keep_privacy


async def opened(officer: httpx.AsyncClient, city: City, **more: Any) -> dict[str, Any]:
    noticed = format_instant(city.clock.now() - timedelta(hours=1))
    wish = {"text": "a list was sent to a wrong address", "noticedAt": noticed} | more
    answer = await officer.post("/privacy/breaches", json=wish)
    assert answer.status_code == 201, answer.text
    return await shown(officer)


async def shown(officer: httpx.AsyncClient) -> dict[str, Any]:
    (found,) = (await officer.get("/privacy/breaches")).json()["breaches"]
    return dict(found)


async def test_deadlines_follow_from_the_laws_of_the_city(
    city: City, officer: httpx.AsyncClient
) -> None:
    found = await opened(officer, city, dataKinds=["Call"], peopleAffected=120, measures="recalled")
    due = {one["duty"]: one["due"] for one in found["notices"]}
    noticed = city.clock.now() - timedelta(hours=1)
    assert due == {
        "gdpr-authority": format_instant(noticed + timedelta(hours=72)),
        "gdpr-people": None,
        "ru-first": format_instant(noticed + timedelta(hours=24)),
        "ru-second": format_instant(noticed + timedelta(hours=72)),
    }
    assert (found["peopleAffected"], found["dataKinds"]) == (120, ["Call"])
    assert "art. 33" in found["notices"][0]["cites"]


async def test_what_was_not_told_in_time_is_late_and_what_was_told_is_not(
    city: City, privacy: PrivacySettings, officer: httpx.AsyncClient, clock: ManualClock
) -> None:
    found = await opened(officer, city)
    notices = {one["duty"]: one for one in found["notices"]}
    told = {"expect": notices["ru-first"]["change"], "toldAt": format_instant(clock.now())}
    path = f"/privacy/notices/{notices['ru-first']['id']}/told"
    assert (await officer.post(path, json=told | {"foreignNumber": "44"})).status_code == 200
    assert (await officer.post(path, json=told)).status_code == 409
    tasks = [
        asyncio.create_task(keep_privacy(city, privacy)),
        asyncio.create_task(city.run_timers()),
    ]
    try:
        clock.advance(timedelta(hours=72))
        while await late(city) != {"gdpr-authority", "ru-second"}:
            await city.news.beyond(city.last_change)
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
    notices = {one["duty"]: one for one in (await shown(officer))["notices"]}
    assert not notices["ru-first"]["overdue"]
    assert notices["ru-first"]["foreignNumber"] == "44"
    assert notices["ru-second"]["overdue"]
    assert not notices["gdpr-people"]["overdue"]


async def late(city: City) -> set[str]:
    view = city.guard.view(city.guard.machine("privacy", city.world))
    page = await city.read(view, Query(types=TypeIs("BreachNotice")))
    return {str(one.value("duty")) for one in page.entities if one.value("overdue")}


async def test_it_is_closed_once_everybody_was_told(city: City, officer: httpx.AsyncClient) -> None:
    found = await opened(officer, city)
    path = f"/privacy/breaches/{found['id']}"
    early = await officer.post(path, json={"expect": found["change"], "close": True})
    assert early.status_code == 409
    for one in found["notices"]:
        told = {"expect": one["change"], "toldAt": format_instant(city.clock.now())}
        assert (
            await officer.post(f"/privacy/notices/{one['id']}/told", json=told)
        ).status_code == 200
    wish = {"expect": found["change"], "measures": "addresses are checked twice", "close": True}
    assert (await officer.post(path, json=wish)).status_code == 200
    closed = await shown(officer)
    assert (closed["state"], closed["measures"]) == ("closed", "addresses are checked twice")
    assert (await officer.post(path, json=wish)).status_code == 409


@pytest.mark.parametrize(
    "wish",
    [
        {"text": " ", "noticedAt": "2026-06-01T11:00:00Z"},
        {"text": "x", "noticedAt": "2026-06-02T11:00:00Z"},
        {"text": "x", "noticedAt": "yesterday"},
        {"text": "x", "noticedAt": "2026-06-01T11:00:00Z", "peopleAffected": -1},
        {"text": "x"},
    ],
)
async def test_a_breach_says_what_and_when(
    officer: httpx.AsyncClient, wish: dict[str, object]
) -> None:
    assert (await officer.post("/privacy/breaches", json=wish)).status_code == 400


async def test_only_the_officer_keeps_breaches(
    client_as: Callable[[str], httpx.AsyncClient],
) -> None:
    for role in ("duty-officer", "administrator", "auditor"):
        async with client_as(role) as client:
            assert (await client.get("/privacy/breaches")).status_code == 403
            assert (await client.post("/privacy/breaches", content=b"-")).status_code == 403
