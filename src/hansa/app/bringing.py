"""Files that a city's folder brings along: tables that belong to the city and come by no line.

They lie in `inbox/SOURCE/` of the folder and are put into the home's inbox once. What people sent
under the same name since then stays: theirs is the newer table.
"""

import shutil
from pathlib import Path

FOLDER = "inbox"
_PART = ".part"  # a hidden name, so that nobody reads half a file


def bring_along(folder: Path, inbox: Path) -> tuple[Path, ...]:
    """Put what the folder brings along into the inbox; the files that were not there before."""
    brought = []
    for path in sorted((folder / FOLDER).glob("*/*")):
        there = inbox / path.relative_to(folder / FOLDER)
        if path.name.startswith(".") or not path.is_file() or there.exists():
            continue
        there.parent.mkdir(parents=True, exist_ok=True)
        part = there.with_name(f".{there.name}{_PART}")
        shutil.copyfile(path, part)
        part.replace(there)
        brought.append(there)
    return tuple(brought)
