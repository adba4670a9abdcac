"""The page of figures, written from a kept run: `python -m bench.document FILE`.

So that no figure in docs/performance.md was typed by hand.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from bench import node
from bench.figure import Figure, table

PAGE = node.ROOT / "docs" / "performance.md"
_PLACE = re.compile(r"(<!-- figures -->\n).*?(<!-- end -->)", re.DOTALL)


def text(kept: dict[str, object], figures: list[Figure]) -> str:
    """The part of the page between its marks."""
    load = kept["load"]
    busy = f"{load[0]:.1f}" if isinstance(load, list) else "unknown"
    about = (
        f"{str(kept['at'])[:10]}, Python {kept['python']}, {kept['cores']} cores; "
        f"load of the machine at the end of the run: {busy}."
    )
    notes = [f"- {one.what}: {_said(one.notes)}" for one in figures if _said(one.notes)]
    return "\n\n".join([about, table(figures), "\n".join(notes)]) + "\n"


def figures_of(kept: dict[str, Any]) -> list[Figure]:
    """The figures as they were measured."""
    return [
        Figure(
            one["what"], one["asked"], one["unit"], tuple(one["runs"]), one["good"], one["notes"]
        )
        for one in kept["figures"]
    ]


def _said(notes: dict[str, object]) -> str:
    """Short notes only: lists of files and the like stay in the kept run."""
    short = {name: value for name, value in notes.items() if name not in ("files", "steps")}
    return "; ".join(
        f"{name} {json.dumps(value, ensure_ascii=False)}" for name, value in short.items()
    )


def main(path: Path) -> None:
    """Put the figures of a kept run into the page."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    figures = figures_of(kept)
    page = PAGE.read_text(encoding="utf-8")
    fresh = text(kept, figures)
    PAGE.write_text(_PLACE.sub(lambda found: found[1] + fresh + found[2], page), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
