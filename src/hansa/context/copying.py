"""A city's store copied while it is in use, in the order that keeps the copy whole.

The graph first, in one snapshot; then the sealed personal values, because a value is in its store
before the graph refers to it: every reference in the copied graph leads somewhere. What came
between the two is swept at the copy's first start, as after a crash. Then the immutable files that
the copied graph names.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from hansa.base.copying import copy_store, versions
from hansa.base.database import Tx
from hansa.base.problems import StoreRefused
from hansa.context.store import reader, segments
from hansa.context.store.schema import MIGRATIONS
from hansa.guard import MIGRATIONS as GUARD_MIGRATIONS
from hansa.guard import VAULT_MIGRATIONS, Head, KeysThen, Place, copy_values, head_in

GRAPH, PERSONAL, KEYS = "graph.db", "personal", "keys"

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
    files: tuple[str, ...]


def copy_city(home: Path, place: Place, folder: Path) -> Copied:
    """Copy the store of `home` into `folder`; blocks, so call it in a thread."""
    seen = copy_store(home / GRAPH, folder / GRAPH, _look)
    keys, vault = copy_values(place, folder / PERSONAL)
    for name in seen.files:
        _copy_named(home, folder, name)
    return Copied(seen.change, seen.head, seen.versions | vault, keys)


def named_files(tx: Tx) -> tuple[str, ...]:
    """Paths, relative to the home, of the files beside the database that the graph names."""
    return tuple(f"{segments.FOLDER}/{name}" for name in segments.files(tx))


def place_in(home: Path) -> Place:
    """Where the personal store of a home and its keys lie."""
    return Place(home / PERSONAL, home / KEYS)


def _look(tx: Tx) -> _Seen:
    return _Seen(reader.last_number(tx), head_in(tx), versions(tx), named_files(tx))


def _copy_named(home: Path, folder: Path, name: str) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise StoreRefused(f"the graph names {name}, which is no file of the home")
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(home / path, folder / path)
    except FileNotFoundError as error:
        raise StoreRefused(
            f"{name} is named by the graph and is not in the home", remedy="make the backup again"
        ) from error
