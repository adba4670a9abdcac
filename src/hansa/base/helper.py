"""The one helper process: what would stall or swell the serving one runs beside it.

Sealing history, DuckDB, PDF: heavy packages that hold the interpreter for tens of milliseconds
or keep a hundred megabytes. The node calls a function there by name and waits; nothing of
`hansa.beside` is ever imported here. The process starts with the first call and again after it
died; a call that was lost with it fails as HelperDied, and whoever made it decides.
"""

import asyncio
import itertools
import os
import sys
from contextlib import suppress
from typing import Any

from hansa.base import frames
from hansa.base.problems import Problem

_MAIN = "from hansa.beside import main; main()"
_MOST = 1 << 26  # bytes that an answer may wait in the pipe's buffer


class HelperDied(Problem):
    """The helper process ended before it answered; another is started with the next call."""

    title = "The helper process ended"
    status = 503


class HelperFailed(Problem):
    """The helper process could not do what was asked, for a reason that is no refusal."""

    title = "The helper process failed"


class Helper:
    """Calls functions of `hansa.beside` in a process of their own; one per city.

    What works for seconds takes another one and closes it (`desk.themes`), so nobody waits.
    """

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._numbers = itertools.count(1)
        self._starting = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The process that runs now, None where there is none."""
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if alive and self._process is not None else None

    async def call(self, function: str, *args: Any) -> Any:
        """Run `module.function` of `hansa.beside` with picklable arguments and wait for it.

        A Problem raised there is raised here. HelperDied: it ended meanwhile.
        """
        process = await self._running()
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            await self._send(process, (number, function, args))
            return await answer
        finally:
            self._waiting.pop(number, None)

    async def close(self) -> None:
        """End the process; calls that wait for it fail."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        await process.wait()
        if self._reader is not None:
            await self._reader

    async def _send(self, process: asyncio.subprocess.Process, told: object) -> None:
        if process.stdin is None:
            raise HelperDied("the helper process has no ear")
        try:
            process.stdin.write(frames.pack(told))
            await process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise HelperDied("the helper process ended before it heard the question") from error

    async def _running(self) -> asyncio.subprocess.Process:
        async with self._starting:
            if self._process is not None and self._process.returncode is None:
                return self._process
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                _MAIN,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=_MOST,
                env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
            self._process = process
            self._reader = asyncio.create_task(self._listen(process))
            return process

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        """Hand answers to those who wait, until the process ends."""
        reason = "the helper process ended"
        try:
            while True:
                self._hand_over(*await _receive(process))
        except asyncio.IncompleteReadError:
            reason = f"the helper process ended with {await process.wait()}"
        except frames.Damaged as error:
            reason = str(error)
            process.kill()
        for answer in tuple(self._waiting.values()):
            if not answer.done():
                answer.set_exception(HelperDied(reason))

    def _hand_over(self, number: int, value: Any, problem: Exception | None) -> None:
        answer = self._waiting.get(number)
        if answer is None or answer.done():
            return  # who asked has gone
        if problem is None:
            answer.set_result(value)
        else:
            answer.set_exception(problem)


async def _receive(process: asyncio.subprocess.Process) -> tuple[int, Any, Exception | None]:
    assert process.stdout is not None  # noqa: S101 - asked for at the start
    size, check = frames.size_of(await process.stdout.readexactly(frames.HEAD_SIZE))
    told: tuple[int, Any, Exception | None] = frames.unpack(
        await process.stdout.readexactly(size), check
    )
    return told
