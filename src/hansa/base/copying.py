"""A store copied while it is written to: one snapshot, in steps that leave the writer its turn.

A reader's transaction is held open from the first page to the last, so the copy is the store at
one moment and never begins anew, however much is written meanwhile; the write-ahead log only
grows until it is done. `VACUUM INTO` would do as well and took three times as long. What was
copied is forced to the disk piece by piece: left to the end, all of it at once makes the writer's
own flush wait.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import apsw

from hansa.base.database import Tx
from hansa.base.faults import StoreDamaged, meaning

T = TypeVar("T")

_PAGES = 256  # copied in one step: a megabyte
_STEPS = 8  # until they are forced to the disk


def copy_store(source: Path, target: Path, look: Callable[[Tx], T]) -> T:
    """Copy a store into a new file; answers what `look` reads in that very snapshot.

    Blocks for as long as it takes: call it in a thread. StoreDamaged where the copy is not whole.
    """
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with _open(source) as store, _open(target) as copy:
        answer = _copied(store, copy, target, look)
        with _meaning(source):  # a page damaged at the source is damaged in the copy
            _check(copy, source)
    with target.open("rb+") as whole:
        os.fsync(whole.fileno())
    return answer


def in_file(path: Path, unit: Callable[[Tx], T]) -> T:
    """Run `unit` on the file of a store that this process has not opened."""
    with _meaning(path), _open(path) as store:
        return unit(Tx(store))


def faults(tx: Tx) -> list[str]:
    """What a quick look at every page finds wrong; nothing where all is well."""
    return [text for (text,) in tx.execute("PRAGMA quick_check(5)") if text != "ok"]


def versions(tx: Tx) -> dict[str, int]:
    """Room -> version of its tables."""
    return {str(room): int(version) for room, version in tx.execute("SELECT * FROM migration")}


def _copied(
    store: apsw.Connection, copy: apsw.Connection, target: Path, look: Callable[[Tx], T]
) -> T:
    with _meaning(target):
        copy.execute("PRAGMA synchronous=OFF")  # a copy broken off is thrown away
    store.execute("BEGIN")
    try:
        with _meaning(Path(store.filename)):
            answer = look(Tx(store))  # its first row takes the snapshot
            Tx(store).one("SELECT 1 FROM sqlite_schema")  # and this one, where it read nothing
        with _meaning(target):
            _in_steps(store, copy, target)
    finally:
        store.execute("ROLLBACK")
    with _meaning(target):
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, no log beside it
    return answer


def _in_steps(store: apsw.Connection, copy: apsw.Connection, target: Path) -> None:
    with copy.backup("main", store, "main") as backup:
        while not backup.done:
            for _ in range(_STEPS):
                if backup.step(_PAGES):
                    break
            _force(target)


def _force(path: Path) -> None:
    """To the disk; closing the handle costs SQLite its lock, on a file that nobody else knows."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fdatasync(handle)
    finally:
        os.close(handle)


def _check(copy: apsw.Connection, source: Path) -> None:
    if said := faults(Tx(copy)):
        raise StoreDamaged(
            f"{source.name} is damaged: {'; '.join(said)}",
            where=str(source),
            remedy="restore the last backup into a new home: hansa restore",
        )


@contextmanager
def _open(path: Path) -> Iterator[apsw.Connection]:
    with _meaning(path):
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        connection.set_busy_timeout(5000)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def _meaning(path: Path) -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        raise meaning(error, path) from error
