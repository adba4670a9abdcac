"""The city as it was: the situation as known at a time, and the report of a day.

Boston's data, imported and sealed as a running node seals them in its first round. The situation
comes over HTTP, body read; the report is the whole command, started anew each time.
"""

import json
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from bench import charts, imports, node, start
from bench.figure import Figure, percentile

MORNING = "2015-07-15T06:00:00-04:00"
DAY = "2015-07-15"
SITUATION, REPORT = 500.0, 3.0  # milliseconds, seconds
ASKED = 20


def sealed(data: Path, homes: Path) -> Path:
    """A home with Boston's data, its history in files; made once and kept for all measures."""
    home = start.loaded(data, homes)
    node.run("history", "seal", "--city", imports.CITY, "--home", home, "--all")
    return home


def measure(data: Path, homes: Path, runs: int) -> list[Figure]:
    """Milliseconds of a situation (median of a run's answers), seconds of a report."""
    home = sealed(data, homes)
    charts.account(home)
    times: list[float] = []
    held: dict[str, object] = {}
    with node.node(imports.CITY, home) as running:
        cookie = running.enter(charts.NAME, charts.PASSWORD)
        path = "/console/situation?" + urlencode({"at": MORNING})
        held = _held(running, path, cookie)
        asked = [_ask(running, path, cookie) for _ in range(runs)]
        times = [percentile(one, 0.5) for one in asked]
        held["95th percentiles"] = [round(percentile(one, 0.95)) for one in asked]
    seconds, same, size = _reports(home, runs)
    return [
        Figure(
            "situation as known at 15 July 2015 06:00",
            f"less than {SITUATION:.0f} ms",
            "ms",
            tuple(times),
            sorted(times)[len(times) // 2] < SITUATION,
            held,
        ),
        Figure(
            "report of 15 July 2015, whole command (JSON)",
            f"less than {REPORT:.0f} s; twice the same bytes",
            "s",
            tuple(seconds),
            same and sorted(seconds)[len(seconds) // 2] < REPORT,
            {"bytes": size, "the same bytes every time": same},
        ),
    ]


def _held(running: node.Node, path: str, cookie: str) -> dict[str, object]:
    """What the answer holds, so that a fast empty one is no good figure."""
    status, body = running.get(path, {"Cookie": cookie})
    if status != 200:
        raise node.BenchFailedError(f"{path}: {status} {body[:300]!r}")
    told = json.loads(body)
    if not told["points"]:
        raise node.BenchFailedError("nothing stands on the map on 15 July 2015")
    return {"points": len(told["points"]), "sources": len(told["sources"])}


def _ask(running: node.Node, path: str, cookie: str) -> list[float]:
    times: list[float] = []
    for _ in range(ASKED):
        began = time.perf_counter()
        running.get(path, {"Cookie": cookie})
        times.append((time.perf_counter() - began) * 1000)
    return times


def _reports(home: Path, runs: int) -> tuple[list[float], bool, int]:
    """Seconds of each report, whether all had the same bytes, and how many."""
    seconds: list[float] = []
    printed: set[bytes] = set()
    with tempfile.TemporaryDirectory(prefix="hansa-report-") as folder:
        out = Path(folder) / "report.json"
        for _ in range(max(2, runs)):
            words = ("report", DAY, "--home", home, "--format", "json", "--out", out)
            seconds.append(node.run(*words).seconds)
            printed.add(out.read_bytes())
            out.unlink()
    return seconds, len(printed) == 1, max(map(len, printed))
