"""A replay as a whole node: its world, its home, and incidents that open and close by the data."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from hansa.app import Home, Node
from hansa.app.cli import main
from hansa.app.folder import Edit
from hansa.app.replay import Span, prepare, settings_of, span_of, stop
from hansa.base.clock import ManualClock
from hansa.base.problems import BadRequestData, StoreRefused
from hansa.base.replayclock import ReplayClock
from hansa.base.settings import load_city
from hansa.context import Entity, Query, TypeIs

CITY = """
name: hand-made
title: {en: Hand-made}
zone: America/New_York
egress: {allow: ["https://example.org"]}
map: {center: [-71.0, 42.3]}
"""
SOURCE = """
source: river
title: {en: River}
sector: river
files: "*.csv"
format: csv
type: WaterObserved
id: "{post}"
observedAt: time
fields:
  height: {column: level, as: number, unit: CMT, range: [0, 1000], required: true}
"""
RULE = """
rules:
  - id: high-water
    title: {en: "High water: {value}"}
    when: {type: WaterObserved}
    threshold: {attribute: height, operator: ">", value: 5, clear: 5}
    severity: high
"""
NEW_YORK = ZoneInfo("America/New_York")
BEGIN = datetime(2015, 7, 15, 4, tzinfo=UTC)
ROWS = [(-30, 100), (-1, 600), (2, 400), (9, 700), (12, 300), (30, 900)]  # hours, cm


@pytest.fixture
def city(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    (folder / "sources").mkdir(parents=True)
    (folder / "rules").mkdir()
    (folder / "city.yaml").write_text(CITY)
    (folder / "sources" / "river.yaml").write_text(SOURCE)
    (folder / "rules" / "river.yaml").write_text(RULE)
    (tmp_path / "data").mkdir()
    lines = [f"a,{(BEGIN + timedelta(hours=hours)).isoformat()},{level}" for hours, level in ROWS]
    (tmp_path / "data" / "in.csv").write_text("\n".join(["post,time,level", *lines, ""]))
    return folder


@pytest.fixture
def outside() -> ManualClock:
    return ManualClock(datetime(2026, 6, 1, 12, tzinfo=UTC))


@asynccontextmanager
async def replaying(
    city: Path, outside: ManualClock, until: str = "2015-07-16"
) -> AsyncIterator[tuple[Node, ReplayClock]]:
    """A replay's node with everybody awake, its clock at one second a second."""
    given = load_city(city)
    span = span_of("2015-07-15", until, given.zone)
    settings = settings_of(given, span)
    clock = ReplayClock(span.begin, span.end, 1, outside)
    home = Home(city.parent / "home")
    with home.claim(settings.name, settings.folder, settings.world):
        node = await Node.open(settings, home, clock)
        try:
            node.replay(await prepare(node, clock, city.parent / "data"))
            clock.run()
            yield node, clock
            await stop(node, clock)
        finally:
            await node.close()


async def reach(clock: ReplayClock, outside: ManualClock, hours: float) -> None:
    """Come to an hour of the span; what is held on the way gets its time."""
    moment = BEGIN + timedelta(hours=hours)
    outside.advance(moment - clock.now())
    await asyncio.wait_for(clock.until(moment), 60)


async def incidents(node: Node) -> list[Entity]:
    view = node.city.guard.view(node.city.guard.operator())
    page = await node.city.read(view, Query(types=TypeIs("Incident")))
    return sorted(page.entities, key=lambda one: str(one.value("openedAt")))


def told(entity: Entity) -> tuple[object, ...]:
    return tuple(entity.value(name) for name in ("state", "openedAt", "closedAt"))


async def test_incidents_open_and_close_when_the_data_say_so(
    city: Path, outside: ManualClock
) -> None:
    async with replaying(city, outside) as (node, clock):
        await reach(clock, outside, 1)
        (before,) = await incidents(node)
        assert told(before) == ("new", "2015-07-15T04:00:00Z", None)

        await reach(clock, outside, 3)
        (over,) = await incidents(node)
        assert told(over) == ("closed", "2015-07-15T04:00:00Z", "2015-07-15T06:00:00Z")

        await reach(clock, outside, 24)
        (_, second) = await incidents(node)
        assert told(second) == ("closed", "2015-07-15T13:00:00Z", "2015-07-15T16:00:00Z")
        assert clock.over
        assert not any(one.failures for one in node.supervisor.health.values())


async def test_it_goes_on_where_it_stood_and_takes_no_other_span(
    city: Path, outside: ManualClock
) -> None:
    async with replaying(city, outside) as (_, clock):
        await reach(clock, outside, 3)
    async with replaying(city, outside) as (node, clock):
        assert clock.now() == BEGIN + timedelta(hours=3)
        await reach(clock, outside, 10)
        assert [one.value("state") for one in await incidents(node)] == ["closed", "new"]
    with pytest.raises(StoreRefused, match="another replay"):
        async with replaying(city, outside, until="2015-07-17"):
            pass


async def test_its_rules_are_edited_as_it_goes_and_are_so_when_it_goes_on(
    city: Path, outside: ManualClock
) -> None:
    async with replaying(city, outside) as (node, clock):
        await reach(clock, outside, 3)
        rule = (await node.folder.settings())["rules/river.yaml"]
        higher = rule.text.replace("value: 5, clear: 5", "value: 7.5, clear: 7.5")
        edit = Edit(rule.path, higher, rule.change)
        done = await node.folder.edit(node.city.guard.operator(), edit)
        assert done.rooms == ("watch",)
    async with replaying(city, outside) as (node, clock):
        await reach(clock, outside, 23)
        assert (await node.folder.settings())["rules/river.yaml"].text == higher
        assert len(await incidents(node)) == 1  # of 6 m, before the edit; 7 m after it are none
    assert "value: 5" in (city / "rules/river.yaml").read_text()


def test_days_are_the_citys_and_name_the_world() -> None:
    day = span_of("2015-07-15", "2015-07-16", NEW_YORK)
    assert day == Span(BEGIN, BEGIN + timedelta(days=1), "replay-2015-07-15")
    part = span_of("2015-07-15T18:30:00Z", "2015-07-15T20:00:00Z", NEW_YORK)
    assert part.name == "replay-2015-07-15T1430"
    for since, until in (("2015-07-16", "2015-07-16"), ("2015-02-30", "2015-03-02")):
        with pytest.raises(BadRequestData):
            span_of(since, until, NEW_YORK)


def test_its_world_is_an_exercise_and_nothing_goes_out(city: Path) -> None:
    settings = settings_of(load_city(city), span_of("2015-07-15", "2015-07-16", NEW_YORK))
    assert settings.world == "exercise:replay-2015-07-15"
    assert settings.egress.allow == ()


def test_a_home_of_another_world_is_refused_before_anything_is_read(city: Path) -> None:
    home = city.parent / "home"
    with Home(home).claim("hand-made", city, "actual"):
        pass
    words = ["replay", "--city", city, "--home", home, "--data", city.parent / "data"]
    words += ["--from", "2015-07-15", "--to", "2015-07-16", "--port", "0"]
    answer = CliRunner().invoke(main, [str(word) for word in words])
    assert answer.exit_code == 1
    assert "a replay has a home of its own" in answer.output
