"""The vault's files: readable by the node's own account only, and without traces of what left."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import apsw

from hansa.base.database import Database

EngineError = apsw.Error


def private_folder(path: Path) -> None:
    """Make the folder, or tighten it: 0700."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)


def open_private(path: Path, migrations: Mapping[str, Sequence[str]]) -> Database:
    """A store whose file is 0600; SQLite gives its log the same rights."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
    return Database(path, migrations)


def empty_log(path: Path) -> None:
    """Move the write-ahead log into the file and cut it to nothing.

    Old pages live on in the log until then, and with them a key that was deleted. Waits up to
    five seconds for readers; what is still there after that goes when the store is closed.
    """
    connection = apsw.Connection(str(path))
    try:
        connection.set_busy_timeout(5000)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def write_private(path: Path, content: bytes) -> None:
    """Put a file of its own rights (0600) in place, whole or not at all, and onto the disk."""
    fresh = path.with_suffix(".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
