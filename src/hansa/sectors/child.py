"""The process beside an import: reads a job, maps its files, puts personal values away."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import BinaryIO

from hansa.base import frames, garbage
from hansa.base.clock import SystemClock
from hansa.base.problems import Problem
from hansa.context import Personal, with_references
from hansa.guard import Shelves, shelves_at
from hansa.sectors import batches
from hansa.sectors.batches import Batch
from hansa.sectors.frames import Header, Job, Request, packed
from hansa.sectors.mapping.load import Source, load_source
from hansa.sectors.model import Mapped


def main() -> None:
    """Read a job, answer frames; end quietly when the parent is gone."""
    garbage.settle()
    stdin, stdout = sys.stdin.buffer, _frames_only()
    job: Job = frames.read(stdin)
    try:
        with garbage.in_bulk():
            asyncio.run(_serve(job, stdout))
    except BrokenPipeError:
        os._exit(1)  # nobody is there to be told, and flushing at exit would complain


def _frames_only() -> BinaryIO:
    """The pipe to the parent; whatever else is printed in this process goes to standard error."""
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return pipe


async def _serve(job: Job, stdout: BinaryIO) -> None:
    personal = Personal(job.catalogue)

    @cache
    def source_at(path: Path) -> Source:
        return load_source(path, job.vocabulary)

    async with AsyncExitStack() as stack:
        shelves = None
        for request in job.requests:
            if request.puts_away and shelves is None:
                shelves = await stack.enter_async_context(shelves_at(job.vault, SystemClock()))
            try:
                for told in _told(source_at(request.source), request, job):
                    if isinstance(told, Batch):
                        if request.puts_away and shelves is not None:
                            told = await without_personal(told, personal, shelves)
                        _say(stdout, packed(told))
                    else:
                        _say(stdout, told)
            except (Problem, OSError) as error:
                if isinstance(error, BrokenPipeError):
                    raise
                _say(stdout, error)
                return


def _say(stdout: BinaryIO, told: object) -> None:
    stdout.write(frames.pack(told))
    stdout.flush()


def _told(source: Source, request: Request, job: Job) -> Iterator[Header | Batch | None]:
    """A header and batches, or None."""
    reading = batches.begin(
        source,
        request.path,
        request.name,
        request.known,
        hold=False,
        force=request.force,
        keep=request.keep,
    )
    if reading is None:
        yield None
        return
    yield Header(reading.start, reading.fresh)
    last = False
    while not last:
        batch = reading.batch(job.now, request.size)
        last = batch.last
        yield batch


async def without_personal(batch: Batch, personal: Personal, shelves: Shelves) -> Batch:
    """The batch with personal values replaced by references into the vault."""
    states = [state for _, mapped in batch.accepted for state in mapped.states]
    held = [[name for name in personal.of((state.type,)) if name in state.body] for state in states]
    values = [
        record
        for state, names in zip(states, held, strict=True)
        if names
        for record in personal.records((state.type,), state.id, state.body, names)
    ]
    refs = iter(await shelves.put(values))
    kept = iter(
        [
            state._replace(body=with_references(state.body, names, refs)) if names else state
            for state, names in zip(states, held, strict=True)
        ]
    )
    accepted = tuple(
        (row, Mapped(tuple(next(kept) for _ in mapped.states), mapped.flags, mapped.newest))
        for row, mapped in batch.accepted
    )
    return replace(batch, accepted=accepted)
