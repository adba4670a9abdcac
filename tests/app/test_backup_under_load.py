"""A backup made while many write is the city at one change number, wherever it is restored."""

import asyncio
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hansa.app import backup
from hansa.app.restoring import Wanted
from hansa.base.clock import Clock
from hansa.context import Change, City, Op, Query, Record, Window
from hansa.guard import View, parse_head
from tests.app.backing import folder_of_city, officer, opened, request, restored, streets, writer

WRITERS = 4
MOST = 1000  # writes of one writer
BEFORE = 1500  # entities that are there already: a store of some megabytes


class TickingClock:
    """A clock that moves with each look at it, so that no two commits are of one moment."""

    def __init__(self) -> None:
        self._now = datetime(2026, 6, 1, 12, tzinfo=UTC)
        self._turn = threading.Lock()

    def now(self) -> datetime:
        with self._turn:
            self._now += timedelta(milliseconds=1)
            return self._now

    async def until(self, moment: datetime) -> None:
        raise NotImplementedError(f"nobody waits here, not until {moment}")

    @property
    def outside(self) -> Clock:
        return self


def reading(buoy: int, value: float, at: datetime) -> Change:
    level = {"type": "Property", "value": value, "observedAt": at.strftime("%Y-%m-%dT%H:%M:%SZ")}
    words = {"type": "Property", "value": "x" * 1500}
    body = {"type": "WaterQualityObserved", "O2": level, "remark": words}
    name = f"urn:ngsi-ld:WaterQualityObserved:{buoy}"
    return Change(Op.UPDATE_OR_CREATE, name, body, by_observation=True)


async def write_until(city: City, number: int, done: asyncio.Event) -> None:
    """Readings, requests with a street, and deletions, until the backup stands and once more."""
    grant, start = writer(city), datetime(2026, 6, 1, tzinfo=UTC)
    for turn in range(MOST):
        last = done.is_set()
        buoy = (turn * WRITERS + number) % BEFORE
        asked = [reading(buoy, turn / 10, start + timedelta(minutes=turn))]
        asked += [request(f"{number}-{turn}", f"{turn} Street {number}")]
        await city.write(grant, asked)
        if turn % 7 == 6:
            await city.write(grant, [Change(Op.DELETE, request(f"{number}-{turn - 3}", "").id)])
        if last:
            return


async def seal_until(city: City, done: asyncio.Event) -> None:
    """History moves from the store into files, and small files into larger ones, meanwhile."""
    while not done.is_set():
        await city.sealer.round(hot_for=timedelta(0), few=1)


async def log_until(city: City, view: View, number: int) -> list[Record]:
    found: list[Record] = []
    async for batch in city.changes(view, None, 0):
        found += [one for one in batch if one.number <= number]
        if batch[-1].number >= number:
            return found
    raise AssertionError("the change log ended")


async def states(city: City, view: View, at: datetime | None) -> Counter[Any]:
    page = await city.read(view, Query(), at=at)
    return Counter((one.id, one.types, repr(sorted(one.document.items()))) for one in page.entities)


async def history(city: City, view: View, at: datetime) -> Counter[Any]:
    window = Window(timeproperty="modifiedAt")
    found = await city.history(view, Query(), window, at=at)
    return Counter(
        (one.id, name, repr(instance))
        for one in found
        for name, instances in one.attributes.items()
        for instance in instances
    )


async def test_a_backup_under_load_is_the_city_at_its_change_number(tmp_path: Path) -> None:
    clock, folder = TickingClock(), folder_of_city(tmp_path)
    async with opened(folder, tmp_path / "home", clock) as node:
        city, start = node.city, datetime(2026, 5, 1, tzinfo=UTC)
        await city.write(writer(city), [reading(one, 1.0, start) for one in range(BEFORE)])
        done = asyncio.Event()
        writers = [asyncio.create_task(write_until(city, one, done)) for one in range(WRITERS)]
        await city.sealer.round(hot_for=timedelta(0), few=1)
        sealing = asyncio.create_task(seal_until(city, done))
        await log_until(city, officer(city), BEFORE + 40)  # all of them are at it
        made = await backup.make(node, tmp_path / "backup")
        done.set()
        await asyncio.gather(*writers, sealing)

        assert BEFORE < made.change < city.last_change
        assert any(file.path.startswith("history/") for file in made.files)
        wanted = Wanted(tmp_path / "backup", tmp_path / "new", keys=tmp_path / "home" / "keys")
        told = await restored(wanted, clock)
        assert told["change"] == made.change
        async with opened(tmp_path / "new" / "city", tmp_path / "new", clock) as other:
            await compare(city, other.city, made.change)
            for one in (city, other.city):
                assert (await one.guard.journal.verify(parse_head(made.journal))).intact


async def compare(source: City, copy: City, change: int) -> None:
    """The source read as of the change, and the copy as it stands."""
    assert copy.last_change == change
    here, there = officer(source), officer(copy)
    log = await log_until(source, here, change)
    assert await log_until(copy, there, change) == log
    then = log[-1].committed_at

    wanted = await states(source, here, then)
    assert await states(copy, there, None) == wanted
    assert await history(copy, there, then) == await history(source, here, then)
    assert None not in (await streets(copy)).values()
    assert wanted != await states(source, here, None)
