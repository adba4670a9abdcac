"""A replay tells the past in the order in which the city knew it, and nothing before its time."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hansa.base.clock import ManualClock
from hansa.base.replayclock import ReplayClock
from hansa.base.settings import load_city
from hansa.context import City, Query, TypeAny, TypeIs
from hansa.sectors import Feed, Source, import_folder, import_known
from tests.sectors.helpers import READINGS, VOCABULARY, source_of

REQUESTS = """\
source: requests
title: {en: Requests}
sector: requests
files: "requests.csv"
format: csv
type: Open311ServiceRequest
id: "{id}"
states:
  - name: asked
    knownAt: opened
    observedAt: opened
    fields:
      service_name: {column: what}
      address_string: {column: where, privacy: personal}
      status: {value: open}
  - name: closed
    when: closed
    knownAt: closed
    observedAt: closed
    fields:
      status: {value: closed}
      queue: {column: queue}
refuse:
  - {rule: required, columns: [id, opened, what]}
"""
LATE = READINGS.replace('"*.csv"', '"readings.csv"').replace(
    "observedAt: time", "observedAt: time\nknownAt: received"
)
CITY_YAML = """
name: testing
title: {en: Testing}
zone: UTC
world: WORLD
map: {center: [13.4, 52.5]}
"""

DAY = datetime(2015, 7, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEAD = timedelta(hours=6)
TICK = timedelta(microseconds=1)
PATIENCE = 20


@dataclass(frozen=True, slots=True)
class Past:
    """What the files say: (id, opened, closed or None), (post, observed, received, level)."""

    requests: Sequence[tuple[int, int, int | None]]
    readings: Sequence[tuple[int, int, int, int]]

    def write(self, folder: Path) -> None:
        """The two files, as a city publishes them today."""
        rows = ["id,opened,closed,what,where,queue"]
        for number, opened, closed in self.requests:
            end = "" if closed is None else _text(closed)
            rows.append(f"{number},{_text(opened)},{end},Tree,Elm Street {number},parks")
        (folder / "requests.csv").write_text("\n".join(rows) + "\n")
        rows = ["post,time,received,level"]
        rows += [
            f"{post},{_text(at)},{_text(at + lag)},{cm}" for post, at, lag, cm in self.readings
        ]
        (folder / "readings.csv").write_text("\n".join(rows) + "\n")


def _text(minute: int) -> str:
    return (DAY + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")


# from a day before the span to a day after it, so that much of it must be held back
minutes = st.integers(-1440, 2880)
requests = st.lists(
    st.tuples(st.integers(1, 6), minutes, st.one_of(st.none(), minutes)),
    max_size=12,
    unique_by=lambda row: row[0],
)
readings = st.lists(
    st.tuples(st.integers(1, 3), minutes, st.integers(0, 600), st.integers(0, 900)),
    max_size=16,
    unique_by=lambda row: row[:2],  # a source says once what it read at a moment
)
pasts = st.builds(Past, requests, readings)


@asynccontextmanager
async def living(folder: Path, name: str, clock: Any, world: str) -> AsyncIterator[City]:
    """A real city in a home of its own."""
    city = folder / name
    city.mkdir()
    (city / "city.yaml").write_text(CITY_YAML.replace("WORLD", world))
    opened = await City.open(load_city(city), VOCABULARY, city / "home", clock)
    try:
        yield opened
    finally:
        await opened.close()


@asynccontextmanager
async def telling(city: City, clock: ReplayClock, feed: Feed) -> AsyncIterator[None]:
    """The feed at work."""
    task = asyncio.create_task(feed.run())
    clock.run()
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def reach(clock: ReplayClock, outside: ManualClock, moment: datetime) -> None:
    """Let time come past `moment`: the clock does so once all of then is written."""
    outside.advance(moment + TICK - clock.now())
    await asyncio.wait_for(clock.until(moment + TICK), PATIENCE)


def sources_in(folder: Path) -> tuple[Source, ...]:
    return source_of(folder, REQUESTS, "requests.yaml"), source_of(folder, LATE, "late.yaml")


async def known(city: City, at: datetime | None = None) -> dict[str, Any]:
    """All that the room sees, with the times of knowing."""
    view = city.guard.view(city.guard.machine("sectors", city.world))
    types = TypeAny((TypeIs("Open311ServiceRequest"), TypeIs("WaterObserved")))
    page = await city.read(view, Query(types=types), at)
    return {one.id: one.document for one in page.entities}


async def feed_of(city: City, clock: ReplayClock, folder: Path, data: Path) -> Feed:
    sources = sources_in(folder)
    await import_known(city, sources, data, clock.begin - LEAD)
    feed = await Feed.open(city, clock, sources, data, LEAD)
    await feed.lead_in()
    return feed


@settings(max_examples=12, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(pasts)
async def test_a_replay_at_a_moment_is_what_an_import_knows_as_of_that_moment(past: Past) -> None:
    with tempfile.TemporaryDirectory() as name:
        await _replay_is_as_of(Path(name), past)


async def _replay_is_as_of(folder: Path, past: Past) -> None:
    data = folder / "data"
    data.mkdir()
    past.write(data)
    today = ManualClock(DAY + timedelta(days=4000))
    clock = ReplayClock(DAY, DAY + 24 * HOUR, 1, today)
    async with (
        living(folder, "plain", ManualClock(today.now()), "actual") as plain,
        living(folder, "replay", clock, "exercise:replay") as replayed,
    ):
        await import_folder(plain, sources_in(folder / "maps"), data)
        feed = await feed_of(replayed, clock, folder / "maps", data)
        assert await known(replayed) == await known(plain, DAY)
        moments = sorted({cue.moment for cue in feed.score.cues if cue.moment > DAY})
        async with telling(replayed, clock, feed):
            for moment in moments:
                assert moment <= clock.end
                await reach(clock, today, moment)
                assert await known(replayed) == await known(plain, moment)
        for moment in moments:  # and the replay's own memory says the same afterwards
            assert await known(replayed, moment) == await known(plain, moment)


PAST = Past(
    requests=[(1, -60, 120), (2, 30, 2000), (3, 1500, None)],
    readings=[(1, 10, 0, 100), (1, 15, 300, 90), (1, 40, 0, 110)],
)


@pytest.fixture
def outside() -> ManualClock:
    return ManualClock(DAY + timedelta(days=4000))


@pytest.fixture
def clock(outside: ManualClock) -> ReplayClock:
    return ReplayClock(DAY, DAY + 24 * HOUR, 1, outside)


@pytest.fixture
async def city(tmp_path: Path, clock: ReplayClock) -> AsyncIterator[City]:
    async with living(tmp_path, "replay", clock, "exercise:replay") as opened:
        yield opened


async def test_what_comes_after_the_clock_is_not_in_the_store(
    city: City, clock: ReplayClock, outside: ManualClock, tmp_path: Path, data: Path
) -> None:
    PAST.write(data)
    feed = await feed_of(city, clock, tmp_path, data)
    first, second, third = (f"urn:ngsi-ld:Open311ServiceRequest:{one}" for one in (1, 2, 3))

    assert {name: one["status"]["value"] for name, one in (await known(city)).items()} == {
        first: "open"
    }
    async with telling(city, clock, feed):
        await reach(clock, outside, DAY + 2 * HOUR)
        found = await known(city)
        assert [found[one]["status"]["value"] for one in (first, second)] == ["closed", "open"]
        await reach(clock, outside, DAY + 24 * HOUR - TICK)
        assert third not in await known(city)
        assert "queue" not in (await known(city))[second]


async def test_told_live_it_is_no_back_fill_and_what_was_before_is(
    city: City, clock: ReplayClock, outside: ManualClock, tmp_path: Path, data: Path
) -> None:
    PAST.write(data)
    feed = await feed_of(city, clock, tmp_path, data)
    async with telling(city, clock, feed):
        await reach(clock, outside, DAY + 2 * HOUR)
    view = city.guard.view(city.guard.machine("sectors", city.world))
    log = [one async for one in _log(city, view)]

    told = [one for one in log if "Open311ServiceRequest" in one.types]
    assert [(one.recorded_at - DAY, one.backfilled) for one in told] == [
        (-HOUR, True),
        (HOUR / 2, False),
        (2 * HOUR, False),
    ]


async def _log(city: City, view: Any) -> AsyncIterator[Any]:
    async for batch in city.changes(view, None, 0):
        for record in batch:
            yield record
        if batch[-1].number >= city.last_change:
            return


async def test_nothing_personal_is_in_a_replay(
    city: City, clock: ReplayClock, outside: ManualClock, tmp_path: Path, data: Path
) -> None:
    PAST.write(data)
    feed = await feed_of(city, clock, tmp_path, data)
    async with telling(city, clock, feed):
        await reach(clock, outside, DAY + 23 * HOUR)

    assert not any("address_string" in one for one in (await known(city)).values())
    kept = [path for path in (tmp_path / "replay").rglob("*") if path.is_file()]
    assert not [path for path in kept if b"Elm Street" in path.read_bytes()]


async def test_sources_say_what_was_known_of_them_then(
    city: City, clock: ReplayClock, outside: ManualClock, tmp_path: Path, data: Path
) -> None:
    PAST.write(data)
    feed = await feed_of(city, clock, tmp_path, data)
    assert await _told(city) == (1, "2015-07-14T23:00:00Z")

    async with telling(city, clock, feed):
        await reach(clock, outside, DAY + 3 * HOUR)
        assert await _told(city) == (3, "2015-07-15T02:00:00Z")


async def _told(city: City) -> tuple[int, str]:
    view = city.guard.view(city.guard.machine("sectors", city.world))
    page = await city.read(view, Query(ids=("urn:ngsi-ld:DataSource:requests",)))
    (source,) = page.entities
    return source.value("rowsRead"), source.value("newestObservedAt")["@value"]


async def test_begun_again_on_the_same_home_it_goes_on(
    city: City, clock: ReplayClock, outside: ManualClock, tmp_path: Path, data: Path
) -> None:
    PAST.write(data)
    feed = await feed_of(city, clock, tmp_path, data)
    async with telling(city, clock, feed):
        await reach(clock, outside, DAY + 2 * HOUR)
    before = city.last_change

    again = await Feed.open(city, clock, sources_in(tmp_path), data, LEAD)
    await again.lead_in()
    assert again.stands_at == DAY + 2 * HOUR
    async with telling(city, clock, again):
        await reach(clock, outside, DAY + 6 * HOUR)
    view = city.guard.view(city.guard.machine("sectors", city.world))
    fresh = [
        one
        async for one in _log(city, view)
        if one.number > before and "DataSource" not in one.types
    ]
    assert [(one.types, one.recorded_at) for one in fresh] == [
        (("WaterObserved",), DAY + timedelta(minutes=315))
    ]


async def test_the_clock_waits_until_the_rooms_have_dealt_with_a_moment(
    city: City, clock: ReplayClock, outside: ManualClock, tmp_path: Path, data: Path
) -> None:
    PAST.write(data)
    await import_known(city, sources_in(tmp_path), data, clock.begin - LEAD)
    feed = await Feed.open(city, clock, sources_in(tmp_path), data, LEAD, ("watch",))
    await feed.lead_in()
    view = city.guard.view(city.guard.machine("watch", city.world))
    seen: list[datetime] = []

    async def watch() -> None:
        async for _ in city.changes(view, "watch"):
            seen.append(clock.now())

    room = asyncio.create_task(watch())
    async with telling(city, clock, feed):
        await reach(clock, outside, DAY + 24 * HOUR - TICK)
    room.cancel()
    await asyncio.gather(room, return_exceptions=True)

    moments = {cue.moment for cue in feed.score.cues if cue.moment > DAY}
    assert moments <= set(seen)
