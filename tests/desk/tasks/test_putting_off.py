"""A written request is put off once, and a time that is told twice is one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.settings import CitySettings
from hansa.base.times import format_instant
from hansa.context import City
from hansa.desk import Work
from hansa.guard import Grant
from tests.desk.tasks.calling import ROUTING, take
from tests.desk.tasks.test_calling import answer
from tests.desk.tasks.working import ROADS, held, work_of

LAW = "requests: {term: {days: 30}, extension: {days: 30}}\n"
GIVEN = {"reason": "parts", "approvedBy": "head"}


@pytest.fixture
def work(settings: CitySettings) -> Work:
    return work_of(settings, **{"routing.yaml": ROUTING, "law.yaml": LAW})


async def extended(city: City, officer: Grant) -> int:
    held_at = (await held(city, officer)).popitem()[1].value("extendedAt")
    return len(held_at) if isinstance(held_at, list) else int(held_at is not None)


async def test_a_request_is_put_off_once_and_a_time_told_twice_is_one(
    city: City,
    work: Work,
    officer: Grant,
    clock: ManualClock,
    client: Callable[..., httpx.AsyncClient],
) -> None:
    name = await take(city, work, officer, theme="charges", kind="request")
    dispatcher = client("dispatcher", "bob", ROADS)

    async def put_off(days: int) -> httpx.Response:
        given: dict[str, Any] = {"promised": format_instant(clock.now() + timedelta(days=days))}
        return await answer(dispatcher, name, "new-time", **given, **GIVEN)

    for _ in range(2):
        assert (await put_off(40)).status_code == 200
        assert await extended(city, officer) == 1
    refused = await put_off(50)
    assert (refused.status_code, refused.json()["rule"]) == (
        409,
        "law.yaml of the city's folder: extension",
    )
    assert (await put_off(35)).status_code == 200  # sooner is no delay
