"""A file as batches of mapped rows: the half of the runner that runs beside the event loop.

What is mapped here is committed by the runner; while one batch is written the next is mapped.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from hansa.sectors.connectors.files.fetch import CHUNK, Asked, Start, digest, items, resumable
from hansa.sectors.connectors.files.parse import Item
from hansa.sectors.ledger import Checkpoint
from hansa.sectors.mapping.load import Source
from hansa.sectors.model import Json, Mapped, Outcome, Refusal, Row, TimedState, Trouble

SIZE = 1000  # rows of one commit: enough to share its cost, few enough for a live console
SIZE_ALONE = 4000  # where nobody waits: pages of indexes are written four times less often
FUTURE = "time-in-future"


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that are committed together, already mapped, and how far the file is read with them."""

    accepted: tuple[tuple[Row, Mapped], ...]
    refused: tuple[Refusal, ...]
    line: int
    byte: int
    digest: str
    last: bool
    trouble: Trouble | None
    newest: datetime | None
    position: Json = None

    def after(self, checkpoint: Checkpoint, refused: Sequence[Refusal]) -> Checkpoint:
        """The checkpoint once this batch is committed; `refused` by mapping or graph."""
        flags = [flag for _, mapped in self.accepted for flag in mapped.flags]
        return checkpoint.advanced(
            len(self.accepted) + len(self.refused),
            refused,
            flags,
            line=self.line,
            byte=self.byte,
            digest=self.digest,
            complete=self.last,
            trouble=self.trouble,
            position=self.position,
        )


@dataclass(frozen=True, slots=True)
class Keep:
    """What of a row a replay takes: what was known by `until`, and none of `without`."""

    until: datetime
    without: frozenset[str]

    def of(self, mapped: Mapped) -> Mapped | None:
        """The row as far as it was known then; None where nothing was."""
        states = tuple(
            kept
            for state in mapped.states
            if state.moment <= self.until and (kept := bare(state, self.without)).body
        )
        if not states:
            return None
        if len(states) == len(mapped.states):
            return mapped._replace(states=states)
        return mapped._replace(states=states, newest=states[-1].moment)


def bare(state: TimedState, without: frozenset[str]) -> TimedState:
    """The state without these attributes."""
    if without.isdisjoint(state.body):
        return state
    body = {name: one for name, one in state.body.items() if name not in without}
    return state._replace(body=body)


@dataclass(slots=True)
class Reading:
    """One reading of one file, batch by batch. `fresh`: it begins at the file's beginning.

    `keep`: what of each row is taken; rows of which nothing is are not counted as read.
    """

    source: Source
    path: Path
    start: Checkpoint
    found: Iterator[Item]
    fresh: bool
    resumes: bool
    hasher: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    keep: Keep | None = None
    line: int = 0
    byte: int = 0

    def __post_init__(self) -> None:
        self.line, self.byte = self.start.line, self.start.byte

    def batch(self, now: datetime, size: int = SIZE) -> Batch:
        """The next batch; rows of a time after `now` (and the source's tolerance) are refused."""
        latest = now + timedelta(seconds=self.source.file.future)
        taken = list(islice(self.found, size))
        trouble = taken.pop().what if taken and isinstance(taken[-1].what, Trouble) else None
        outcomes = [one for item in taken if (one := self._outcome(item, latest)) is not None]
        accepted = tuple(one for one in outcomes if not isinstance(one, Refusal))
        if taken:
            self._move(taken[-1])
        return Batch(
            accepted=accepted,
            refused=tuple(one for one in outcomes if isinstance(one, Refusal)),
            line=self.line,
            byte=self.byte,
            digest=self.hasher.hexdigest() if self.resumes else self.start.digest,
            last=trouble is not None or len(taken) < size,
            trouble=trouble if isinstance(trouble, Trouble) else None,
            newest=max((one.newest for _, one in accepted if one.newest), default=None),
        )

    def _move(self, last: Item) -> None:
        self.line = last.line
        if self.resumes:
            _feed(self.hasher, self.path, self.byte, last.end)
            self.byte = last.end

    def _outcome(self, item: Item, latest: datetime) -> tuple[Row, Mapped] | Refusal | None:
        row = item.what
        if not isinstance(row, Row):
            assert isinstance(row, Refusal)  # noqa: S101 - a Trouble was taken off before
            return row
        mapped: Outcome | None = self.source.mapper(row)
        if self.keep is not None and isinstance(mapped, Mapped):
            mapped = self.keep.of(mapped)
        if mapped is None or isinstance(mapped, Refusal):
            return mapped
        return premature(row, mapped, latest) or (row, mapped)


def premature(row: Row, mapped: Mapped, latest: datetime) -> Refusal | None:
    """The refusal of a row that speaks of a time after `latest`."""
    if all(state.moment <= latest for state in mapped.states):
        return None
    detail = "the row speaks of a time that has not come yet"
    return Refusal(row.file, row.line, "", FUTURE, detail, row.fields)


def begin(
    source: Source,
    path: Path,
    name: str,
    known: Checkpoint | None,
    *,
    hold: bool,
    force: bool,
    keep: Keep | None = None,
) -> Reading | None:
    """Where to begin with a file: anew, where it was left, or None: nothing is new in it.

    FileNotFoundError where it is gone; another trouble with it is the reading's only item.
    """
    try:
        reading = _begin(source, path, name, known, hold=hold, force=force)
        if reading is not None:
            reading.keep = keep
        return reading
    except FileNotFoundError:
        raise
    except OSError as error:
        start = Checkpoint(name, str(path), "", source.digest)
        item = Item(Trouble(name, 0, 0, "file-readable", str(error)), 0, 0)
        return Reading(source, path, start, iter((item,)), fresh=True, resumes=False)


def _begin(
    source: Source, path: Path, name: str, known: Checkpoint | None, *, hold: bool, force: bool
) -> Reading | None:
    same = None if force or known is None or known.mapping != source.digest else known
    if resumable(path, source.files):
        return _begin_text(source, path, name, same, hold=hold)
    whole = digest(path)
    found = items(Asked(path, name, source.files, source.columns))
    if same is None or same.digest != whole:
        fresh = Checkpoint(name, str(path), whole, source.digest)
        return Reading(source, path, fresh, found, fresh=True, resumes=False)
    if same.complete:
        return None
    left = islice(found, same.rows, None)
    return Reading(source, path, same, left, fresh=False, resumes=False)


def _begin_text(
    source: Source, path: Path, name: str, same: Checkpoint | None, *, hold: bool
) -> Reading | None:
    hasher = hashlib.sha256()
    if same is not None and _only_grew(path, same, hasher):
        if same.complete and same.byte == path.stat().st_size:
            return None
        start = Start(same.byte, same.line)
        found = items(Asked(path, name, source.files, source.columns, start, hold))
        return Reading(source, path, same, found, fresh=False, resumes=True, hasher=hasher)
    fresh = Checkpoint(name, str(path), "", source.digest)
    found = items(Asked(path, name, source.files, source.columns, hold=hold))
    return Reading(source, path, fresh, found, fresh=True, resumes=True)


def _only_grew(path: Path, known: Checkpoint, hasher: "hashlib._Hash") -> bool:
    """Whether what was read still stands, with nothing but whole lines after it."""
    size = path.stat().st_size
    if known.trouble is not None or not 0 < known.byte <= size:
        return False
    _feed(hasher, path, 0, known.byte)
    if hasher.hexdigest() != known.digest:
        return False
    return known.byte == size or _byte_before(path, known.byte) == b"\n"


def _byte_before(path: Path, byte: int) -> bytes:
    with path.open("rb") as file:
        file.seek(byte - 1)
        return file.read(1)


def _feed(hasher: "hashlib._Hash", path: Path, start: int, end: int) -> None:
    left = end - start
    with path.open("rb") as file:
        file.seek(start)
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            hasher.update(chunk)
            left -= len(chunk)
