"""Acts two and three: a call by keyboard alone; with the third of a zone, the outage."""

import re

from playwright.sync_api import expect

from tests.browser.driver import Console
from tests.demo.paper import Step, Stroke, seconds
from tests.demo.stage import Stage, press, taken

IN_TIME = 45.0  # seconds
CALLERS = 30


def a_call(stage: Stage, step: Step) -> None:
    """A card with one slip of the finger, under 45 s by the keystroke-level model."""
    desk = stage.enter("duty")
    lines = step.keys()
    assert seconds(lines) <= IN_TIME
    fill(stage, desk, lines, looked="card")
    stage.look(desk, "card-taken")
    desk.close()


def an_outage(stage: Stage, step: Step) -> None:
    """Two more of the zone: the outage is proposed with its houses, and confirmed by a key."""
    _three_calls_are_enough(stage)
    desk = stage.enter("duty")
    for place in range(2):
        fill(stage, desk, step.keys(place))
    desk.page.keyboard.press("Escape")
    desk.go("outages")
    proposed = desk.page.locator("[data-outage][data-state=proposed]")
    expect(proposed).to_contain_text(re.compile("3 calls"))
    proposed.click()
    detail = desk.page.locator("[data-detail]")
    expect(detail.locator("[data-count=houses] dd")).to_have_text("75")
    expect(detail).to_contain_text("Родильный дом")
    stage.look(desk, "outage-proposed")
    desk.page.keyboard.press("a")
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    stage.look(desk, "outage-confirm")
    dialog.locator("button[type=submit]").click()
    expect(detail).to_have_attribute("data-state", "confirmed")
    stage.look(desk, "outage")
    desk.close()


def _three_calls_are_enough(stage: Stage) -> None:
    admin = stage.enter("administrator")
    page = admin.page
    page.goto(f"{stage.node.url}#/administration/settings/outages.yaml")
    page.locator("[data-tab=text]").click()
    editor = page.get_by_role("textbox", name=re.compile("Text of"))
    text = editor.input_value()
    assert "calls: 5" in text
    editor.fill(text.replace("calls: 5", "calls: 3"))
    stage.look(admin, "settings")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").last).to_contain_text("In force")
    admin.close()


def fill(stage: Stage, desk: Console, lines: list[list[Stroke]], looked: str = "") -> None:
    """The card by its keys; a person sees each step before the next, and so does the test."""
    page = desk.page
    opened, address, house, *caller, theme, send = lines
    press(desk, opened)
    expect(page.locator("[data-card] [role=combobox]").first).to_be_focused()
    press(desk, address)
    number = address[0].text.rpartition(" ")[2]
    expect(page.locator("[data-card] [role=option]").first).to_contain_text(f", {number}")
    press(desk, house)
    expect(page.locator("[data-known-here=loaded]")).to_be_visible()
    expect(page.locator("[data-card] [name=name]")).to_be_focused()
    for line in caller:
        press(desk, line)
    expect(page.locator("[data-themes] .suggestion").first).to_be_visible()
    press(desk, theme)
    expect(page.locator("[data-themes] [aria-pressed=true]")).to_have_count(1)
    if looked:
        stage.look(desk, looked)
        page.locator("[data-card] [name=injured]").focus()
    press(desk, send)
    taken(desk)


def thirty(stage: Stage, step: Step) -> None:
    """Thirty more: house, one key, one sentence."""
    desk = stage.enter("duty")
    page = desk.page
    for caller in range(CALLERS):
        number = caller // 2 + 1
        words = f"{('гагар', 'горьк')[caller % 2]} {number}"
        opened, address, house, known = step.keys(house=words)
        press(desk, opened)
        expect(page.locator("[data-card] [role=combobox]").first).to_be_focused()
        press(desk, address)
        expect(page.locator("[data-card] [role=option]").first).to_contain_text(f", {number}")
        press(desk, house)
        expect(page.locator("[data-card] [role=combobox]").first).to_have_value(
            re.compile(rf", {number}$")
        )
        expect(page.locator("[data-cut]").first).to_be_visible()
        if caller == CALLERS - 1:
            stage.look(desk, "card-known")
            page.locator("[data-card] [name=name]").focus()
        press(desk, known)
        expect(page.locator("[data-taken=known]")).to_be_visible()
        expect(page.locator("[data-say]")).not_to_be_empty()
    stage.look(desk, "card-attached")
    page.keyboard.press("Escape")
    desk.go("outages")
    page.locator("[data-outage]").first.click()
    expect(page.locator("[data-detail]")).to_contain_text(re.compile(f"{CALLERS + 3} calls"))
    stage.look(desk, "outage-stormed")
    desk.go("calls")
    expect(page.locator("[data-call]").first).to_be_visible()
    stage.look(desk, "calls")
    desk.close()
