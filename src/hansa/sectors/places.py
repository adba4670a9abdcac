"""Which files of a folder belong to which source.

A file belongs to a source when it lies in the folder, or in the folder's subfolder of the
source's name, and its name matches one of the source's patterns. Hidden names never do.
"""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from hansa.sectors.mapping.load import Source


class Found(NamedTuple):
    """A file of a source: where it lies, and its name below the folder."""

    source: Source
    path: Path
    name: str


def patterns(source: Source) -> tuple[str, ...]:
    """The file name patterns of a source."""
    if not source.is_files:
        return ()
    given = source.files.files
    return (given,) if isinstance(given, str) else given


def owners(name: str, sources: Iterable[Source]) -> Iterator[Source]:
    """The sources to which the file of this name (below the folder) belongs."""
    path = PurePosixPath(name)
    if len(path.parts) > 2 or any(part.startswith(".") for part in path.parts):
        return
    for source in sources:
        if path.parts[:-1] in ((), (source.name,)) and any(
            fnmatchcase(path.name, pattern) for pattern in patterns(source)
        ):
            yield source


def scan(folder: Path, sources: Iterable[Source]) -> Iterator[Found]:
    """Every file of the sources that is there now, by source and then by name."""
    for source in sources:
        for home in (folder, folder / source.name):
            for path in sorted(home.glob("*")):
                name = path.relative_to(folder).as_posix()
                if path.is_file() and any(owners(name, (source,))):
                    yield Found(source, path, name)
