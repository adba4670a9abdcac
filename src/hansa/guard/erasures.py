"""The list of erasures: who must stay forgotten, whatever is restored from a backup.

A text file beside the keys and outside the backup, only ever appended to and flushed before
anything else is done, so that an erasure that began is finished at the next start. It names
people by keyed marks, never by name.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hansa.base.problems import BadFile
from hansa.base.times import format_instant

SUBJECT, RECORD, READMITTED = "subject", "record", "readmitted"


@dataclass(frozen=True, slots=True)
class Erased:
    """What the list says now: subjects by mark, single records by reference."""

    subjects: frozenset[bytes] = frozenset()
    records: frozenset[str] = frozenset()


def fold(lines: Iterable[tuple[str, str]]) -> Erased:
    """The list as it stands after its lines (verb, mark in hex or reference), in order."""
    subjects: set[bytes] = set()
    records: set[str] = set()
    for verb, name in lines:
        if verb == RECORD:
            records.add(name)
        elif verb == SUBJECT:
            subjects.add(bytes.fromhex(name))
        else:
            subjects.discard(bytes.fromhex(name))
    return Erased(frozenset(subjects), frozenset(records))


def read(path: Path) -> Erased:
    """The list at `path`; empty where there is none yet. BadFile names a line that is no line."""
    if not path.exists():
        return Erased()
    lines = path.read_text(encoding="ascii").split("\n")
    whole = lines[:-1]  # a last line without its end was never flushed, so nothing came of it
    return fold(_line(path, number, text) for number, text in enumerate(whole, 1))


def append(path: Path, at: datetime, verb: str, name: str) -> None:
    """Add one line and return once it is on disk."""
    line = f"{format_instant(at)} {verb} {name}\n".encode("ascii")
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        _mend_end(handle)
        os.write(handle, line)
        os.fsync(handle)
    finally:
        os.close(handle)


def _mend_end(handle: int) -> None:
    """Close a line that a crash cut off, so that the next one stands alone."""
    size = os.fstat(handle).st_size
    if size and os.pread(handle, 1, size - 1) != b"\n":
        os.ftruncate(handle, _whole(os.pread(handle, size, 0)))


def _whole(content: bytes) -> int:
    return content.rfind(b"\n") + 1


def _line(path: Path, number: int, text: str) -> tuple[str, str]:
    parts = text.split(" ")
    if len(parts) != 3 or parts[1] not in (SUBJECT, RECORD, READMITTED):
        raise BadFile(
            f"{text!r} is no line of a list of erasures",
            where=f"{path}:{number}",
            remedy="restore the file from where you keep the keys; do not edit it by hand",
        )
    return parts[1], parts[2]
