"""What parent and child of an import say to each other, in frames (`hansa.base.frames`).

A job goes down, then for each file a header and
batches come up. What comes once per row goes as columns and the bodies as one JSON text, which
costs a third of what pickled values do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from hansa.base.vocabulary import Vocabulary
from hansa.guard import Catalogue, Place
from hansa.sectors.batches import Batch, Keep
from hansa.sectors.ledger import Checkpoint
from hansa.sectors.model import Mapped, Row, TimedState

_NO_CELLS: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Request:
    """One file that the child is to read.

    `puts_away`: the child puts personal values into the vault. `size`: rows of a batch. `keep`:
    what of each row is taken.
    """

    source: Path
    path: Path
    name: str
    known: Checkpoint | None
    force: bool
    puts_away: bool
    size: int
    keep: Keep | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """All that a child is to read, in this order; `now`: rows of a later time are refused."""

    vocabulary: Vocabulary
    catalogue: Catalogue
    vault: Place
    now: datetime
    requests: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """Where the reading of a file begins; None instead of it: nothing in the file is new."""

    start: Checkpoint
    fresh: bool


class Packed(NamedTuple):
    """A batch on the pipe: the batch without its rows, the rows as columns, their bodies."""

    batch: Batch
    file: str
    lines: list[int]
    rows: list[tuple[int, tuple[str, ...], datetime | None]]
    states: list[tuple[Any, ...]]
    bodies: bytes


def packed(batch: Batch) -> Packed:
    """A batch as it goes on the pipe; without the cells, which the file holds still."""
    accepted = batch.accepted
    states = [state for _, mapped in accepted for state in mapped.states]
    return Packed(
        replace(batch, accepted=()),
        accepted[0][0].file if accepted else "",
        [row.line for row, _ in accepted],
        [(len(one.states), one.flags, one.newest) for _, one in accepted],
        [(one.id, one.type, one.moment, one.owner, one.observed) for one in states],
        orjson.dumps([state.body for state in states]),
    )


def unpacked(told: Packed) -> Batch:
    """The inverse of `packed`."""
    states = [
        TimedState(entity, kind, moment, body, owner, observed)
        for (entity, kind, moment, owner, observed), body in zip(
            told.states, orjson.loads(told.bodies), strict=True
        )
    ]
    return replace(told.batch, accepted=tuple(_rows(told, states)))


def _rows(told: Packed, states: Sequence[TimedState]) -> list[tuple[Row, Mapped]]:
    rows: list[tuple[Row, Mapped]] = []
    begin, file = 0, told.file
    for line, (count, flags, newest) in zip(told.lines, told.rows, strict=True):
        end = begin + count
        rows.append((Row(file, line, _NO_CELLS), Mapped(tuple(states[begin:end]), flags, newest)))
        begin = end
    return rows
