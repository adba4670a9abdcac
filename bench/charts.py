"""A month of one series, and of a sector, as the page *Data* asks for them: the server's answer.

Boston's data, imported; a session of a person; July 2015 over HTTP on a connection of its own
each time, body read. The first answer of each kind is not counted: nobody opens a page once.
"""

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench import imports, node, start
from bench.figure import Figure, percentile

BUOY = "urn:ngsi-ld:WaterQualityObserved:charles-river-buoy"
MONTH = {"from": "2015-07-01T00:00:00-04:00", "to": "2015-08-01T00:00:00-04:00"}
SERIES, SECTOR = 50.0, 300.0  # milliseconds
ASKED = 40  # answers per run
NAME, PASSWORD = "bench", "months of a river"


def measure(data: Path, homes: Path, runs: int) -> list[Figure]:
    """Milliseconds of the 95th percentile, per run of `ASKED` answers."""
    home = start.loaded(data, homes)
    node.run("history", "seal", "--city", imports.CITY, "--home", home, "--all")
    account(home)
    one: list[float] = []
    many: list[float] = []
    held: dict[str, object] = {}
    with node.node(imports.CITY, home) as running:
        cookie = running.enter(NAME, PASSWORD)
        series = "/console/series?" + urlencode({"id": BUOY, "attrs": "O2", **MONTH})
        sector = "/console/sector-series?" + urlencode({"sector": "river", **MONTH})
        held = _held(running, series, sector, cookie)
        for _ in range(runs):
            one.append(_ask(running, series, cookie))
            many.append(_ask(running, sector, cookie))
    return [
        _figure("chart of a month, one series", SERIES, one, held),
        _figure("chart of a month, all series of a sector", SECTOR, many, held),
    ]


def account(home: Path) -> None:
    """A person who may look; a home that was measured before has one."""
    words = ("--city", imports.CITY, "--home", home)
    if NAME not in node.run("user", "list", *words).printed:
        node.run("user", "add", *words, "--role", "analyst", "--password", PASSWORD, NAME)


def _held(running: node.Node, series: str, sector: str, cookie: str) -> dict[str, object]:
    """What the answers hold, so that a fast empty one is no good figure."""
    chart = _document(running, series, cookie)["series"]
    entities = _document(running, sector, cookie)["entities"]
    points = [len(each["points"]["at"]) for one in entities for each in one["series"]]
    if not chart or not points:
        raise node.BenchFailedError("there is nothing to draw in July 2015")
    return {
        "points of the series": len(chart[0]["points"]["at"]),
        "instances of the series": chart[0]["count"],
        "series of the sector": len(points),
        "points of the sector": sum(points),
    }


def _document(running: node.Node, path: str, cookie: str) -> Any:
    status, body = running.get(path, {"Cookie": cookie})
    if status != 200:
        raise node.BenchFailedError(f"{path}: {status} {body[:300]!r}")
    return json.loads(body)


def _ask(running: node.Node, path: str, cookie: str) -> float:
    times = []
    for _ in range(ASKED):
        began = time.perf_counter()
        status, _ = running.get(path, {"Cookie": cookie})
        times.append((time.perf_counter() - began) * 1000)
        if status != 200:
            raise node.BenchFailedError(f"{path}: {status}")
    return percentile(times, 0.95)


def _figure(what: str, limit: float, values: list[float], held: dict[str, object]) -> Figure:
    good = sorted(values)[len(values) // 2] < limit
    return Figure(what, f"less than {limit:.0f} ms", "ms", tuple(values), good, held)
