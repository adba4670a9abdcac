"""A shift from hand to hand, and somebody who acts for another, in a real browser."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.driver import Console
from tests.browser.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _actor(console: Console, node: Node) -> str:
    """The name under which a visitor acts."""
    answer = console.page.request.get(f"{node.url}/console/session")
    return str(answer.json()["person"]["actor"])


def test_a_shift_is_taken_over_and_handed_over(
    console: Console, blind_browser: Browser, node: Node
) -> None:
    page = console.page
    console.pick("duty-officer")
    node.fault("shift-1", houses=61)
    console.expect_row("61 houses")
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page.locator("[data-on-duty]")).to_have_text("Nobody is on duty")

    page.get_by_role("button", name="Take over").click()
    page.get_by_role("dialog").get_by_role("button", name="Take over").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("[data-on-duty]")).to_contain_text("visitor")
    # the bar says it on every page
    expect(page.locator("[data-duty-officer]")).to_contain_text("visitor")
    expect(page.locator("[data-state=coming]").first).to_be_visible()

    page.get_by_label("A note").fill("The pump station called twice")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator("li[data-kind=note]")).to_contain_text("pump station")

    page.keyboard.press("h")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[data-sheet=now]")).to_contain_text("61 houses")
    # a note names people; the sheet says only that there is one
    expect(dialog).not_to_contain_text("pump station")
    finish = dialog.get_by_role("button", name="Hand over")
    expect(finish).to_be_disabled()  # not without a signature
    dialog.get_by_role("checkbox").check()
    finish.click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("[data-on-duty]")).to_have_text("Nobody is on duty")

    relief = Console.open(blind_browser, node)
    relief.pick("duty-officer")
    relief.go("shift")
    relief.page.get_by_role("button", name="Take over").click()
    sheet = relief.page.get_by_role("dialog")
    expect(sheet.locator("[data-sheet=frozen]")).to_contain_text("Handed over and signed by")
    sheet.get_by_role("checkbox").check()
    sheet.get_by_role("button", name="Take over").click()
    expect(relief.page.get_by_role("dialog")).to_have_count(0)
    expect(relief.page.locator("[data-post]")).to_have_attribute("data-state", "running")
    # the other screen sees it without being asked
    expect(page.locator("[data-post]")).to_have_attribute("data-state", "running")
    assert relief.watched.complaints == []
    relief.close()
    assert console.watched.complaints == []
    assert console.watched.outside == []


def test_the_mayor_leaves_and_the_deputy_acts(
    console: Console, blind_browser: Browser, node: Node
) -> None:
    bystander = Console.open(blind_browser, node)
    bystander.pick("duty-officer")
    deputy = Console.open(blind_browser, node)
    deputy.pick("analyst")
    name = _actor(deputy, node)

    console.pick("mayor")
    console.go("shift")
    page = console.page
    page.get_by_role("button", name="Appoint…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Who acts").fill(name)
    dialog.get_by_label("Ground").fill("Order 17")
    dialog.get_by_role("button", name="Appoint", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("[data-appointment=inForce]")).to_contain_text("Order 17")
    # every view ends with an appointment; nobody's screen does
    node.fault("acting-1", houses=77)
    bystander.expect_row("77 houses")
    bystander.expect_connection("live")
    bystander.close()

    deputy.page.reload()
    deputy.page.get_by_label("Act as").select_option(index=1)
    expect(deputy.page.locator("header .person")).to_contain_text(re.compile("head of the city"))
    deputy.go("report")
    expect(deputy.page.get_by_role("button", name=re.compile("Confirm level"))).to_be_enabled()

    page.get_by_role("button", name="Revoke").click()
    expect(page.locator("[data-appointment=revoked]")).to_be_visible()
    deputy.page.reload()
    expect(deputy.page.get_by_label("Act as")).to_have_count(0)
    deputy.close()
