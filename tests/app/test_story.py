"""The exercise's story, as its node lives it: the water smells zone by zone, then it is cut."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import unquote

from hansa.app import Node
from hansa.base.clock import ManualClock
from hansa.context import Entity, Query, TypeIs
from hansa.sectors.generator import Play, exercise_script, render, rows_between
from tests.app.test_node import awake

OPENING = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
STEP = timedelta(minutes=2)
END = OPENING + timedelta(minutes=24)


async def all_of(node: Node, kind: str) -> Sequence[Entity]:
    view = node.city.guard.view(node.city.guard.operator())
    return (await node.city.read(view, Query(types=TypeIs(kind)))).entities


async def until(node: Node, kind: str, enough: Callable[[Sequence[Entity]], bool]) -> None:
    """Follow the log until the entities of a kind are as they should be."""
    if enough(await all_of(node, kind)):
        return
    view = node.city.guard.view(node.city.guard.operator())
    async for batch in node.city.changes(view, None, node.city.last_change - 1):
        if any(kind in one.types for one in batch) and enough(await all_of(node, kind)):
            return


def as_many(count: int, found: Sequence[Entity]) -> bool:
    return len(found) >= count


async def told(node: Node, clock: ManualClock) -> None:
    """The play of the app's requests up to the end, each file at its moment."""
    script = exercise_script(node.settings)
    play = Play(script, node.settings.zone, OPENING, OPENING)
    moment, numbers = OPENING, set[str]()
    while moment < END:
        rows = rows_between(play, moment, moment + STEP)["app"]
        moment += STEP
        clock.set(moment)
        if rows:
            numbers |= {row.key for row in rows}
            folder = node.inbox / "app"
            folder.mkdir(exist_ok=True, parents=True)
            draft = node.inbox / f".{moment:%H%M}"
            draft.write_bytes(render(script.streams()["app"], play.zone, rows))
            draft.replace(folder / f"{moment:%H%M}.csv")
            await until(node, "Call", partial(as_many, len(numbers)))


async def test_complaints_come_zone_after_zone_and_then_an_outage_is_proposed(
    root: Path, tmp_path: Path
) -> None:
    clock = ManualClock(OPENING)
    async with awake(root / "cities/ryazan-exercise", tmp_path / "home", clock) as node:
        await until(node, "Building", partial(as_many, 300))
        async with asyncio.timeout(120):
            await told(node, clock)
            await until(node, "Outage", partial(as_many, 1))
            await until(node, "Incident", lambda found: sum(map(_smells, found)) >= 4)
        calls = sorted(await all_of(node, "Call"), key=lambda one: str(one.value("reportedAt")))
        smells = [one for one in calls if one.value("theme") == "water-smell"]
        assert len(smells) == 28
        zones = dict.fromkeys(_water(one) for one in smells)
        assert list(zones) == ["Центр-1", "Вокзал", "Роща", "Песочня-1"]
        (outage,) = await all_of(node, "Outage")
        assert (outage.value("resource"), outage.value("state")) == ("coldWater", "proposed")
        assert outage.value("houses") == 50
        assert {one.value("channel") for one in calls} == {"open311"}


def _smells(incident: Entity) -> bool:
    return bool(incident.value("incidentType") == "water-quality")


def _water(call: Entity) -> str:
    """The name of the zone of cold water that the house of a call is in."""
    zones = [unquote(one) for one in call.value("zones")]
    return next(one.rpartition(":")[2] for one in zones if ":coldWater:" in one)
