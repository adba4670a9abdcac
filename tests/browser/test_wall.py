"""A wall: it turns by itself, outlives the node, and never asks anybody for anything."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.driver import Console
from tests.browser.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def own(tmp_path: Path, root: Path) -> Node:
    return Node(root / "cities" / "ryazan-exercise", tmp_path)


def test_a_wall_outlives_its_node_and_shows_what_came_since(
    blind_browser: Browser, own: Node
) -> None:
    with own.running():
        console = Console.open(blind_browser, own)
        console.pick("duty-officer")
        console.page.goto(f"{own.url}/?wall=queue")
        expect(
            console.page.get_by_role("listitem").filter(has_text="Nothing is open")
        ).to_be_visible()

    expect(console.page.get_by_text("No connection since")).to_be_visible()

    with own.running():
        own.fault("later", houses=120)
        console.expect_connection("live")
        console.expect_row("120 houses")
        assert "wall=queue" in console.page.url
        console.watched.complaints.clear()  # of a node that did not answer
        console.close()


def test_a_wall_that_nobody_signed_in_says_so_and_comes_by_itself(
    blind_browser: Browser, own: Node
) -> None:
    with own.running():
        console = Console.open(blind_browser, own)
        console.page.goto(f"{own.url}/?wall")
        expect(console.page.get_by_text("This screen is not signed in")).to_be_visible()
        assert console.page.locator("button, a, input").count() == 0

        other = console.page.context.new_page()
        other.goto(own.url)
        other.locator("[data-role=analyst]").click()

        expect(console.page.get_by_text("This screen is not signed in")).to_be_hidden()
        expect(console.page.locator("[data-wall=waiting]")).to_have_count(0)
        console.close()
