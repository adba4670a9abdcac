"""A real node in a process of its own, and a real browser that looks at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from hansa.console import files
from tests.browser.driver import Console
from tests.browser.helper import WITH_MAP, WITHOUT_MAP, chromium, launch
from tests.browser.node import Node

expect.set_options(timeout=30_000)  # ms; a busy machine must not turn a test red


@pytest.fixture(scope="session", autouse=True)
def _what_is_needed() -> None:
    if chromium() is None:
        pytest.skip("Chromium is not on this machine (on Debian: apt install chromium)")
    if "index.html" not in files.bundle():
        pytest.skip("the console is not built (make setup)")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Node]:
    started = Node(root / "cities" / "ryazan-exercise", tmp_path_factory.mktemp("home"))
    with started.running():
        yield started


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Per module: while it runs, its thread's event loop stands in the way of async tests."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    opened = launch(playwright, WITH_MAP)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def blind_browser(playwright: Playwright) -> Iterator[Browser]:
    """A browser without WebGL, as on an old machine or a remote desktop: it draws no map."""
    opened = launch(playwright, WITHOUT_MAP)
    yield opened
    opened.close()


@pytest.fixture
def console(blind_browser: Browser, node: Node) -> Iterator[Console]:
    """Somebody at a screen; the map has tests of its own, in software it costs seconds."""
    opened = Console.open(blind_browser, node)
    yield opened
    opened.close()
