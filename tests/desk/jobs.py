"""What follows the log in a node, at work beside a test."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def at_work(*jobs: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """The jobs until the block ends; one that fails ends the test, which waits for it in vain."""
    here = asyncio.current_task()
    assert here is not None

    def fail(task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            here.cancel()

    tasks = [asyncio.create_task(job) for job in jobs]
    for task in tasks:
        task.add_done_callback(fail)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
