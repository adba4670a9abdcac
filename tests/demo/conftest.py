"""One stage for all acts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from hansa.console import files
from tests.browser.helper import WITHOUT_MAP, chromium, launch
from tests.demo.stage import Stage

expect.set_options(timeout=30_000)  # ms; a busy machine must not turn a test red


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Stage]:
    if chromium() is None:
        pytest.skip("Chromium is not on this machine (on Debian: apt install chromium)")
    if "index.html" not in files.bundle():
        pytest.skip("the console is not built (make setup)")
    with sync_playwright() as playwright:
        browser = launch(playwright, WITHOUT_MAP)
        played = Stage(root, tmp_path_factory.mktemp("demo"), browser)
        yield played
        browser.close()
        played.stop()
