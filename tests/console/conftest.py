"""A real city behind real routes, in this process."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import orjson
import pytest

from hansa.base.clock import ManualClock
from hansa.base.settings import load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.base.web import WebApp
from hansa.context import City
from tests.console.talking import Writer, make_app, make_client, pick

CITY_YAML = """
name: testing
title: {en: Testing, ru: Проба}
zone: Europe/Moscow
world: exercise:testing
map: {center: [39.74, 54.63]}
"""
DRAWING = {"type": "FeatureCollection", "note": "schematic", "features": []}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "city" / "map").mkdir(parents=True)
    (tmp_path / "city" / "city.yaml").write_text(CITY_YAML, encoding="utf-8")
    (tmp_path / "city" / "map" / "water.geojson").write_bytes(orjson.dumps(DRAWING))
    return tmp_path / "city"


@pytest.fixture
async def city(folder: Path, tmp_path: Path, clock: ManualClock) -> AsyncIterator[City]:
    opened = await City.open(load_city(folder), load_vocabulary(), tmp_path / "home", clock)
    yield opened
    await opened.close()


@pytest.fixture
def app(city: City) -> WebApp:
    return make_app(city)


@pytest.fixture
async def client(app: WebApp) -> AsyncIterator[httpx.AsyncClient]:
    async with make_client(app) as opened:
        yield opened


@pytest.fixture
async def officer(client: httpx.AsyncClient) -> httpx.AsyncClient:
    await pick(client, "duty-officer")
    return client


@pytest.fixture
def write(city: City) -> Writer:
    return Writer(city)
