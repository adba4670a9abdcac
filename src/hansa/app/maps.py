"""`hansa map import`: an offline base map, made beside the node and put into its place whole.

The work is a process of its own with a memory of its own, so the serving process is never
touched by it; a node that runs shows the new map to the next page that is opened.
"""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from hansa.app import printing
from hansa.app.node import Node
from hansa.app.options import AS_JSON
from hansa.base import frames
from hansa.base.clock import Clock, SteadyClock
from hansa.base.helper import HelperDied

BASE = Path("map") / "base.pmtiles"

_MAIN = "from hansa.beside.basemap.process import main; main()"
_QUIET = 5.0  # seconds between two lines of progress where no terminal shows them
_WORDS = {"looking": "looking through", "reading": "reading", "tiling": "making tiles"}


@click.group("map")
def map_() -> None:
    """The base map: what lies under everything that the city knows."""


@map_.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="Into this home: for its node only.",
)
@click.option(
    "--city",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Into the city's folder: for every home of the city, and in its backups.",
)
@AS_JSON
def import_(file: Path, home: Path | None, city: Path | None, as_json: bool) -> None:
    """Make the offline base map from FILE, an extract of OpenStreetMap (.osm.pbf, .osm.gz).

    The map that was there stays until the new one is whole; Ctrl-C leaves it as it was. A node
    that runs shows the new map when a page is opened next. Wherever it is shown stands
    © OpenStreetMap contributors: the data are under the ODbL.
    """
    folder = home or city
    if folder is None or (home and city):
        raise click.UsageError("say where the map goes: --home HOME or --city FOLDER")
    target = (folder / BASE).absolute()
    made = _made(file.absolute(), target, _Progress(SteadyClock()))
    printing.facts(_answer(made, target), as_json=as_json)


def places(node: Node) -> tuple[Path, Path]:
    """Where a node looks for its base map: its own first, then the city's."""
    return node.home.path / BASE, node.settings.folder / BASE


class _Progress:
    """Done, of, remaining: one line that is written over on a terminal, else now and then."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._terminal = sys.stderr.isatty()
        self._phase = ""
        self._began = self._spoke = clock.now()

    def show(self, phase: str, done: int, of: int) -> None:
        """Tell the person who waits how far it is."""
        now = self._clock.now()
        fresh = phase != self._phase
        if fresh:
            self._phase, self._began = phase, now
        if not fresh and not self._terminal and (now - self._spoke).total_seconds() < _QUIET:
            return
        self._spoke = now
        line = line_of(phase, done, of, (now - self._began).total_seconds())
        click.echo(f"\r\x1b[K{line}" if self._terminal else line, nl=not self._terminal, err=True)

    def end(self) -> None:
        """Leave the line to what comes next."""
        if self._terminal and self._phase:
            click.echo("\r\x1b[K", nl=False, err=True)


def line_of(phase: str, done: int, of: int, seconds: float) -> str:
    """One line of progress; `of` 0 where nobody knows yet how much there is."""
    words = f"{_WORDS.get(phase, phase)}: {done:,}"
    if not of:
        return words
    left = f", about {seconds * (of - done) / done:.0f} s left" if done and seconds > 1 else ""
    return f"{words} of {of:,}{left}"


def _made(source: Path, target: Path, progress: _Progress) -> Any:
    """Run the process, and wait; its Problem is raised here."""
    command = [sys.executable, "-c", _MAIN, str(source), str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout is not None  # noqa: S101 - asked for above
        try:
            while True:
                kind, told = frames.read(process.stdout)
                if kind == "progress":
                    progress.show(*told)
                    continue
                progress.end()
                if kind == "made":
                    return told
                raise told
        except EOFError as error:
            raise HelperDied(
                f"the import ended with {process.wait()} before the map was made",
                remedy="look whether memory or disk ran out; the map is as it was",
            ) from error
        except KeyboardInterrupt:
            process.wait()  # it was interrupted too, and clears up
            raise


def _answer(made: Any, target: Path) -> Mapping[str, Any]:
    west, south, east, north = made.box
    return {
        "file": str(target),
        "bytes": made.size,
        "tiles": made.tiles,
        "largest tile, bytes": made.largest,
        "features": made.features,
        "west": f"{west:.5f}",
        "south": f"{south:.5f}",
        "east": f"{east:.5f}",
        "north": f"{north:.5f}",
        "data of": made.timestamp or "the extract does not say",
        **made.notes,
        "attribution": "© OpenStreetMap contributors",
    }
