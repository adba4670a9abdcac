"""The whole folder of Boston's year, imported by the command as a whole process, twice."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from bench import node
from bench.figure import Figure

CITY = node.ROOT / "cities" / "boston"
ROWS_PER_SECOND = 5_000


@dataclass(frozen=True, slots=True)
class Import:
    """One run of the command: wall and CPU seconds, and what it says of each file."""

    seconds: float
    cpu: float
    files: tuple[dict[str, object], ...]

    def total(self, name: str) -> int:
        return sum(int(str(file[name])) for file in self.files)

    @property
    def balanced(self) -> bool:
        """Whether accepted + refused = read in every file, and there is a file."""
        return bool(self.files) and all(
            int(str(one["accepted"])) + int(str(one["refused"])) == int(str(one["read"]))
            for one in self.files
        )


def load(data: Path, home: Path) -> Import:
    """Run `hansa import` of Boston into this home."""
    words = ("import", "--city", CITY, "--data", data, "--home", home, "--json")
    done = node.run(*words)
    return Import(done.seconds, done.cpu, tuple(json.loads(done.printed)["files"]))


def measure(data: Path, homes: Path, runs: int) -> list[Figure]:
    """Rows per second of first imports; changes made by second ones."""
    first: list[Import] = []
    second: list[Import] = []
    for number in range(runs):
        home = homes / f"import-{number}"
        first.append(load(data, home))
        second.append(load(data, home))
        shutil.rmtree(home)
    rates = tuple(one.total("read") / one.seconds for one in first)
    changed = tuple(float(one.total("changed")) for one in second)
    balanced = all(one.balanced for one in first)
    return [
        Figure(
            "import of the whole folder of Boston, whole process",
            f"accepted + refused = read; at least {ROWS_PER_SECOND:,} rows/s",
            "rows/s",
            rates,
            balanced and sorted(rates)[len(rates) // 2] >= ROWS_PER_SECOND,
            {
                "files": first[0].files,
                "rows": first[0].total("read"),
                "refused": first[0].total("refused"),
                "balanced": balanced,
                "cpu seconds": [round(one.cpu, 1) for one in first],
            },
        ),
        Figure(
            "changes made by the same import run again", "0", "changes", changed, not any(changed)
        ),
    ]
