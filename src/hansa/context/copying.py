"""A city's store copied while it is in use, in the order that keeps the copy whole.

The graph first, in one snapshot; then the sealed personal values, because a value is in its store
before the graph refers to it: every reference in the copied graph leads somewhere. What came
between the two is swept at the copy's first start, as after a crash. Then the immutable files that
the copied graph names.
"""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from hansa.base.copying import copy_store, versions
from hansa.base.database import Tx
from hansa.base.faults import StoreDamaged
from hansa.base.problems import StoreRefused
from hansa.context.store import reader, segments
from hansa.context.store.schema import MIGRATIONS
from hansa.guard import MIGRATIONS as GUARD_MIGRATIONS
from hansa.guard import VAULT_MIGRATIONS, Head, KeysThen, Place, copy_values, head_in

GRAPH, PERSONAL, KEYS = "graph.db", "personal", "keys"
_TRIES = 3

# Room -> version of its tables that this code knows.
VERSIONS: Mapping[str, int] = {
    "guard": len(GUARD_MIGRATIONS),
    "context": len(MIGRATIONS),
    "vault": len(VAULT_MIGRATIONS),
}


@dataclass(frozen=True, slots=True)
class Copied:
    """What stands in a copy: up to which change, under which head of the journal."""

    change: int
    head: Head
    versions: Mapping[str, int]
    keys: KeysThen


@dataclass(frozen=True, slots=True)
class _Seen:
    change: int
    head: Head
    versions: dict[str, int]
    files: dict[str, str]


def copy_city(home: Path, place: Place, folder: Path) -> Copied:
    """Copy the store of `home` into `folder`; blocks, so call it in a thread."""
    seen = _copy_graph(home, folder)
    keys, vault = copy_values(place, folder / PERSONAL)
    return Copied(seen.change, seen.head, seen.versions | vault, keys)


def _copy_graph(home: Path, folder: Path) -> _Seen:
    """The graph and the files it names; once more where some were replaced meanwhile."""
    for _ in range(_TRIES):
        seen = copy_store(home / GRAPH, folder / GRAPH, _look)
        if all(_copy_named(home, folder, *file) for file in seen.files.items()):
            return seen
        (folder / GRAPH).unlink()
    missing = [name for name in seen.files if not (home / name).exists()]
    raise StoreDamaged(
        f"the graph names files that are gone: {', '.join(missing)}",
        where=str(home),
        remedy="put them back as an older backup has them (they never change), and try again",
    )


def named_files(tx: Tx) -> dict[str, str]:
    """Path, relative to the home, and SHA-256 of every file beside the database that it names."""
    return {f"{segments.FOLDER}/{name}": digest for name, digest in segments.digests(tx)}


def place_in(home: Path) -> Place:
    """Where the personal store of a home and its keys lie."""
    return Place(home / PERSONAL, home / KEYS)


def _look(tx: Tx) -> _Seen:
    return _Seen(reader.last_number(tx), head_in(tx), versions(tx), named_files(tx))


def _copy_named(home: Path, folder: Path, name: str, digest: str) -> bool:
    """Copy one file; False where it is gone, as when history was merged since the snapshot."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise StoreRefused(f"the graph names {name}, which is no file of the home")
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(home / path, folder / path)
    except FileNotFoundError:
        return False
    with (folder / path).open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != digest:
        raise StoreDamaged(
            f"{name} is damaged: it does not match its hash",
            where=str(home / path),
            remedy="put this file back as an older backup has it (it never changes), and try again",
        )
    return True
