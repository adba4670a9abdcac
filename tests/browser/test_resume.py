"""The line breaks and comes back: what happened meanwhile is there, without a reload."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.driver import Console
from tests.browser.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_node_that_was_restarted_loses_nobody(
    blind_browser: Browser, tmp_path: Path, root: Path
) -> None:
    node = Node(root / "cities" / "ryazan-exercise", tmp_path)
    with node.running():
        console = Console.open(blind_browser, node)
        console.pick("duty-officer")
        console.page.evaluate("window.sameLife = true")
    console.expect_connection("lost")
    expect(console.page.locator("[data-connection]")).to_contain_text("No connection since")
    node.fault("resume-1", houses=66)

    with node.running():
        console.expect_connection("live")
        console.expect_row("66 houses")
        assert console.page.evaluate("window.sameLife") is True
        console.close()
