"""`hansa replay`: a node that lives through a past day, on a home and in a world of its own.

The world is an exercise's (`exercise:replay-2015-07-15`), so every entity, answer and export says
that it is not the present, and a visitor of this machine picks a role. In return the replay of a
real city holds nothing personal (see `sectors.replaying`) and calls nobody.
"""

import asyncio
import os
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import msgspec
import uvloop

from hansa import desk, sectors, watch
from hansa.app import call, serve
from hansa.app.home import Home
from hansa.app.node import Node
from hansa.base import times
from hansa.base.clock import SteadyClock
from hansa.base.problems import BadRequestData, StoreRefused
from hansa.base.replayclock import ReplayClock
from hansa.base.settings import CitySettings, EgressSettings
from hansa.context import City, Note

LEAD = timedelta(hours=24)  # rules see so much before the span begins: the longest of windows
_SPACE, _SPAN, _CLOCK = "replay", "span", "clock"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Span:
    """What is replayed; `name` is its world's."""

    begin: datetime
    end: datetime
    name: str


def span_of(since: str, until: str, zone: ZoneInfo) -> Span:
    """The span between two texts: days of the city's zone, or moments (RFC 3339)."""
    begin, end = _moment(since, zone, "--from"), _moment(until, zone, "--to")
    if end <= begin:
        raise BadRequestData(
            f"{until} is not after {since}", where="--to", remedy="name the day after the last one"
        )
    local = begin.astimezone(zone)
    form = "%Y-%m-%d" if local.time() == time() else "%Y-%m-%dT%H%M"
    return Span(begin, end, f"replay-{local.strftime(form)}")


def _moment(text: str, zone: ZoneInfo, option: str) -> datetime:
    if not _DAY.fullmatch(text):
        return times.parse_instant(text)
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadRequestData(str(error), where=option) from error
    return datetime.combine(day, time(), zone).astimezone(UTC)


def settings_of(given: CitySettings, span: Span) -> CitySettings:
    """The city in the world of its replay, from which nothing goes out."""
    return msgspec.structs.replace(
        given, world=f"exercise:{span.name}", egress=EgressSettings(), tenants=()
    )


def replay(
    folder: Path | None,
    home: Path,
    data: Path,
    *,
    since: str,
    until: str,
    speed: int,
    host: str,
    port: int,
) -> None:
    """Run the replay's node until it is told to stop; at the end of its span it stands."""
    os.umask(0o077)
    claimed = Home(home)
    given = call.settings_of(folder, claimed)
    span = span_of(since, until, given.zone)
    settings = settings_of(given, span)
    _check_home(claimed, settings)
    with claimed.claim(settings.name, settings.folder, settings.world):
        listening = serve.listen(host, port)
        main = _serve(settings, claimed, span, data, speed, listening)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(main)


def _check_home(home: Home, settings: CitySettings) -> None:
    found = home.remembered()
    if found is not None and found[2] != settings.world:
        raise StoreRefused(
            f"{home.path} lives in the world {found[2]}, not in {settings.world}",
            rule="a replay has a home of its own",
            remedy="name another folder with --home",
        )


async def _serve(
    settings: CitySettings, home: Home, span: Span, data: Path, speed: int, listening: Any
) -> None:
    outside = SteadyClock()
    clock = ReplayClock(span.begin, span.end, speed, outside)
    node = await Node.open(settings, home, clock)
    try:
        feed = await prepare(node, clock, data)
        await node.folder.settle()
        node.replay(feed)
        clock.run()
        await serve.serve_node(node, listening)
        await stop(node, clock)
    finally:
        await node.close()


async def prepare(node: Node, clock: ReplayClock, data: Path) -> sectors.Feed:
    """Write what was known before the span, once; the clock goes on where an earlier run stood."""
    city = node.city
    noted = {note.key: note.value for note in await city.notes(_SPACE)}
    if _SPAN not in noted:
        click.echo("reading what was known before …")
        await sectors.import_known(city, node.sources, data, clock.begin - LEAD)
    rooms = (watch.CONSUMER, desk.CONSUMER, desk.TASKS, desk.STAND_IN)
    feed = await sectors.Feed.open(city, clock, node.sources, data, LEAD, rooms)
    span = _described(clock, feed)
    if noted.get(_SPAN, span) != span:
        raise StoreRefused(
            f"{node.home.path} holds another replay than this: {noted[_SPAN]}",
            rule="one home, one replay: the same span of the same files",
            remedy="name another folder with --home",
        )
    await feed.lead_in()
    await _remember(city, _SPAN, span)
    stood = [feed.stands_at] if feed.stands_at else []
    stood += [times.parse_instant(noted[_CLOCK])] if _CLOCK in noted else []
    clock.begin_at(max(stood, default=clock.begin))
    return feed


async def stop(node: Node, clock: ReplayClock) -> None:
    """Note where the clock stands, so that the next run goes on from there."""
    clock.pause()
    await _remember(node.city, _CLOCK, times.format_instant(clock.now()))


def _described(clock: ReplayClock, feed: sectors.Feed) -> dict[str, Any]:
    return {
        "from": times.format_instant(clock.begin),
        "to": times.format_instant(clock.end),
        "states": feed.score.count,
    }


async def _remember(city: City, key: str, value: Any) -> None:
    grant = city.guard.machine("sectors", city.world)
    await city.write(grant, (), notes=(Note(_SPACE, key, value),))
