"""A real city on disk, for every test of the graph."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hansa.base.clock import ManualClock
from hansa.base.settings import CitySettings, load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.context import City
from hansa.guard import Grant, View

CITY_YAML = """
name: testing
title: {en: Testing}
zone: Europe/Moscow
world: exercise:testing
map: {center: [39.74, 54.63]}
"""


@pytest.fixture
def settings(tmp_path: Path) -> CitySettings:
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "city.yaml").write_text(CITY_YAML)
    return load_city(folder)


@pytest.fixture
async def city(settings: CitySettings, tmp_path: Path, clock: ManualClock) -> AsyncIterator[City]:
    opened = await City.open(settings, load_vocabulary(), tmp_path / "home", clock)
    yield opened
    await opened.close()


@pytest.fixture
def grant(city: City) -> Grant:
    return Grant("ann", "administrator", "operation", city.clock.now(), city.world)


@pytest.fixture
def view(city: City, grant: Grant) -> View:
    return city.guard.view(grant)
