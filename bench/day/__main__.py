"""`python -m bench.day [--json FILE] [--only NAME]`: the figures of a desk's day.

For each what is asked, what was measured, whether it holds. Ends with 1 where one does not.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from bench import node, themes
from bench.__main__ import DATA, kept
from bench.day import card, erasure, keys, office, told, town, zones
from bench.figure import Figure, table


@dataclass(frozen=True)
class Bench:
    """What the measures share: the place, and the city that is brought in once."""

    place: Path
    runs: int

    @cached_property
    def town(self) -> town.Town:
        return town.build(self.place)

    def card(self) -> list[Figure]:
        """A card by keyboard, and its suggestions."""
        seen = card.measure(self.town, self.runs)
        print(keys.table(seen.cards[0].steps), end="\n\n")
        return told.of_card(seen)

    def zones(self) -> list[Figure]:
        """Counts of zones."""
        with node.node(self.town.folder, self.town.home, "--no-generate") as running:
            return zones.measure(self.town, running)

    def office(self) -> list[Figure]:
        """Four hours of five operators."""
        text = (self.town.folder / "themes.yaml").read_text(encoding="utf-8")
        said = {key: one["examples"][0] for key, one in yaml.safe_load(text)["themes"].items()}
        return told.of_day(office.run(self.town, said))

    def themes(self) -> list[Figure]:
        """Suggestions of themes on real appeals, three-fold."""
        return themes.measure(DATA, self.place, 1)

    def erasure(self) -> list[Figure]:
        """Where the canary was looked for."""
        return erasure.measure(self.place)


_NAMES = ("card", "zones", "office", "themes", "erasure")


def main() -> int:
    """Run what was asked for."""
    asked = _arguments()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="hansa-day-", dir=asked.homes) as place:
        bench = Bench(Path(place), asked.runs)
        measures: dict[str, Callable[[], list[Figure]]] = {
            name: getattr(bench, name) for name in _NAMES
        }
        for name in asked.only or _NAMES:
            print(f"measuring: {name} …", file=sys.stderr, flush=True)
            figures += measures[name]()
    print(table(figures), "\n", *_notes(figures), sep="\n")
    if asked.json:
        asked.json.write_text(json.dumps(kept(figures), indent=1, default=str) + "\n")
    failed = [one.what for one in figures if not one.good]
    print(f"\n{len(figures) - len(failed)} of {len(figures)} hold", *failed, sep="\n- ")
    return 1 if failed else 0


def _notes(figures: Sequence[Figure]) -> list[str]:
    said = {one.what: {k: v for k, v in one.notes.items() if k != "steps"} for one in figures}
    return [f"- {what}: {json.dumps(notes, ensure_ascii=False)}" for what, notes in said.items()]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.day", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also keep the figures here")
    parser.add_argument("--only", choices=_NAMES, action="append", help="this measure alone")
    parser.add_argument("--runs", type=int, default=3, help="cards that are filled")
    parser.add_argument("--homes", type=Path, help="where the homes are made (a real disk)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
