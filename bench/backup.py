"""A backup made while 500 readings a second come in, restored elsewhere, and compared.

The demo city's node runs without its generator on a home that holds a year of another city's
river beside its own; a burst of readings goes into its inbox at a steady rate. Meanwhile `hansa
backup make` is run as a person runs it. Then the node is stopped, and the source, read as of the
backup's change number, is compared with the restored home: all states, all history, the whole
log, as multisets.
"""

import asyncio
import json
import shutil
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bench import live, node, start
from bench.figure import Figure
from hansa.base.clock import SystemClock
from hansa.base.settings import load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.context import City, Entity, Query, Record, TypeIs, Window
from hansa.guard import View
from hansa.sectors.generator.run import SCRIPT
from hansa.sectors.generator.script import load_script

SECONDS = 15
STEADY = 0.9  # share of the rate that must be reached: a moment of some seconds is looked at
WARM = 4.0  # seconds under load before the backup begins


@dataclass(frozen=True, slots=True)
class Trial:
    """One backup under load: how long, how fast writes went on meanwhile, and what differs."""

    making: float
    restoring: float
    rate: float
    bytes: int
    facts: int
    differing: int


def measure(data: Path, homes: Path, runs: int) -> list[Figure]:
    """Facts that differ between the restored home and the source at the backup's change number."""
    city, home = homes / "backup" / "city", homes / "backup" / "home"
    start.lay_together(city)
    node.run("import", "--city", city, "--data", data, "--home", home, "--source", "river-buoy")
    trials = [_trial(city, home, homes / f"backup-{number}") for number in range(runs)]
    rates = [round(one.rate) for one in trials]
    notes: dict[str, object] = {
        "changes/s while it was made": rates,
        "seconds to make": [round(one.making, 2) for one in trials],
        "seconds to restore": [round(one.restoring, 2) for one in trials],
        "MB": [round(one.bytes / 1e6) for one in trials],
        "facts compared": [one.facts for one in trials],
    }
    return [
        Figure(
            f"backup while {live.RATE} readings/s are written, restored, compared: what differs",
            f"0 at the backup's change number; {live.RATE} changes/s meanwhile",
            "facts",
            tuple(float(one.differing) for one in trials),
            not any(one.differing for one in trials) and min(rates) >= live.RATE * STEADY,
            notes,
        )
    ]


def _trial(city: Path, home: Path, place: Path) -> Trial:
    kept, new = place / "kept", place / "new"
    settings = load_city(city)
    script = load_script(city / SCRIPT)
    assert script.burst is not None  # noqa: S101 - the exercise has one
    with node.node(city, home, "--no-generate") as running:
        given = (settings, script, script.burst, home / "inbox", SECONDS)
        load = threading.Thread(target=live.deliver, args=given)
        load.start()
        time.sleep(WARM)
        began, first = time.perf_counter(), _change(running)
        made = node.run("backup", "make", "--home", home, "--to", kept, "--json")
        rate = (_change(running) - first) / (time.perf_counter() - began)
        load.join()
    told = json.loads(made.printed)
    restored = node.run("restore", kept, "--home", new, "--keys", home / "keys")
    facts, differing = asyncio.run(_compare(city, home, new, told["change"]))
    shutil.rmtree(place)
    return Trial(made.seconds, restored.seconds, rate, told["bytes"], facts, differing)


def _change(running: node.Node) -> int:
    return int(json.loads(running.get("/health/ready")[1])["change"])


async def _compare(city: Path, home: Path, new: Path, change: int) -> tuple[int, int]:
    """(facts compared, facts that only one side has)."""
    vocabulary, clock = load_vocabulary(), SystemClock()
    source = await City.open(load_city(city), vocabulary, home, clock)
    copy = await City.open(load_city(new / "city"), vocabulary, new, clock)
    try:
        here, there = _view(source), _view(copy)
        log = await _log(source, here, change)
        then = log[-1].committed_at
        wanted = Counter(repr(one) for one in log)
        found = Counter(repr(one) for one in await _log(copy, there, copy.last_change))
        for kind in await copy.types(there):
            wanted.update(await _facts(source, here, kind, change, then))
            found.update(await _facts(copy, there, kind, change, None))
    finally:
        await copy.close()
        await source.close()
    return wanted.total(), (wanted - found).total() + (found - wanted).total()


def _view(city: City) -> View:
    return city.guard.view(city.guard.operator())


async def _facts(
    city: City, view: View, kind: str, change: int, at: datetime | None
) -> Counter[str]:
    """States as known at a moment, and every instance of history up to the change."""
    query = Query(types=TypeIs(kind))
    page = await city.read(view, query, at=at)
    facts = Counter(map(_state, page.entities))
    for one in await city.history(view, query, Window(timeproperty="modifiedAt"), at=at):
        for name, instances in one.attributes.items():
            facts.update(f"{one.id} {name} {it}" for it in instances if it.number <= change)
    return facts


def _state(entity: Entity) -> str:
    return f"{entity.id} {entity.types} {json.dumps(entity.document, sort_keys=True)}"


async def _log(city: City, view: View, until: int) -> list[Record]:
    """The change log up to a number."""
    found: list[Record] = []
    async for batch in city.changes(view, None, 0):
        found += [one for one in batch if one.number <= until]
        if batch[-1].number >= until:
            return found
    raise node.BenchFailedError("the change log ended")
