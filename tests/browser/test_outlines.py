"""A city whose folder draws nothing still looks like a place, and says whose the outlines are."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.driver import Console
from tests.browser.node import Node
from tests.browser.test_looks import Look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Node]:
    """The demo city with nothing in its `map/`."""
    city = tmp_path_factory.mktemp("cities") / "ryazan-exercise"
    shutil.copytree(root / "cities" / city.name, city, ignore=shutil.ignore_patterns("map"))
    started = Node(city, tmp_path_factory.mktemp("home"))
    with started.running():
        yield started


def test_a_city_without_drawings(browser: Browser, bare: Node, root: Path) -> None:
    console = Console.open(browser, bare, language="ru")
    seen = Look(console, root, "ru")
    fetched: list[str] = []
    console.page.on("response", lambda one: fetched.append(one.url) if one.ok else None)
    console.pick("duty-officer")
    console.map_drawn()

    expect(console.page.locator(".note")).to_contain_text("Natural Earth · © GeoNames, CC BY 4.0")
    assert any("/assets/countries-10m-" in url for url in fetched)
    assert any("/console/map/near/places" in url for url in fetched)
    seen.look("bare")
    console.close()
    assert seen.wrong == []


def test_a_city_with_drawings_fetches_no_atlas(browser: Browser, node: Node) -> None:
    console = Console.open(browser, node)
    fetched: list[str] = []
    console.page.on("response", lambda one: fetched.append(one.url))
    console.pick("duty-officer")
    console.map_drawn()

    assert [url for url in fetched if "countries-" in url or "/near/" in url] == []
    assert any("/console/map/land.geojson" in url for url in fetched)
    console.close()
