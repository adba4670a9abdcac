"""What the page hears of a replay's clock, and who may turn it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from hansa.base.clock import ManualClock
from hansa.base.replayclock import ReplayClock
from hansa.base.settings import load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.base.web import WebApp
from hansa.console.stream import SYNC
from hansa.context import City
from tests.console.talking import listen, make_client, pick

DAY = datetime(2015, 7, 15, 4, tzinfo=UTC)


@pytest.fixture
def replay(clock: ManualClock) -> ReplayClock:
    return ReplayClock(DAY, DAY + timedelta(days=1), 600, clock)


@pytest.fixture
async def city(folder: Path, tmp_path: Path, replay: ReplayClock) -> AsyncIterator[City]:
    opened = await City.open(load_city(folder), load_vocabulary(), tmp_path / "home", replay)
    yield opened
    await opened.close()


@pytest.fixture
def told() -> dict[str, object]:
    return {
        "zone": "Europe/Moscow",
        "from": "2015-07-15T04:00:00Z",
        "to": "2015-07-16T04:00:00Z",
        "speed": 600,
        "running": False,
        "now": "2015-07-15T04:00:00Z",
    }


async def test_session_and_frame_say_that_it_is_a_replay(
    client: httpx.AsyncClient, told: dict[str, object]
) -> None:
    assert (await client.get("/console/session")).json()["replay"] == told
    await pick(client, "analyst")
    assert (await client.get("/console/frame")).json()["replay"] == told


async def test_it_is_turned_by_who_works_and_not_by_who_reads(
    app: WebApp, officer: httpx.AsyncClient, replay: ReplayClock, clock: ManualClock
) -> None:
    answer = await officer.post("/console/replay", json={"running": True, "speed": 60})
    assert (answer.json()["running"], answer.json()["speed"]) == (True, 60)
    clock.advance(timedelta(minutes=1))
    assert replay.now() == DAY + timedelta(hours=1)
    await officer.post("/console/replay", json={"running": False})
    clock.advance(timedelta(minutes=1))
    assert replay.now() == DAY + timedelta(hours=1)

    async with make_client(app) as other:
        person = (await pick(other, "analyst"))["person"]
        refused = await other.post("/console/replay", json={"running": True})
    assert (person["turns"], refused.status_code) == (False, 403)
    assert not replay.running


@pytest.mark.parametrize("wish", [{"speed": 0}, {"speed": 9999}, {"running": "yes"}, {"at": 1}])
async def test_a_wish_that_cannot_be_is_refused(
    officer: httpx.AsyncClient, wish: dict[str, object]
) -> None:
    assert (await officer.post("/console/replay", json=wish)).status_code == 400


async def test_the_stream_tells_the_clock_when_it_is_turned_and_now_and_then(
    app: WebApp, officer: httpx.AsyncClient, clock: ManualClock
) -> None:
    stream = listen(app, officer)
    assert (await stream.next())["data"]["now"] == "2015-07-15T04:00:00Z"
    await officer.post("/console/replay", json={"running": True})
    turned = await stream.next()
    clock.advance(SYNC)
    later = await stream.next()
    await stream.close()

    assert (turned["event"], turned["data"]["running"]) == ("clock", True)
    assert (later["event"], later["data"]["now"]) == ("clock", "2015-07-15T04:20:00Z")


async def test_a_day_of_the_past_signs_nobody_out(
    officer: httpx.AsyncClient, replay: ReplayClock, clock: ManualClock
) -> None:
    replay.run()
    clock.advance(timedelta(minutes=2))
    assert replay.now() == DAY + timedelta(hours=20)
    assert (await officer.get("/console/frame")).status_code == 200

    clock.advance(timedelta(hours=9))  # of people: longer than a session lives unused
    assert (await officer.get("/console/frame")).status_code == 401
