"""From the start of the process to the first 200 of /health/ready; and memory once it runs."""

import shutil
import time
from pathlib import Path

from bench import imports, node
from bench.figure import Figure

EXERCISE = node.ROOT / "cities" / "ryazan-exercise"
SETTLING = 20.0  # seconds that a node runs before its memory is read


def measure(data: Path, homes: Path, runs: int) -> list[Figure]:
    """Seconds to ready, empty and with Boston's data."""
    empty: list[float] = []
    for number in range(runs):
        home = homes / f"empty-{number}"
        with node.node(imports.CITY, home) as running:
            empty.append(running.ready_after)
        shutil.rmtree(home)
    home = loaded(data, homes)
    full: list[float] = []
    for _ in range(runs):
        with node.node(imports.CITY, home) as running:
            full.append(running.ready_after)
    return [
        _seconds("start to ready, empty", 2, empty),
        _seconds("start to ready, with those data", 5, full),
    ]


def loaded(data: Path, homes: Path) -> Path:
    """A home with Boston's data; loaded once and kept for all measures."""
    home = homes / "boston"
    if not home.exists():
        imports.load(data, home)
    return home


def memory(data: Path, homes: Path, runs: int) -> list[Figure]:
    """Proportional set of all processes: Boston's node with its data, and the exercise with its
    generator, beside each other."""
    home = loaded(data, homes)
    sizes: list[float] = []
    parts: list[dict[str, float]] = []
    for number in range(runs):
        with (
            node.node(imports.CITY, home) as boston,
            node.node(EXERCISE, homes / f"exercise-{number}") as exercise,
        ):
            time.sleep(SETTLING)
            part = {"with data": _mb(boston.memory()), "with generator": _mb(exercise.memory())}
        parts.append(part)
        sizes.append(sum(part.values()))
    return [
        Figure(
            "memory (proportional set, all processes), a node with those data and one with "
            "the generator running",
            "less than 350 MB",
            "MB",
            tuple(sizes),
            max(sizes) < 350,
            {"parts": parts},
        )
    ]


def _mb(size: int) -> float:
    return round(size / 1e6, 1)


def _seconds(what: str, limit: float, values: list[float]) -> Figure:
    good = sorted(values)[len(values) // 2] < limit
    return Figure(what, f"less than {limit} s", "s", tuple(values), good)
