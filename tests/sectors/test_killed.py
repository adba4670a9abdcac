"""kill -9 in the middle of an import: start again, and nothing is lost or there twice."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hansa.base.clock import SystemClock
from hansa.base.settings import CitySettings
from hansa.context import City, Query, TypeIs, Window
from hansa.sectors import import_folder, quarantine
from tests.sectors.helpers import VOCABULARY, readings, source_of

ROWS = 7 * 900
PROGRAM = """
import asyncio, sys
from pathlib import Path
from hansa.base.clock import SystemClock
from hansa.base.settings import load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.context import City
from hansa.sectors import import_folder, load_sources

async def tell(city):
    while True:
        print(city.last_change, flush=True)
        await city.news.beyond(city.last_change)

async def main(folder, data, home):
    vocabulary, settings = load_vocabulary(), load_city(folder)
    city = await City.open(settings, vocabulary, home, SystemClock())
    telling = asyncio.create_task(tell(city))
    await import_folder(city, load_sources(folder, vocabulary), data)
    telling.cancel()
    await city.close()

asyncio.run(main(*map(Path, sys.argv[1:])))
"""


def _run_until(number: int, *folders: Path) -> int:
    """Import in a process of its own and kill it once that change stands; its exit status."""
    command = [sys.executable, "-c", PROGRAM, *map(str, folders)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) >= number:
                process.kill()
    return process.returncode


@pytest.mark.slow
async def test_killed_import_loses_nothing_and_doubles_nothing(
    settings: CitySettings, tmp_path: Path, data: Path
) -> None:
    source = source_of(settings.folder)
    rows = [(f"p{n % 7}", n // 7, float(n % 900)) for n in range(ROWS)]
    (data / "in.csv").write_text(readings(rows) + "p1,2026-05-04T20:00:00Z,high\n" * 3)
    home, seeded = tmp_path / "home", random.Random(5)

    for _ in range(5):
        status = _run_until(seeded.randrange(1, ROWS), settings.folder, data, home)
        assert status in (-signal.SIGKILL, 0)
    city = await City.open(settings, VOCABULARY, home, SystemClock())
    (report,) = (await import_folder(city, [source], data)).files
    view = city.guard.view(city.guard.machine("sectors", city.world))
    found = await city.history(view, Query(types=TypeIs("WaterObserved")), Window())
    refused = await quarantine(city, source)
    await city.close()

    assert (report.read, report.accepted, report.refused) == (ROWS + 3, ROWS, 3)
    assert sum(len(one.attributes["height"]) for one in found) == ROWS
    assert len(refused) == 3
