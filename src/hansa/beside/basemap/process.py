"""The import as a process of its own: told by arguments, heard by frames on standard output.

Frames: ("progress", (what, done, of)), then ("made", Made) or ("refused", Problem).
"""

import os
import sys
from pathlib import Path

from hansa.base import frames, garbage
from hansa.base.problems import Problem
from hansa.beside.basemap.making import make

INTERRUPTED = 130


def main() -> None:
    """Make the map that the two arguments name; ends with its parent, leaving nothing behind."""
    garbage.settle()
    source, target = map(Path, sys.argv[1:])

    def tell(kind: str, told: object) -> None:
        sys.stdout.buffer.write(frames.pack((kind, told)))
        sys.stdout.buffer.flush()

    try:
        tell("made", make(source, target, lambda *progress: tell("progress", progress)))
    except Problem as problem:
        tell("refused", problem)
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(INTERRUPTED)  # nobody is there to be told
