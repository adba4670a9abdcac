"""The values of the room: a row as it was read, what became of it, what a file gave.

A row of a source yields timed states of one entity, or a refusal that names file, line, field
and rule. Everything here is frozen and pure; I/O sits in a connector's `fetch` and the runner.
What comes once per row is a tuple, because such values cross from process to process by the
ten thousand.
"""

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

Json: TypeAlias = Any


class Row(NamedTuple):
    """One record of a file. `line` counts from 1: the physical line where the record begins,
    the row of a sheet, or the number of a feature. `fields`: column -> cell as it was read."""

    file: str
    line: int
    fields: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row is not in the graph. `fields` is the row itself, {} where it was unreadable."""

    file: str
    line: int
    field: str
    rule: str
    detail: str
    fields: Mapping[str, Json] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" + (f" {self.field}" if self.field else "")
        return f"{place}: {self.detail} (rule: {self.rule})"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a file could not be read to its end. What stood before it is kept.

    `line` is the line where reading stopped and `byte` the offset in the (unpacked) file.
    """

    file: str
    line: int
    byte: int
    rule: str
    detail: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} (byte {self.byte}): {self.detail} (rule: {self.rule})"


class TimedState(NamedTuple):
    """What became true of one entity at one moment, as one source says it.

    `moment`: when the city came to know it, if the row is a back-fill (UTC). `body`: the
    attributes set, normalized NGSI-LD with canonical names. `observed`: the instances carry
    observedAt, so order by it. `owner`: the source that owns the attributes.
    """

    id: str
    type: str
    moment: datetime
    body: Mapping[str, Json]
    owner: str
    observed: bool


class Mapped(NamedTuple):
    """An accepted row: its states, oldest first, and what a person should know about it.

    `flags` are names that the mapping gives to oddities that do not refuse a row: a request
    closed before it was opened, a point that stands for "unknown", an hour that was there twice.
    """

    states: tuple[TimedState, ...]
    flags: tuple[str, ...]
    newest: datetime | None


Outcome: TypeAlias = Mapped | Refusal


class Landed(NamedTuple):
    """A row that came in: the entity it speaks of, its own time, and its arrival."""

    id: str
    observed: datetime | None
    arrived: datetime


@dataclass(frozen=True, slots=True)
class FileReport:
    """What an import did with one file. accepted + refused = read.

    `changed`: rows of this run that changed the graph. `flags`: how often each was raised.
    `skipped`: the file was known by its digest, and the counts are those of its first reading.
    `unread`: bytes after the last whole line of a file that may be growing.
    """

    source: str
    file: str
    read: int
    accepted: int
    refused: int
    changed: int
    flags: Mapping[str, int] = dataclasses.field(default_factory=dict)
    refusals: Mapping[str, int] = dataclasses.field(default_factory=dict)
    trouble: Trouble | None = None
    skipped: bool = False
    unread: int = 0


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, per source and file."""

    files: tuple[FileReport, ...]

    @property
    def read(self) -> int:
        """Rows read, refused ones included."""
        return sum(one.read for one in self.files)

    @property
    def accepted(self) -> int:
        """Rows whose states stand in the graph."""
        return sum(one.accepted for one in self.files)

    @property
    def refused(self) -> int:
        """Rows in quarantine."""
        return sum(one.refused for one in self.files)

    @property
    def changed(self) -> int:
        """Rows that changed the graph in this run."""
        return sum(one.changed for one in self.files)


def tally(names: Sequence[str]) -> dict[str, int]:
    """How often each name occurs, in order of first appearance."""
    return dict(Counter(names))
