"""docs/bench-day.md, written from a kept run: `python -m bench.day.document FILE`."""

import json
import re
import sys
from pathlib import Path

from bench import document, node
from bench.day import keys

PAGE = node.ROOT / "docs" / "bench-day.md"


def main(path: Path) -> None:
    """Put the figures and the card's steps into the page."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    figures = document.figures_of(kept)
    steps = [keys.Step(**one) for each in kept["figures"] for one in each["notes"].get("steps", [])]
    page = PAGE.read_text(encoding="utf-8")
    page = _put(page, "figures", document.text(kept, figures))
    PAGE.write_text(_put(page, "card", keys.table(steps) + "\n"), encoding="utf-8")


def _put(page: str, mark: str, fresh: str) -> str:
    place = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- end -->)", re.DOTALL)
    return place.sub(lambda found: found[1] + fresh + found[2], page)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
