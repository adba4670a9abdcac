"""Mapping in a process beside, for large files: two cores, and one interpreter lock each.

The parent writes to the store while the child reads and maps what comes next. Frames on the
pipe are pickles between a process and its own child: the request goes down, then a header and
batches come up. When either dies the pipe breaks and the other notices.
"""

import asyncio
import os
import pickle
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from hansa.base import garbage
from hansa.base.clock import SystemClock
from hansa.base.problems import Problem
from hansa.base.vocabulary import Vocabulary
from hansa.context import Personal, records, with_references
from hansa.guard import Catalogue, Place, Shelves, shelves_at
from hansa.sectors import batches
from hansa.sectors.batches import Batch
from hansa.sectors.ledger import Checkpoint
from hansa.sectors.mapping.load import Source, load_source
from hansa.sectors.model import Mapped, Row

LARGE = 1_000_000  # bytes on disk; below that a second process costs more than it saves

_MARK = b"row\n"
_HEAD = struct.Struct(">4sQI")  # mark, length, CRC-32: a frame is whole or refused
_AHEAD = 4 << 20
_NO_CELLS: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Request:
    """What the child is to read; `now`: rows of a later time are refused.

    `vault`: where the child puts personal values away, None where the parent does.
    """

    source: Path
    vocabulary: Vocabulary
    path: Path
    name: str
    known: Checkpoint | None
    force: bool
    now: datetime
    catalogue: Catalogue
    vault: Place | None


@dataclass(frozen=True, slots=True)
class Header:
    """Where the reading begins; None instead of it: nothing in the file is new."""

    start: Checkpoint
    fresh: bool


class ChildDied(Problem):
    """The process that maps ended before the file did; what was committed stands."""


class Beside:
    """A reading in a child process: `start`, `fresh`, then batch by batch."""

    def __init__(
        self, process: asyncio.subprocess.Process, header: Header, *, put_away: bool
    ) -> None:
        self._process = process
        self.put_away = put_away
        self.start = header.start
        self.fresh = header.fresh

    @classmethod
    async def begin(cls, request: Request) -> "Beside | None":
        """Start the child; None where nothing in the file is new."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            f"from {__name__} import main; main()",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_AHEAD,
        )
        assert process.stdin is not None  # noqa: S101 - asked for above
        process.stdin.write(_frame(request))
        header = await _receive(process)
        if header is None:
            await process.wait()
            return None
        return cls(process, header, put_away=request.vault is not None)

    async def batch(self, _: datetime) -> Batch:
        """The next batch; what the child could not read is raised here."""
        batch: Batch = await _receive(self._process)
        return batch

    async def close(self) -> None:
        """End the child, whether or not it has finished."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.communicate()


class Here:
    """The same in this process, for small and for growing files."""

    put_away = False

    def __init__(self, reading: batches.Reading) -> None:
        self._reading = reading
        self.start = reading.start
        self.fresh = reading.fresh

    async def batch(self, now: datetime) -> Batch:
        """The next batch, mapped in a thread."""
        return await asyncio.to_thread(self._reading.batch, now)

    async def close(self) -> None:
        """Nothing to end."""


async def _receive(process: asyncio.subprocess.Process) -> Any:
    assert process.stdout is not None  # noqa: S101 - asked for at the start
    try:
        head = await process.stdout.readexactly(_HEAD.size)
        mark, size, check = _HEAD.unpack(head)
        packed = await process.stdout.readexactly(size) if mark == _MARK else b""
    except asyncio.IncompleteReadError as error:
        raise ChildDied(f"the mapping process ended with {await process.wait()}") from error
    if mark != _MARK or zlib.crc32(packed) != check:
        raise ChildDied("the mapping process said what cannot be read")
    told = pickle.loads(packed)  # noqa: S301 - our own child
    if isinstance(told, Exception):
        raise told
    return told


def _frame(told: object) -> bytes:
    packed = pickle.dumps(told, protocol=pickle.HIGHEST_PROTOCOL)
    return _HEAD.pack(_MARK, len(packed), zlib.crc32(packed)) + packed


# ---- the child


def answer(source: Source, request: Request) -> Iterator[Header | Batch | None]:
    """A header and batches, or None."""
    reading = batches.begin(
        source, request.path, request.name, request.known, hold=False, force=request.force
    )
    if reading is None:
        yield None
        return
    yield Header(reading.start, reading.fresh)
    while True:
        batch = reading.batch(request.now)
        yield replace(batch, accepted=tuple(map(_slim, batch.accepted)))
        if batch.last:
            return


def _slim(one: tuple[Row, Mapped]) -> tuple[Row, Mapped]:
    """Without the cells, half of what would cross the pipe: the file holds them still."""
    (file, line, _), mapped = one
    return Row(file, line, _NO_CELLS), mapped


async def without_personal(batch: Batch, personal: Personal, shelves: Shelves) -> Batch:
    """The batch with personal values replaced by references into the vault."""
    states = [state for _, mapped in batch.accepted for state in mapped.states]
    held = [personal.of((state.type,)) & state.body.keys() for state in states]
    values = [
        record
        for state, names in zip(states, held, strict=True)
        for record in records(state.id, state.body, names)
    ]
    refs = iter(await shelves.put(values))
    kept = iter(
        [
            state._replace(body=with_references(state.body, names, refs)) if names else state
            for state, names in zip(states, held, strict=True)
        ]
    )
    accepted = tuple(
        (row, mapped._replace(states=tuple(next(kept) for _ in mapped.states)))
        for row, mapped in batch.accepted
    )
    return replace(batch, accepted=accepted)


def main() -> None:
    """Read a request, answer frames; end quietly when the parent is gone."""
    garbage.settle()
    stdin, stdout = sys.stdin.buffer, _frames_only()
    _, size, _ = _HEAD.unpack(stdin.read(_HEAD.size))
    request: Request = pickle.loads(stdin.read(size))  # noqa: S301 - from our own parent
    try:
        asyncio.run(_serve(request, stdout))
    except BrokenPipeError:
        os._exit(1)  # nobody is there to be told, and flushing at exit would complain


def _frames_only() -> BinaryIO:
    """The pipe to the parent; whatever else is printed in this process goes to standard error."""
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return pipe


async def _serve(request: Request, stdout: BinaryIO) -> None:
    personal = Personal(request.catalogue)
    async with AsyncExitStack() as stack:
        shelves = None
        if request.vault is not None:
            shelves = await stack.enter_async_context(shelves_at(request.vault, SystemClock()))
        for told in _told(request):
            if shelves is not None and isinstance(told, Batch):
                told = await without_personal(told, personal, shelves)
            stdout.write(_frame(told))
            stdout.flush()


def _told(request: Request) -> Iterator[Any]:
    try:
        yield from answer(load_source(request.source, request.vocabulary), request)
    except (Problem, OSError) as error:
        yield error
