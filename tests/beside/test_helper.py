"""The helper process: answers, refusals, and what becomes of a call when it dies."""

import os
import signal
from collections.abc import AsyncIterator

import pytest

from hansa.base.helper import Helper, HelperDied, HelperFailed


@pytest.fixture
async def helper() -> AsyncIterator[Helper]:
    made = Helper()
    yield made
    await made.close()


async def test_a_name_outside_the_package_is_refused(helper: Helper) -> None:
    for name in ("os.system", "history", "history.__class__", "../x.y"):
        with pytest.raises(HelperFailed):
            await helper.call(name)


async def test_what_fails_there_is_told_here_and_the_process_goes_on(helper: Helper) -> None:
    with pytest.raises(HelperFailed, match="No module named"):
        await helper.call("nothing.there")
    first = helper.pid
    with pytest.raises(HelperFailed):
        await helper.call("nothing.there")

    assert first is not None
    assert helper.pid == first


async def test_after_it_was_killed_the_next_call_starts_another(helper: Helper) -> None:
    with pytest.raises(HelperFailed):
        await helper.call("nothing.there")
    first = helper.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    with pytest.raises((HelperDied, HelperFailed)):
        await helper.call("nothing.there")
    with pytest.raises(HelperFailed):
        await helper.call("nothing.there")

    assert helper.pid not in (None, first)


async def test_closing_an_unused_helper_starts_nothing(helper: Helper) -> None:
    await helper.close()

    assert helper.pid is None
