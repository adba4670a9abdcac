"""`python -m bench [--json FILE] [--only NAME]`: run the measures, print their table."""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench import (
    addresses,
    asof,
    backup,
    charts,
    crash,
    doors,
    imports,
    live,
    maps,
    node,
    operators,
    past,
    replay,
    rules,
    screen,
    start,
    themes,
)
from bench.figure import Figure, table

DATA = node.ROOT.parent / "shared" / "data" / "boston-2015"

Measure = Callable[[Path, Path, int], list[Figure]]

# name -> (measure, runs): the third argument of `crash` is the number of kills.
MEASURES: dict[str, tuple[Measure, int]] = {
    "import": (imports.measure, 3),
    "as-of": (asof.measure, 1),
    "live": (live.measure, 3),
    "doors": (doors.measure, 3),
    "operators": (operators.measure, 3),
    "start": (start.measure, 5),
    "memory": (start.memory, 3),
    "replay": (replay.measure, 1),
    "charts": (charts.measure, 3),
    "past": (past.measure, 3),
    "backup": (backup.measure, 3),
    "map": (maps.measure, 3),
    "rules": (rules.measure, 1),
    "themes": (themes.measure, 3),
    "addresses": (addresses.measure, 1),
    "screen": (screen.measure, 3),
    "crash": (crash.measure, 50),
}


def main() -> int:
    """Run what was asked for. A figure that does not hold is printed so, and is no failure."""
    asked = _arguments()
    if not asked.data.is_dir():
        sys.stderr.write(f"make bench needs the data of Boston, looked for at {asked.data}\n")
        return 2
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="hansa-bench-", dir=asked.homes) as homes:
        for name in asked.only or MEASURES:
            measure, runs = MEASURES[name]
            print(f"measuring: {name} …", file=sys.stderr, flush=True)
            figures += measure(asked.data, Path(homes), asked.runs or runs)
    print(table(figures))
    if asked.json:
        asked.json.write_text(json.dumps(kept(figures), indent=1, default=str) + "\n")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also keep the figures here")
    parser.add_argument("--only", choices=MEASURES, action="append", help="this measure alone")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of boston-2015")
    parser.add_argument("--runs", type=int, help="runs of each measure (of crash: kills)")
    parser.add_argument("--homes", type=Path, help="where the homes are made (a real disk)")
    return parser.parse_args()


def kept(figures: list[Figure]) -> dict[str, object]:
    """The figures with when and where they were measured, as JSON holds them."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": node.cores(),
        "load": os.getloadavg(),
        "figures": [asdict(figure) | {"median": figure.value} for figure in figures],
    }


if __name__ == "__main__":
    sys.exit(main())
