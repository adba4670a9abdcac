"""Tasks in the browser: put by the playbook, answered on a telephone, seen by the desk at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.driver import Console, houses
from tests.browser.node import Node
from tests.browser.test_looks import Look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PHONE = {"width": 390, "height": 844}
HOUSING = "urn:ngsi-ld:Organization:housing-company"


@pytest.fixture(scope="module")
def busy(node: Node) -> Node:
    """Two faults of the network, each with the steps of its playbook."""
    node.fault("tasks-1", houses=120)
    node.fault("tasks-2", houses=24)
    return node


@pytest.fixture
def desk(blind_browser: Browser, busy: Node) -> Iterator[Console]:
    """A duty officer on the incident of the larger fault."""
    console = Console.open(blind_browser, busy)
    console.pick("duty-officer")
    console.row(houses(120)).click()
    expect(tasks(console).first).to_be_visible()
    yield console
    console.close()


def tasks(console: Console) -> Locator:
    return console.page.locator("[data-task]")


def phone(browser: Browser, node: Node, language: str = "en") -> Console:
    """The housing company's dispatcher, on a telephone."""
    console = Console.open(browser, node, language=language, viewport=PHONE, has_touch=True)
    console.page.locator("[data-role=dispatcher]").click()
    console.page.locator(f"[data-organization='{HOUSING}']").click()
    console.expect_connection("live")
    expect(console.page.locator("[data-tasks=loaded]")).to_be_visible()
    return console


def press(console: Console, words: str) -> None:
    console.page.get_by_role("button", name=words, exact=True).first.click()


def test_a_dispatcher_answers_and_the_desk_sees_it(
    blind_browser: Browser, busy: Node, desk: Console
) -> None:
    mine = tasks(desk).filter(has_text="Go round the houses").first
    name = mine.get_attribute("data-task")
    expect(mine).to_have_attribute("data-state", "sent")
    hand = phone(blind_browser, busy)
    own = hand.page.locator(f"[data-task='{name}']")
    if own.locator("[aria-expanded=false]").count():
        own.locator("[aria-expanded]").click()

    own.get_by_role("button", name="Accept", exact=True).click()
    expect(mine).to_have_attribute("data-state", "accepted")
    press(hand, "Undo")
    expect(mine).to_have_attribute("data-state", "sent")

    own.get_by_role("button", name="On site", exact=True).click()
    expect(mine).to_have_attribute("data-state", "onSite")
    own.get_by_role("button", name="New time").click()
    dialog = hand.page.get_by_role("dialog")
    dialog.get_by_text("+4 hr").click()
    dialog.get_by_label("Crews are busy").check()
    dialog.get_by_label("Approved by").fill("Ann")
    dialog.get_by_role("button", name="New time").click()
    expect(dialog).to_be_hidden()
    desk.expect_entry("task-new-time")
    own.get_by_role("button", name="Done", exact=True).click()
    expect(mine).to_have_attribute("data-state", "done")
    hand.close()


def test_the_desk_sends_by_keyboard_and_takes_back(desk: Console) -> None:
    before = tasks(desk).count()
    desk.page.keyboard.press("t")
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_label("What is to be done").fill("Bring blankets")
    dialog.get_by_label("Organisation").select_option(label="Rescue service (exercise)")
    dialog.get_by_role("button", name="Send").click()
    expect(tasks(desk)).to_have_count(before + 1)
    sent = tasks(desk).filter(has_text="Bring blankets")
    expect(sent).to_contain_text("Rescue service (exercise)")

    step = desk.page.locator("[data-step=repair]")
    step.get_by_role("button").click()
    expect(step).to_have_count(0)
    sent.get_by_role("button", name="More orders").click()
    sent.get_by_role("button", name="Withdraw").click()
    expect(sent).to_have_attribute("data-state", "withdrawn")
    press(desk, "Undo")
    expect(sent).to_have_attribute("data-state", "sent")


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_the_telephone(blind_browser: Browser, busy: Node, root: Path, language: str) -> None:
    hand = phone(blind_browser, busy, language)
    seen = Look(hand, root, f"{language}-390")
    expect(tasks(hand).first).to_be_visible()
    seen.look("phone")
    hand.page.locator("[data-task] .buttons button").nth(3).click()
    expect(hand.page.get_by_role("dialog").get_by_role("radio").first).to_be_visible()
    seen.look("phone-new-time")
    hand.close()
    assert seen.wrong == []


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_the_desks_pages(
    blind_browser: Browser, busy: Node, root: Path, language: str, width: int, height: int
) -> None:
    size = {"width": width, "height": height}
    console = Console.open(blind_browser, busy, language=language, viewport=size)
    seen = Look(console, root, f"{language}-{width}")
    console.pick("duty-officer")
    console.row(houses(24)).click()
    expect(tasks(console).first).to_be_visible()
    tasks(console).first.locator("[aria-expanded]").click()
    seen.look("incident-tasks")
    console.page.keyboard.press("t")
    expect(console.page.get_by_role("dialog")).to_be_visible()
    seen.look("task-new")
    console.page.keyboard.press("Escape")
    console.go("tasks")
    expect(tasks(console).first).to_be_visible()
    seen.look("tasks")
    console.close()
    assert seen.wrong == []
