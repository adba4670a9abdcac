"""The report in a browser: every look of it, from a number to its rows, and the level."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.driver import Console, houses
from tests.browser.node import Node
from tests.browser.test_looks import SIZES, Look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def busy(node: Node) -> Node:
    """A city with a fault and readings, all of them known by now."""
    for minutes in (40, 20, 0):
        node.air({"air-1": 12 + minutes / 10, "air-2": 18.5}, minutes_ago=minutes)
    node.fault("report-1", houses=120)
    return node


def of_now(console: Console) -> Page:
    """The report of this very moment."""
    page = console.page
    console.expect_row(houses(120))
    console.go("report")
    expect(page.locator("[data-report] article")).to_be_visible(timeout=30_000)
    page.locator("[data-now] button").click()
    expect(page).to_have_url(re.compile("at=.*Z"))
    expect(page.locator("[data-sector=heat] .trouble").first).to_be_visible(timeout=30_000)
    return page


@pytest.mark.parametrize(("width", "height"), SIZES, ids=lambda size: str(size))
@pytest.mark.parametrize("language", ["en", "ru", "uk"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_look_of_the_report(
    blind_browser: Browser,
    busy: Node,
    root: Path,
    theme: str,
    language: str,
    width: int,
    height: int,
) -> None:
    size = {"width": width, "height": height}
    console = Console.open(
        blind_browser, busy, language=language, viewport=size, color_scheme=theme
    )
    seen = Look(console, root, f"{theme}-{language}-{width}")
    console.pick("duty-officer")
    page = of_now(console)
    seen.look("report")
    page.locator("[data-level] button").last.click()
    expect(page.get_by_role("dialog").get_by_role("radio").first).to_be_visible()
    seen.look("report-level")
    page.keyboard.press("Escape")
    page.emulate_media(media="print")
    expect(page.locator("nav").first).to_be_hidden()
    expect(page.get_by_role("toolbar")).to_be_hidden()
    console.close()
    assert seen.wrong == []


def test_from_a_number_to_the_rows_it_came_from(console: Console, busy: Node) -> None:
    console.pick("analyst")
    page = of_now(console)
    number = page.locator("[data-sector=heat] [data-figure] [data-rows]").first
    wanted = number.get_attribute("href")
    assert wanted is not None

    number.click()

    assert page.url.endswith(wanted)
    assert "type=NetworkFault" in wanted
    assert "at=" in wanted
    expect(page.locator("aside a", has_text="report-1")).to_be_visible()


def test_a_duty_officer_confirms_the_level_and_sets_another_with_a_reason(
    console: Console, busy: Node
) -> None:
    console.pick("duty-officer")
    page = of_now(console)
    level = page.locator("[data-level]")
    proposed = int(level.get_attribute("data-level") or 0)
    page.get_by_role("button", name=re.compile("Set another level")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(str(proposed + 1), exact=True).check()
    done = dialog.get_by_role("button", name=f"Set level {proposed + 1}")
    expect(done).to_be_disabled()  # not without a reason
    dialog.get_by_role("textbox").fill("The frost grows")
    done.click()
    expect(dialog).to_be_hidden()

    expect(level).to_have_attribute("data-level", str(proposed + 1))
    expect(level).to_contain_text(f"the system proposed {proposed}")
    assert console.watched.complaints == []


def test_an_analyst_sees_why_not(console: Console, busy: Node) -> None:
    console.pick("analyst")
    page = of_now(console)

    expect(page.locator("[data-level]")).to_contain_text("Your role reads")
    expect(page.locator("[data-level] button")).to_have_count(0)


def test_files_of_the_same_report(console: Console, busy: Node) -> None:
    console.pick("analyst")
    page = of_now(console)
    for name, starts in (("html", "<!doctype html>"), ("pdf", "%PDF-"), ("json", "{")):
        href = page.locator(f"[data-format={name}]").get_attribute("href")
        text = page.evaluate(
            "(href) => fetch(href).then((one) => one.text()).then((text) => text.slice(0, 20))",
            href,
        )
        assert text.startswith(starts)


def test_g_r_goes_to_the_report(console: Console, busy: Node) -> None:
    console.pick("analyst")
    page = console.page
    page.keyboard.press("g")
    page.keyboard.press("r")

    expect(page).to_have_url(re.compile("#/report"))
    expect(page.locator("[data-neighbours]")).to_contain_text("No partners yet")
