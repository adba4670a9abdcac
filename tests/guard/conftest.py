"""A city's guard over a real store: folder, database, clock moved by hand."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from hansa.base.clock import ManualClock
from hansa.base.database import Database
from hansa.base.settings import CitySettings, load_city
from hansa.base.vocabulary import Vocabulary, load_vocabulary
from hansa.guard import MIGRATIONS, Grant, Guard, Passwords, World

CITY = """\
name: trial
title: {en: Trial}
zone: Europe/Moscow
world: exercise:trial
map: {center: [39.7, 54.6]}
"""


def cheap_hasher() -> PasswordHasher:
    """argon2id that costs next to nothing: what it costs is not what is tested."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture
def settings(tmp_path: Path) -> CitySettings:
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "city.yaml").write_text(CITY, encoding="utf-8")
    return load_city(folder)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    opened = Database(home / "city.db", {"guard": MIGRATIONS})
    yield opened
    opened.close()


@pytest.fixture
async def guard(
    settings: CitySettings,
    vocabulary: Vocabulary,
    database: Database,
    home: Path,
    clock: ManualClock,
) -> AsyncIterator[Guard]:
    built = Guard(settings, vocabulary, database, home, clock, passwords=Passwords(cheap_hasher()))
    await built.open()
    yield built
    await built.close()


@pytest.fixture
def admin(clock: ManualClock) -> Grant:
    """An administrator at work."""
    return Grant("pavel", "administrator", "operation", clock.now(), World("exercise:trial"))


@pytest.fixture
def duty(clock: ManualClock) -> Grant:
    """A duty officer in the middle of running the city."""
    return Grant("olga", "duty-officer", "operation", clock.now(), World("exercise:trial"))
