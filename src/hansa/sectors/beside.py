"""Mapping in a process beside, for large imports: two cores, and one interpreter lock each.

The parent writes to the store while the child reads and maps what comes next, file after file.
When either dies the pipe breaks and the other notices.
"""

import asyncio
import os
import sys
from datetime import datetime
from typing import Any

from hansa.base import frames
from hansa.base.problems import Problem
from hansa.sectors import batches
from hansa.sectors.batches import Batch
from hansa.sectors.frames import Header, Job, Packed, unpacked
from hansa.sectors.ledger import Checkpoint

LARGE = 1_000_000  # bytes on disk; below that a second process costs more than it saves

_AHEAD = 8 << 20
_MAIN = "from hansa.sectors.child import main; main()"


class ChildDied(Problem):
    """The process that maps ended before the files did; what was committed stands."""


class Beside:
    """A child that reads the files of a job, one after another."""

    def __init__(self, process: asyncio.subprocess.Process, job: Job) -> None:
        self._process = process
        self._waiting = list(reversed(job.requests))
        self._dead = False

    @classmethod
    async def begin(cls, job: Job) -> "Beside":
        """Start the child."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _MAIN),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_AHEAD,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # of shapely; it maps in one thread
        )
        assert process.stdin is not None  # noqa: S101 - asked for above
        process.stdin.write(frames.pack(job))
        return cls(process, job)

    async def reading(self, name: str, known: Checkpoint | None) -> "There | None":
        """The reading of the job's next file; None where nothing in it is new.

        ChildDied where the child is gone, or began where somebody else has read on since: the
        caller maps the file itself, and all that follow.
        """
        request = self._waiting.pop()
        if (request.name, request.known) != (name, known):
            self._dead = True
            raise ChildDied(f"the mapping process reads {request.name} as it was before")
        header: Header | None = await self.heard()
        return None if header is None else There(self, header, put_away=request.puts_away)

    async def heard(self) -> Any:
        """What the child says next; what it could not read is raised here."""
        if self._dead:
            raise ChildDied("the mapping process has ended")
        try:
            told = await _receive(self._process)
        except ChildDied:
            self._dead = True
            raise
        if isinstance(told, Exception):
            raise told
        return told

    async def close(self) -> None:
        """End the child, whether or not it has finished."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.communicate()


class There:
    """A reading in the child: `start`, `fresh`, then batch by batch."""

    def __init__(self, beside: Beside, header: Header, *, put_away: bool) -> None:
        self._beside = beside
        self.put_away = put_away
        self.start: Checkpoint = header.start
        self.fresh = header.fresh

    async def batch(self, _: datetime) -> Batch:
        """The next batch."""
        told: Packed = await self._beside.heard()
        return unpacked(told)


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


async def _receive(process: asyncio.subprocess.Process) -> Any:
    assert process.stdout is not None  # noqa: S101 - asked for at the start
    try:
        size, check = frames.size_of(await process.stdout.readexactly(frames.HEAD_SIZE))
        return frames.unpack(await process.stdout.readexactly(size), check)
    except asyncio.IncompleteReadError as error:
        raise ChildDied(f"the mapping process ended with {await process.wait()}") from error
    except frames.Damaged as error:
        raise ChildDied("the mapping process said what cannot be read") from error
