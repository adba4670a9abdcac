"""A real city on disk for the tests of the room."""

from pathlib import Path

import pytest

from hansa.base.settings import CitySettings, load_city
from hansa.context import City
from hansa.guard import View

CITY_YAML = """
name: testing
title: {en: Testing}
zone: Europe/Berlin
map: {center: [13.4, 52.5]}
"""


@pytest.fixture
def settings(tmp_path: Path) -> CitySettings:
    """A city folder without sources."""
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "city.yaml").write_text(CITY_YAML)
    return load_city(folder)


@pytest.fixture
def view(city: City) -> View:
    """What the room itself may see."""
    return city.guard.view(city.guard.machine("sectors", city.world))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder that files are dropped into."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder
