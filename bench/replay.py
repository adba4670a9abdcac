"""15 July 2015 in Boston, six hundred times faster: memory while it runs, and what it came to."""

import json
import shutil
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench import imports, node
from bench.figure import Figure

MEGABYTES = 450
SPEED = 600
_SPAN = ("--from", "2015-07-15", "--to", "2015-07-16")
_EVERY = 2.0  # seconds between two looks at the memory
_PATIENCE = 400.0


def measure(data: Path, homes: Path, runs: int) -> list[Figure]:
    """The largest proportional set of all processes from the first state to the last."""
    largest: list[float] = []
    took: list[float] = []
    came_to: dict[str, object] = {}
    for number in range(runs):
        home = homes / f"replay-{number}"
        more = ("--data", str(data), *_SPAN, "--speed", str(SPEED))
        with node.node(imports.CITY, home, *more, verb="replay") as running:
            began = time.perf_counter()
            largest.append(_to_the_end(running) / 1e6)
            took.append(time.perf_counter() - began)
            came_to = _came_to(running)
        shutil.rmtree(home)
    what = f"memory (proportional set, all processes) of a replay x{SPEED} of Boston, 15 July 2015"
    asked = f"less than {MEGABYTES} MB"
    good = max(largest) < MEGABYTES
    notes = came_to | {"seconds": [round(one, 1) for one in took]}
    return [Figure(what, asked, "MB", tuple(largest), good, notes)]


def _to_the_end(running: node.Node) -> float:
    """Follow it as a page does, until its clock stands at its end."""
    cookie = {"Cookie": running.sign_in("duty-officer")}
    largest, until = 0.0, time.perf_counter() + _PATIENCE
    while time.perf_counter() < until:
        largest = max(largest, running.memory())
        replay = _get(running, "/console/session", cookie)["replay"]
        if replay["now"] == replay["to"]:
            return largest
        _get(running, "/console/situation", cookie)
        time.sleep(_EVERY)
    raise node.BenchFailedError("the replay did not come to its end")


def _came_to(running: node.Node) -> dict[str, object]:
    cookie = {"Cookie": running.sign_in("duty-officer")}
    document = _get(running, "/console/situation", cookie)
    return {
        name: dict(Counter(one["entity"]["state"]["value"] for one in document[name]))
        for name in ("alerts", "incidents")
    }


def _get(running: node.Node, path: str, headers: dict[str, str]) -> Any:
    status, body = running.get(path, headers)
    if status != 200:
        raise node.BenchFailedError(f"{path} answered {status}: {body[:300]!r}")
    return json.loads(body)
