"""Segment files: written whole or not at all, and read only when they are what was written.

A file is written under another name, flushed to the disk, and renamed; its SHA-256 goes into the
manifest. Before its first read in this process a file is hashed again: Parquet has no checksum
that must be there, so a flipped bit could pass for a value.
"""

import hashlib
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from hansa.base.problems import HistoryDamaged, HistoryMissing, StoreRefused
from hansa.base.sealed import File, Kept, Made
from hansa.beside import engine

_GROUP = 20_480  # rows of one group: few enough that one series reads little
_HOUR = 3_600_000_000


def write(place: str, name: str, source: str, world: str) -> Made:
    """Write the rows of a query and their hourly sums into the folder `place`."""
    folder = Path(place)
    folder.mkdir(parents=True, exist_ok=True)
    rows, sums = folder / f"{name}.parquet", folder / f"{name}.hourly.parquet"
    fresh = [path.with_suffix(".new") for path in (rows, sums)]
    try:
        _copy(source, fresh[0], world)
        span = engine.rows(
            "SELECT count(*), min(recorded), max(recorded), min(observed), max(observed), "
            f"min(ord), max(ord) FROM read_parquet({engine.text(str(fresh[0]))})"
        )[0]
        _copy(_hours(fresh[0]), fresh[1], world)
        digests = [_digest(path) for path in fresh]
        for path, target in zip(fresh, (rows, sums), strict=True):
            _flush(path)
            path.replace(target)
        _flush(folder)
    finally:
        for path in fresh:
            path.unlink(missing_ok=True)
    return Made(
        rows.name,
        digests[0],
        sums.name,
        digests[1],
        span[0],
        rows.stat().st_size + sums.stat().st_size,
        span[1] or 0,
        span[2] or 0,
        span[3],
        span[4],
        span[5] or 0,
        span[6] or 0,
    )


def remove(place: str, made: Made) -> None:
    """Take a segment away that nobody names."""
    for name in (made.rows_file, made.sums_file):
        (Path(place) / name).unlink(missing_ok=True)


def _copy(source: str, path: Path, world: str) -> None:
    try:
        engine.alone(
            f"COPY ({source}) TO {engine.text(str(path))} (FORMAT parquet, COMPRESSION zstd, "
            f"ROW_GROUP_SIZE {_GROUP}, KV_METADATA {{world: {engine.text(world)}}})"
        )
    except engine.IOError as error:
        raise StoreRefused(
            f"a segment of history cannot be written: {error}",
            where=str(path.parent),
            remedy="make room on the disk; nothing is lost, the rows stay where they were",
        ) from error


def _hours(path: Path) -> str:
    return (
        f"SELECT eid, key, observed // {_HOUR} * {_HOUR} AS hour, count(*) AS count, "
        "count(*) FILTER (num IS NULL) AS texts, sum(num) AS total, sum(num * num) AS squares, "
        f"min(num) AS least, max(num) AS most FROM read_parquet({engine.text(str(path))}) "
        "WHERE observed IS NOT NULL AND val IS NOT NULL GROUP BY ALL ORDER BY eid, key, hour"
    )


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Trusted:
    """Which files were found whole, by path, size and time of change."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[int, int]] = {}
        self._lock = threading.Lock()

    def trust(self, kept: Kept) -> None:
        """Hash a file unless it was; HistoryMissing or HistoryDamaged."""
        try:
            told = Path(kept.path).stat()
        except FileNotFoundError as error:
            raise HistoryMissing(
                "the file is not there", where=kept.path, remedy="restore it from a backup"
            ) from error
        stamp = (told.st_size, told.st_mtime_ns)
        with self._lock:
            if self._found.get(kept) == stamp:
                return
        if _digest(Path(kept.path)) != kept.digest:
            raise HistoryDamaged(
                "the file is not what was written",
                where=kept.path,
                rule="its SHA-256 is that of the manifest",
                remedy="restore it from a backup; the rest of the history is not touched by it",
            )
        with self._lock:
            self._found[kept] = stamp


_trusted = _Trusted()


def scan(kept: Sequence[Kept]) -> str:
    """The SQL that reads files, each checked first."""
    for one in kept:
        _trusted.trust(one)
    listed = ", ".join(engine.text(one.path) for one in kept)
    return f"SELECT * FROM read_parquet([{listed}])"


def check(sealed: Sequence[File]) -> list[str]:
    """What is wrong with files, read anew."""
    wrong: list[str] = []
    for one in (kept for file in sealed for kept in file):
        try:
            _Trusted().trust(one)
        except StoreRefused as problem:
            wrong.append(str(problem))
    return wrong
