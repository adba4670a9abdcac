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
from hansa.guard.sealing import Name

SUBJECT, RECORD, VALUE, READMITTED = "subject", "record", "value", "readmitted"
_VERBS = (SUBJECT, RECORD, VALUE, READMITTED)


@dataclass(frozen=True, slots=True)
class Erased:
    """What the list says now.

    `subjects` are barred until they are readmitted; `keys` (subject's mark, id), `records` and
    `values` stay destroyed in any case. Where a record was, nothing comes again; a value was only
    wrong, and another may take its place.
    """

    subjects: frozenset[bytes] = frozenset()
    keys: frozenset[Name] = frozenset()
    records: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a verb, what it is about (a mark in hex or a reference), keys that went."""

    verb: str
    name: str
    keys: tuple[Name, ...] = ()

    def __str__(self) -> str:
        keys = ",".join(f"{subject.hex()}:{key.hex()}" for subject, key in self.keys)
        return f"{self.verb} {self.name} {keys or '-'}"


def fold(lines: Iterable[Line]) -> Erased:
    """The list as it stands after its lines, in order."""
    subjects: set[bytes] = set()
    keys: set[Name] = set()
    records: set[str] = set()
    values: set[str] = set()
    for line in lines:
        keys.update(line.keys)
        if line.verb == RECORD:
            records.add(line.name)
        elif line.verb == VALUE:
            values.add(line.name)
        elif line.verb == SUBJECT:
            subjects.add(bytes.fromhex(line.name))
        else:
            subjects.discard(bytes.fromhex(line.name))
    return Erased(frozenset(subjects), frozenset(keys), frozenset(records), frozenset(values))


def read(path: Path) -> Erased:
    """The list at `path`; empty where there is none yet. BadFile names a line that is no line."""
    if not path.exists():
        return Erased()
    lines = path.read_text(encoding="ascii").split("\n")
    whole = lines[:-1]  # a last line without its end was never flushed, so nothing came of it
    return fold(_line(path, number, text) for number, text in enumerate(whole, 1))


def append(path: Path, at: datetime, lines: Iterable[Line]) -> None:
    """Add lines and return once they are on disk."""
    text = "".join(f"{format_instant(at)} {line}\n" for line in lines).encode("ascii")
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        _mend_end(handle)
        os.write(handle, text)
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


def _line(path: Path, number: int, text: str) -> Line:
    parts = text.split(" ")
    if len(parts) != 4 or parts[1] not in _VERBS:
        raise BadFile(
            f"{text!r} is no line of a list of erasures",
            where=f"{path}:{number}",
            remedy="restore the file from where you keep the keys; do not edit it by hand",
        )
    return Line(parts[1], parts[2], tuple(_names(parts[3])))


def _names(text: str) -> Iterable[Name]:
    for one in text.split(",") if text != "-" else ():
        subject, _, key = one.partition(":")
        yield bytes.fromhex(subject), bytes.fromhex(key)
