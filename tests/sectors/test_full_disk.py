"""A disk that fills up while sources deliver: the room says so, and goes on where it stood."""

import asyncio
import io
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hansa.base.clock import ManualClock
from hansa.base.database import Tx
from hansa.base.faults import StoreFull
from hansa.base.logs import make_logger
from hansa.base.settings import CitySettings
from hansa.context import City, Query, TypeIs, Window
from hansa.guard import View
from hansa.sectors import import_folder, watch
from tests.sectors.helpers import readings, source_of

ROWS = [("a", minute, float(minute)) for minute in range(900)]
KIND = Query(types=TypeIs("WaterObserved"))


def no_room(tx: Tx) -> None:
    """The file may grow by a few pages only: to the engine that is a full disk."""
    tx.all(f"PRAGMA max_page_count={tx.all('PRAGMA page_count')[0][0] + 4}")


def room_again(tx: Tx) -> None:
    tx.all("PRAGMA max_page_count=1000000")


def causes(error: BaseException) -> set[type]:
    """The kinds of error in a group of tasks, or of the one."""
    if isinstance(error, BaseExceptionGroup):
        return set().union(*map(causes, error.exceptions))
    return {type(error)}


async def levels(city: City, view: View) -> Counter[float]:
    """How often each level stands in history."""
    found = await city.history(view, KIND, Window())
    return Counter(
        one.body["value"]
        for entity in found
        for one in entity.attributes["height"]
        if one.body is not None
    )


@pytest.mark.parametrize("live", [True, False], ids=["watched", "imported"])
async def test_full_disk_loses_no_row_and_doubles_none(
    city: City, view: View, settings: CitySettings, data: Path, clock: ManualClock, live: bool
) -> None:
    clock.set(datetime(2026, 6, 2, tzinfo=UTC))
    sources = [source_of(settings.folder)]
    logger = make_logger("testing", clock, io.StringIO())
    (data / "in.csv").write_text(readings(ROWS))
    await city.database.write(no_room)

    with pytest.raises((StoreFull, ExceptionGroup)) as refused:
        async with asyncio.timeout(60):
            await (
                watch(city, sources, data, logger) if live else import_folder(city, sources, data)
            )
    assert causes(refused.value) == {StoreFull}
    assert sum((await levels(city, view)).values()) < len(ROWS)

    await city.database.write(room_again)
    await import_folder(city, sources, data)
    assert await levels(city, view) == Counter(level / 100 for _, _, level in ROWS)
