"""Retention: what was kept long enough is erased by the city's clock, once, and told."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.base.clock import ManualClock
from hansa.base.problems import BadFile
from hansa.base.times import format_instant
from hansa.context import City, Query
from hansa.desk import PRIVACY, PrivacySettings, keep_privacy, load_privacy
from hansa.desk.privacy.retention import next_sweep, sweep
from hansa.guard import Kind
from tests.desk.privacy.conftest import REQUEST, reader, request, write

MOSCOW = ZoneInfo("Europe/Moscow")


async def closed(city: City, name: str, days_ago: float) -> None:
    at = format_instant(city.clock.now() - timedelta(days=days_ago))
    await write(city, request(name, phone=f"4912 00 00 {name}", status="closed", closedAt=at))


async def kept(city: City) -> Mapping[str, int]:
    names = [REQUEST + str(number) for number in range(10)]
    held = await city.guard.vault.held(names)
    return {name.removeprefix(REQUEST): count for name, count in held.items()}


async def swept(city: City, privacy: PrivacySettings) -> int:
    return await sweep(city, city.guard.machine("privacy", city.world), privacy)


async def test_what_is_over_is_erased_and_its_record_stays(
    city: City, privacy: PrivacySettings, officer: httpx.AsyncClient
) -> None:
    await closed(city, "1", 30)
    await closed(city, "2", 29)
    await write(city, request("3", phone="4912 000003", status="open"))
    assert await swept(city, privacy) == 1
    assert await kept(city) == {"2": 1, "3": 1}
    page = await city.read(city.guard.view(reader(city)), Query(ids=(REQUEST + "1",)))
    assert page.entities[0].value("status") == "closed"
    (told,) = (await officer.get("/privacy/erasures")).json()["erasures"]
    assert (told["rule"], told["records"], told["actor"]) == ("requests", 1, "machine:privacy")
    assert told["entities"] == [REQUEST + "1"]
    assert await swept(city, privacy) == 0
    assert len(await city.guard.journal.entries(Kind.ERASURE)) == 1


async def test_held_ones_wait_until_their_hold_is_over(
    city: City, privacy: PrivacySettings, officer: httpx.AsyncClient, clock: ManualClock
) -> None:
    await closed(city, "1", 40)
    await closed(city, "2", 40)
    until = format_instant(clock.now() + timedelta(days=5))
    wish = {"reason": "case 7", "until": until, "entities": [REQUEST + "1"]}
    assert (await officer.post("/privacy/holds", json=wish)).status_code == 201
    (rule,) = (await officer.get("/privacy/retention")).json()["rules"]
    assert (rule["records"], rule["over"], rule["held"]) == (2, 2, 1)
    assert await swept(city, privacy) == 1
    assert await kept(city) == {"1": 1}
    clock.advance(timedelta(days=5))
    assert await swept(city, privacy) == 1


async def test_a_rule_can_rest(
    city: City, privacy: PrivacySettings, officer: httpx.AsyncClient, clock: ManualClock
) -> None:
    await closed(city, "1", 40)
    until = format_instant(clock.now() + timedelta(days=5))
    wish = {"reason": "audit 3", "until": until, "rule": "requests"}
    assert (await officer.post("/privacy/holds", json=wish)).status_code == 201
    assert await swept(city, privacy) == 0
    (rule,) = (await officer.get("/privacy/retention")).json()["rules"]
    assert (rule["resting"], rule["held"]) == (True, 1)


@pytest.mark.parametrize(
    "wish",
    [
        {"reason": "", "until": "2027-01-01T00:00:00Z", "rule": "requests"},
        {"reason": "x", "until": "2020-01-01T00:00:00Z", "rule": "requests"},
        {"reason": "x", "until": "2027-01-01T00:00:00Z", "rule": "none"},
        {"reason": "x", "until": "2027-01-01T00:00:00Z"},
        {
            "reason": "x",
            "until": "2027-01-01T00:00:00Z",
            "rule": "requests",
            "entities": ["urn:a:b"],
        },
    ],
)
async def test_a_hold_says_what_why_and_until_when(
    officer: httpx.AsyncClient, wish: dict[str, object]
) -> None:
    assert (await officer.post("/privacy/holds", json=wish)).status_code == 400


async def test_the_task_sweeps_at_its_hour_by_the_citys_clock(
    city: City, privacy: PrivacySettings, clock: ManualClock
) -> None:
    await closed(city, "1", 29.5)
    tasks = [
        asyncio.create_task(keep_privacy(city, privacy)),
        asyncio.create_task(city.run_timers()),
    ]
    try:
        await city.settled([PRIVACY])
        assert await kept(city) == {"1": 1}
        number = city.last_change
        clock.advance(timedelta(hours=12, minutes=30))  # 03:30 in Moscow is 00:30 UTC
        await city.news.beyond(number)
        await city.settled([PRIVACY])
        assert await kept(city) == {}
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def test_a_node_that_slept_through_the_hour_sweeps_when_it_wakes(
    city: City, privacy: PrivacySettings, clock: ManualClock
) -> None:
    await closed(city, "1", 29.5)
    first = asyncio.create_task(keep_privacy(city, privacy))
    await city.settled([PRIVACY])
    await _end(first)
    assert await kept(city) == {"1": 1}
    clock.advance(timedelta(days=3))  # nobody rings meanwhile
    forgot = asyncio.Event()
    city.guard.vault.forgot(forgot.set)
    second = asyncio.create_task(keep_privacy(city, privacy))
    await forgot.wait()
    assert await kept(city) == {}
    await _end(second)


async def _end(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@given(st.integers(0, 366 * 24 * 60))
def test_the_next_sweep_is_ahead_by_a_day_at_most_and_at_its_hour(minutes: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    following = next_sweep(PrivacySettings(), MOSCOW, now)
    assert timedelta(0) < following - now <= timedelta(days=1)
    assert (following.astimezone(MOSCOW).hour, following.astimezone(MOSCOW).minute) == (3, 30)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("retention", "rules: {a: {words: {en: a}, type: None, since: at, days: 1}}", "no type"),
        ("retention", "rules: {a: {words: {en: a}, type: Task, since: x, days: 1}}", "has no x"),
        ("retention", "rules: {a: {words: {en: a}, type: Task, since: due, days: 0}}", ">= 1"),
        (
            "retention",
            "rules: {a: {words: {en: a}, type: Task, since: due, days: 1, where: '(('}}",
            "where",
        ),
        ("retention", 'at: "24:00"', "regex"),
        ("register", "types: {Nothing: {}}", "no type"),
        ("breaches", "laws: [hammurabi]", "no law"),
    ],
)
def test_a_mistake_in_the_folder_is_told_with_its_place(
    city: City, privacy_folder: Path, file: str, text: str, said: str
) -> None:
    (privacy_folder / f"{file}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        load_privacy(city.settings.folder, city.vocabulary)
    assert f"{file}.yaml:" in refused.value.where
    assert said in str(refused.value)
