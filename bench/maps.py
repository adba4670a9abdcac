"""`hansa map import` of every extract beside the other data: time, tiles, size, peak memory.

Each is a whole command, in a home of its own. Peak memory is that of the largest of its
processes. The figure asked is for the largest extract there; all are in the notes.
"""

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from bench import node
from bench.figure import Figure

LARGEST_TILE = 500_000  # bytes
MEMORY = 150.0  # MB, whatever the extract
ENDINGS = (".osm.gz", ".pbf")


@dataclass(frozen=True, slots=True)
class Import:
    """One import of one extract."""

    name: str
    bytes: int
    seconds: float
    memory: float
    made: dict[str, int | str]


def measure(data: Path, homes: Path, runs: int) -> list[Figure]:
    """Seconds for all extracts together, the most memory, the largest tile."""
    sources = sorted(one for one in (data.parent / "samples" / "osm").iterdir() if _is_one(one))
    if not sources:
        raise node.BenchFailedError("there is no extract of OpenStreetMap beside the data")
    rounds = [
        [_import(one, homes / f"map-{run}" / one.name) for one in sources] for run in range(runs)
    ]
    memory = tuple(max(one.memory for one in some) for some in rounds)
    tiles = tuple(
        float(max(int(one.made["largest tile, bytes"]) for one in some)) for some in rounds
    )
    seconds = tuple(sum(one.seconds for one in some) for some in rounds)
    what = (
        f"base maps of {len(sources)} extracts ({sum(one.bytes for one in rounds[0]) / 1e6:.1f} MB)"
    )
    notes: dict[str, object] = {one.name: _told(one) for one in rounds[-1]}
    return [
        Figure(f"{what}: whole commands, one after the other", "", "s", seconds, True, notes),
        Figure(
            f"{what}: most memory", f"less than {MEMORY:.0f} MB", "MB", memory, max(memory) < MEMORY
        ),
        Figure(
            f"{what}: largest tile",
            f"at most {LARGEST_TILE} B",
            "B",
            tiles,
            max(tiles) <= LARGEST_TILE,
        ),
    ]


def _is_one(path: Path) -> bool:
    return path.name.endswith(ENDINGS)


def _import(source: Path, home: Path) -> Import:
    words = node.command("map", "import", source, "--home", home, "--json")
    began = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None  # noqa: S101 - asked for above
    with process.stdout as told:
        answer = told.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise node.BenchFailedError(f"the import of {source.name} ended with {process.returncode}")
    seconds = time.perf_counter() - began
    return Import(
        source.name, source.stat().st_size, seconds, usage.ru_maxrss / 1024, json.loads(answer)
    )


def _told(one: Import) -> str:
    return (
        f"{one.seconds:.1f} s, {one.made['tiles']} tiles, {int(one.made['bytes']) / 1000:.0f} kB,"
        f" {one.memory:.0f} MB of memory"
    )
