"""Four sources at once: one floods, one lies about its clock, one loses a column, one is well."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hansa.base.clock import ManualClock
from hansa.base.times import parse_instant
from hansa.context import City, Entity, Query, TypeIs, Window
from hansa.guard import View
from hansa.sectors import Source, file_reports, quarantine
from hansa.sectors.runner import signs_in
from tests.sectors.helpers import source_of
from tests.sectors.served import Served, entity_once, followed, serving

MINUTES = 5
FLOOD = 3000  # rows a minute
MAPPING = """\
source: {name}
title: {{en: {name}}}
sector: river
connector: http-json
settings: {{url: "{origin}/{name}", poll: 60}}
type: WaterObserved
id: "{name}-{{post}}"
observedAt: time
every: 150
most: 600
{more}
fields:
  stationID: {{column: post}}
  height: {{column: level, as: number, unit: CMT, range: [0, 1000]}}
"""


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as server:
        yield server


def _sources(folder: Path, served: Served) -> dict[str, Source]:
    more = {"well": "", "flood": "flood: newest", "liar": "future: 3600", "loser": ""}
    return {
        name: source_of(
            folder, MAPPING.format(name=name, origin=served.origin, more=text), f"{name}.yaml"
        )
        for name, text in more.items()
    }


def _say(served: Served, now: datetime, minute: int) -> None:
    def row(post: int, time: datetime, **more: object) -> dict[str, object]:
        return {"post": post, "time": time.isoformat(), "level": float(minute), **more}

    served.say("/well", [row(1, now)])
    served.say("/flood", [row(number % 20, now, n=number) for number in range(FLOOD)])
    ahead = timedelta(minutes=30) if minute < 3 else timedelta(hours=2)
    served.say("/liar", [row(1, now + ahead)])
    broken = {"post": 1, "time": now.isoformat(), "depth": 3.0, "n": minute}
    served.say("/loser", [row(1, now) if minute < 2 else broken])


def _newest(moment: datetime) -> Callable[[Entity], bool]:
    return lambda one: one.observed_at("height") == moment


async def test_three_that_misbehave_are_shown_so_and_the_fourth_is_as_if_alone(
    city: City, view: View, served: Served, tmp_path: Path, clock: ManualClock
) -> None:
    sources = _sources(tmp_path, served)
    began = clock.now()
    _say(served, began, 0)
    async with followed(city, tuple(sources.values()), tmp_path, [served.origin]):
        for minute in range(1, MINUTES + 1):
            await entity_once(city, view, "urn:ngsi-ld:WaterObserved:well-1", _newest(clock.now()))
            for one in sources.values():
                await entity_once(city, view, one.id, _waits_for(clock.now()))
            _say(served, clock.now() + timedelta(seconds=60), minute)
            clock.advance(timedelta(seconds=60))
        await entity_once(city, view, "urn:ngsi-ld:WaterObserved:well-1", _newest(clock.now()))
        told = {
            name: await entity_once(city, view, one.id, _is(name)) for name, one in sources.items()
        }

    assert {name: one.value("health") for name, one in told.items()} == {
        "well": "ok",
        "flood": "flooding",
        "liar": "clock",
        "loser": "columns",
    }
    await _as_if_alone(city, view, sources["well"], began)
    await _nothing_is_lost_silently(city, sources["flood"])
    assert told["liar"].value("clockSkew") == 7200
    assert told["loser"].value("columnsGone") == ["level"]
    assert told["loser"].value("columnsNew") == ["depth", "n"]
    refused = await quarantine(city, sources["liar"])
    assert {one.rule for one in refused} == {"time-in-future"}
    assert "7200 s ahead" in refused[0].detail


def _waits_for(now: datetime) -> Callable[[Entity], bool]:
    """Whether the source has read what there is and waits, at its gate or for the next time."""

    def holds(one: Entity) -> bool:
        due = (one.value("nextReadAt") or {}).get("@value")
        waits = due is not None and parse_instant(due) > now
        return waits or one.value("health") == "flooding"

    return holds


def _is(name: str) -> Callable[[Entity], bool]:
    expected = {"liar": "clock", "loser": "columns", "flood": "flooding", "well": "ok"}
    return lambda one: one.value("health") == expected[name]


async def _as_if_alone(city: City, view: View, source: Source, began: datetime) -> None:
    """A row a minute, each known in the very minute of its time."""
    (report,) = await file_reports(city, source)
    query = Query(types=TypeIs("WaterObserved"), ids=("urn:ngsi-ld:WaterObserved:well-1",))
    (evolution,) = await city.history(view, query, Window())
    moments = [began + timedelta(minutes=minute) for minute in range(MINUTES + 1)]

    assert (report.read, report.accepted, report.refused) == (MINUTES + 1, MINUTES + 1, 0)
    assert [one.recorded_at for one in evolution.attributes["height"]] == moments


async def _nothing_is_lost_silently(city: City, source: Source) -> None:
    """What came is accepted, or was replaced by a newer row of the same post and is counted."""
    (report,) = await file_reports(city, source)
    replaced = (await signs_in(city, source)).coalesced

    assert report.refused == 0
    assert replaced > 0
    assert (report.accepted + replaced) % 1000 == 0
