"""From the start of the process to the first 200 of /health/ready; and memory once it runs."""

import shutil
import time
from pathlib import Path

from bench import imports, node
from bench.figure import Figure

EXERCISE = node.ROOT / "cities" / "ryazan-exercise"
SETTLING = 30.0  # seconds that a node runs before its memory is read
MEGABYTES = 350


def measure(data: Path, homes: Path, runs: int) -> list[Figure]:
    """Seconds to ready, empty and with Boston's data."""
    node.run("--help")  # what is imported is compiled by now
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
    """Proportional set of all processes of one node with Boston's data and a running generator."""
    city, home = homes / "both" / "city", homes / "both" / "home"
    lay_together(city)
    node.run("import", "--city", city, "--data", data, "--home", home)
    sizes: list[float] = []
    for _ in range(runs):
        with node.node(city, home) as running:
            running.get("/console/situation", {"Cookie": running.sign_in("duty-officer")})
            time.sleep(SETTLING)
            sizes.append(running.memory() / 1e6)
    return [
        Figure(
            "memory (proportional set, all processes), those data loaded and generator running",
            f"less than {MEGABYTES} MB",
            "MB",
            tuple(sizes),
            max(sizes) < MEGABYTES,
        )
    ]


def lay_together(city: Path) -> None:
    """A city folder for the bench: the exercise, with the sources of Boston beside its own."""
    shutil.copytree(EXERCISE, city)
    for path in (imports.CITY / "sources").glob("*.yaml"):
        shutil.copy(path, city / "sources" / path.name)
    for path in (imports.CITY / "privacy").glob("*.yaml"):
        shutil.copy(path, city / "privacy" / path.name)


def _seconds(what: str, limit: float, values: list[float]) -> Figure:
    good = sorted(values)[len(values) // 2] < limit
    return Figure(what, f"less than {limit} s", "s", tuple(values), good)
