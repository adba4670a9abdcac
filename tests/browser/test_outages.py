"""An outage told by keyboard: counted, promised, promised anew, ended; looked at everywhere."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import town
from tests.browser.driver import Console
from tests.browser.node import Node
from tests.browser.test_looks import SIZES, Look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def supplied(node: Node, blind_browser: Browser) -> Node:
    """A node with houses and zones."""
    console = Console.open(blind_browser, node)
    console.pick("administrator")
    town.build(console.page)
    console.close()
    return node


def _come(console: Console) -> None:
    console.pick("duty-officer")
    console.go("outages")
    expect(console.page.locator("[data-outages]")).to_have_attribute("data-outages", "loaded")


def test_an_outage_from_the_form_to_its_end(supplied: Node, console: Console) -> None:
    _come(console)
    page = console.page
    page.keyboard.press("o")
    dialog = page.get_by_role("dialog")
    tell = dialog.get_by_role("button", name="Tell", exact=True)
    expect(tell).to_be_disabled()
    dialog.locator(f"[data-zone='{town.NORTH}']").check()
    expect(dialog.locator("[data-count=houses] dd")).to_have_text("30")
    dialog.get_by_label("Cause").select_option("accident")
    tell.click()
    expect(dialog).to_be_hidden()

    detail = page.locator("[data-detail]")
    expect(detail).to_have_attribute("data-state", "confirmed")
    expect(detail.locator("[data-count=people] dd")).to_have_text("3,465")
    expect(detail).to_contain_text("Детский сад № 43")
    expect(detail.get_by_role("link", name="Its incident")).to_be_visible()

    for hours, reason in ((1, ""), (4, "waiting for parts")):
        page.keyboard.press("p")
        dialog.get_by_role("group").get_by_role("button").nth((0, 2)[hours > 1]).click()
        if reason:
            dialog.get_by_label(reason).check()
        dialog.get_by_role("button", name="New promised end").click()
        expect(dialog).to_be_hidden()
    expect(detail).to_contain_text("promise changed once")
    expect(detail.locator("[data-line=outage-promised]")).to_have_count(2)

    page.keyboard.press("e")
    dialog.get_by_role("button", name="Back on").click()
    expect(detail).to_have_attribute("data-state", "ended")
    expect(page.locator("[data-outage]")).to_have_count(0)
    page.locator("[data-tab=over]").click()
    expect(page.locator("[data-outage]")).to_have_attribute("data-state", "ended")


def test_calls_of_a_zone_propose_an_outage_that_a_person_confirms(
    blind_browser: Browser, supplied: Node, root: Path
) -> None:
    console = Console.open(blind_browser, supplied, language="ru")
    _come(console)
    page = console.page
    town.call(page, "no-cold-water", range(1, 6))
    proposed = page.locator("[data-outage][data-state=proposed]")
    expect(proposed).to_contain_text("5 заявок")
    expect(proposed).to_contain_text("30 домов")
    proposed.click()
    detail = page.locator("[data-detail]")
    expect(detail.locator("[data-line=outage-proposed]")).to_be_visible()
    town.call(page, "no-cold-water", range(6, 8))
    expect(proposed).to_contain_text("7 заявок")
    seen = Look(console, root, "storm")
    seen.look("outage-proposed")
    page.keyboard.press("a")
    page.get_by_role("dialog").locator("button[type=submit]").click()
    expect(detail).to_have_attribute("data-state", "confirmed")
    page.keyboard.press("e")
    page.get_by_role("dialog").locator("button[type=submit]").click()
    expect(detail).to_have_attribute("data-state", "ended")
    console.close()
    assert seen.wrong == []


@pytest.mark.parametrize(("width", "height"), SIZES, ids=lambda size: str(size))
@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_the_page_of_outages(
    blind_browser: Browser, supplied: Node, root: Path, language: str, width: int, height: int
) -> None:
    size = {"width": width, "height": height}
    console = Console.open(blind_browser, supplied, language=language, viewport=size)
    seen = Look(console, root, f"{language}-{width}")
    _come(console)
    page = console.page
    dialog = page.get_by_role("dialog")
    if page.locator("[data-outage][data-state=confirmed]").count() == 0:
        seen.look("outages-empty")
        page.keyboard.press("o")
        dialog.locator(f"[data-zone='{town.SOUTH}']").check()
        expect(dialog.locator("[data-count=houses] dd")).to_have_text("10")
        seen.look("outage-form")
        dialog.locator("button[type=submit]").click()
        expect(dialog).to_be_hidden()
    page.locator("[data-outage][data-state=confirmed]").first.click()
    expect(page.locator("[data-detail] [data-line]").first).to_be_visible()
    seen.look("outage")
    page.keyboard.press("p")
    expect(dialog.locator("input").first).to_be_visible()
    seen.look("outage-promise")
    page.keyboard.press("Escape")
    with page.expect_popup() as opened:
        page.locator("[data-detail] header a").first.click()
    expect(opened.value.locator("h1")).to_have_text(re.compile("Outage|Отключение|Відключення"))
    seen.keep(opened.value, "outage-card")
    console.close()
    assert seen.wrong == []


def test_what_is_off_is_hatched_on_the_map(browser: Browser, supplied: Node, root: Path) -> None:
    console = Console.open(browser, supplied, language="ru")
    _come(console)
    page = console.page
    if page.locator("[data-outage]").count() < 2:
        page.keyboard.press("o")
        dialog = page.get_by_role("dialog")
        dialog.locator(f"[data-zone='{town.NORTH}']").check()
        expect(dialog.locator("[data-count=houses] dd")).to_have_text("30")
        dialog.locator("button[type=submit]").click()
        expect(dialog).to_be_hidden()
    seen = Look(console, root, "map")
    console.go("situation")
    console.map_drawn()
    seen.look("outage-map")
    console.close()
    assert seen.wrong == []
