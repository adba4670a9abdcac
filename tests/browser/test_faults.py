"""A fault that a network reports stands among the outages, and former calls beside a card."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.driver import Console
from tests.browser.node import Node
from tests.browser.test_looks import Look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_houses_are_told_as_the_network_said_them(
    blind_browser: Browser, node: Node, root: Path, language: str
) -> None:
    node.fault("network-1", 43)
    console = Console.open(blind_browser, node, language=language)
    console.pick("duty-officer")
    console.go("outages")
    page = console.page
    row = page.locator("[data-outage][data-state=confirmed]")
    expect(row).to_have_attribute("data-houses", "43")
    expect(row).to_contain_text("Теплотрасса")
    row.click()
    counts = page.locator("[data-detail] [data-count=social] dd")
    expect(counts).to_have_text("?")
    seen = Look(console, root, f"faults-{language}")
    seen.look("outage-of-a-network")
    console.close()
    assert seen.wrong == []


def test_it_is_over_when_the_network_says_so(console: Console, node: Node) -> None:
    node.fault("network-2", 12)
    console.pick("duty-officer")
    console.go("outages")
    row = console.page.locator("[data-outage][data-houses='12']")
    expect(row).to_be_visible()
    node.fault("network-2", 12, status="restored")
    expect(row).to_have_count(0)


def test_former_calls_are_shown_when_the_number_is_typed(
    blind_browser: Browser, node: Node, root: Path
) -> None:
    console = Console.open(blind_browser, node)
    console.pick("duty-officer")
    page = console.page
    for known in (0, 1):
        page.keyboard.press("n")
        page.locator("[name=telephone]").fill("+7 000 000-00-77")
        page.locator("[name=telephone]").press("Tab")
        expect(page.locator("[data-former]")).to_have_attribute("data-former", str(known))
        if known:
            seen = Look(console, root, "former")
            seen.look("card-former")
            assert seen.wrong == []
        page.locator("[name=words]").fill("Нет воды")
        page.keyboard.press("Control+Enter")
        expect(page.locator("[data-taken]")).to_be_visible()
        page.keyboard.press("Escape")
    console.close()
