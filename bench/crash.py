"""An import killed with SIGKILL again and again, compared with one that ran in peace.

What is compared is all that the graph holds of the source: the state of every entity and every
instance of its history, as multisets. Missing ones are lost, surplus ones doubled. Entities of
type DataSource are left out: they count runs and carry the clock's time. References into the vault
are random by design, so each is compared only by whether it leads to a record there.
"""

import random
import re
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench import imports, node
from bench.figure import Figure

GRAPH = Path("graph.db")
PERSONAL = Path("personal", "personal.db")
SEED = 20150513

_STATE = "SELECT id, types, body, refs FROM entity WHERE types NOT LIKE '%DataSource%'"
_HISTORY = """
    SELECT entity.id, name.name, ord, recorded, observed, back, history.body
    FROM history JOIN entity USING (eid) JOIN name ON name.nid = history.shape
    WHERE types NOT LIKE '%DataSource%'
"""
_REFERENCE = re.compile(rb'"@ref":"([^"]+)"')


def measure(data: Path, homes: Path, kills: int) -> list[Figure]:
    """Instances and states lost and doubled after `kills` kills."""
    peace = homes / "peace"
    seconds = imports.load(data, peace).seconds
    wanted = _facts(peace)
    dice = random.Random(SEED)
    lost: list[float] = []
    doubled: list[float] = []
    left = kills
    while left:
        home = homes / f"war-{left}"
        left -= _import_under_fire(data, home, left, seconds, dice)
        imports.load(data, home)
        found = _facts(home)
        lost.append(float((wanted - found).total()))
        doubled.append(float((found - wanted).total()))
    what = f"kill -9 at {kills} random points of an import, restart, continue"
    notes: dict[str, object] = {"facts": wanted.total(), "imports": len(lost), "seed": SEED}
    return [
        Figure(f"{what}: lost", "0", "facts", tuple(lost), not any(lost), notes),
        Figure(f"{what}: doubled", "0", "facts", tuple(doubled), not any(doubled), notes),
    ]


def _import_under_fire(
    data: Path, home: Path, kills: int, peaceful: float, dice: random.Random
) -> int:
    """Start the import, kill it at a random moment, start it again, until it ends; how many
    kills it took."""
    words = node.command("import", "--city", imports.CITY, "--data", data, "--home", home, "--json")
    for done in range(kills):
        process = subprocess.Popen(words, cwd=node.ROOT, stdout=subprocess.DEVNULL)
        time.sleep(dice.uniform(0.5, 1.5 + peaceful / 5))
        if process.poll() is not None:
            return done
        process.send_signal(signal.SIGKILL)
        process.wait()
    return kills


def _facts(home: Path) -> Counter[tuple[object, ...]]:
    """All that the graph of a home holds of its sources."""
    kept = {str(ref).encode() for (ref,) in _rows(home / PERSONAL, "SELECT ref FROM vault_record")}
    facts: Counter[tuple[object, ...]] = Counter()
    for query in (_STATE, _HISTORY):
        for row in _rows(home / GRAPH, query):
            facts[tuple(_without_references(value, kept) for value in row)] += 1
    return facts


def _rows(path: Path, query: str) -> Iterator[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
        yield from store.execute(query)


def _without_references(value: object, kept: set[bytes]) -> object:
    if not isinstance(value, bytes):
        return value
    return _REFERENCE.sub(lambda found: b"kept" if found[1] in kept else b"dangling", value)
