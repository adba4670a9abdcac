"""Mapping in a process beside, for large files: two cores, and one interpreter lock each.

The parent writes to the store while the child reads and maps what comes next. Frames on the
pipe are pickles between a process and its own child: the request goes down, then a header and
batches come up. When either dies the pipe breaks and the other notices.
"""

import asyncio
import os
import pickle
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hansa.base import garbage
from hansa.base.problems import Problem
from hansa.base.vocabulary import Vocabulary
from hansa.sectors import batches
from hansa.sectors.batches import Batch
from hansa.sectors.ledger import Checkpoint
from hansa.sectors.mapping.load import Source, load_source

LARGE = 200_000  # bytes on disk; below that a second process costs more than it saves

_HEAD = 8
_AHEAD = 1 << 20


@dataclass(frozen=True, slots=True)
class Request:
    """What the child is to read; `now`: rows of a later time are refused."""

    source: Path
    vocabulary: Vocabulary
    path: Path
    name: str
    known: Checkpoint | None
    force: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class Header:
    """Where the reading begins; None instead of it: nothing in the file is new."""

    start: Checkpoint
    fresh: bool


class ChildDied(Problem):
    """The process that maps ended before the file did; what was committed stands."""


class Beside:
    """A reading in a child process: `start`, `fresh`, then batch by batch."""

    def __init__(self, process: asyncio.subprocess.Process, header: Header) -> None:
        self._process = process
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
        return cls(process, header)

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
        size = int.from_bytes(await process.stdout.readexactly(_HEAD))
        told = pickle.loads(await process.stdout.readexactly(size))  # noqa: S301 - our own child
    except asyncio.IncompleteReadError as error:
        raise ChildDied(f"the mapping process ended with {await process.wait()}") from error
    except pickle.UnpicklingError as error:
        raise ChildDied(f"the mapping process said what cannot be read: {error}") from error
    if isinstance(told, Exception):
        raise told
    return told


def _frame(told: object) -> bytes:
    packed = pickle.dumps(told, protocol=pickle.HIGHEST_PROTOCOL)
    return len(packed).to_bytes(_HEAD) + packed


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
        yield batch
        if batch.last:
            return


def main() -> None:
    """Read a request, answer frames; end quietly when the parent is gone."""
    garbage.settle()
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    size = int.from_bytes(stdin.read(_HEAD))
    request: Request = pickle.loads(stdin.read(size))  # noqa: S301 - from our own parent
    try:
        for told in _told(request):
            stdout.write(_frame(told))
            stdout.flush()
    except BrokenPipeError:
        os._exit(1)  # nobody is there to be told, and flushing at exit would complain


def _told(request: Request) -> Iterator[Any]:
    try:
        yield from answer(load_source(request.source, request.vocabulary), request)
    except (Problem, OSError) as error:
        yield error
