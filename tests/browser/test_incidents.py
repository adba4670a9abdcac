"""The board of incidents and what is done about one: priority, merge, strike, files, by hand."""

import re

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.driver import Console
from tests.browser.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHOTO: FilePayload = {  # hand-made: the first bytes of a picture, and no picture
    "name": "труба.png",
    "mimeType": "image/png",
    "buffer": b"\x89PNG\r\n\x1a\n" + bytes(40),
}


def open_fault(console: Console, node: Node, number: str, houses: int) -> None:
    """An incident about a fault, opened from the queue."""
    node.fault(number, houses=houses)
    console.expect_row(f"{houses} houses")
    console.row(f"{houses} houses").click()
    console.expect_state("new")


def test_the_board_is_filtered_by_its_address_and_worked_by_keys(
    console: Console, node: Node
) -> None:
    console.pick("duty-officer")
    node.fault("board-1", houses=61)
    node.fault("board-2", houses=95)
    console.expect_row("61 houses")
    console.expect_row("95 houses")
    console.go("incidents")
    page = console.page

    page.keyboard.press("/")
    page.keyboard.type("95 hou")
    expect(page.locator("[data-column=new] [data-row]")).to_have_count(1)
    expect(page).to_have_url(re.compile("text=95"))
    page.reload()
    expect(page.get_by_label("Words, place, owner")).to_have_value("95 hou")
    expect(page.locator("[data-column=new] [data-row]")).to_have_count(1)

    page.locator("h1").click()
    page.keyboard.press("j")
    expect(page.locator("[data-column=new] [data-row]")).to_be_focused()
    page.keyboard.press("a")
    taken = page.locator("[data-column=acknowledged] [data-row]")
    expect(taken).to_contain_text("95 houses")
    taken.focus()
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Resolved").check()
    dialog.get_by_role("button", name="Close incident").click()
    expect(page.locator("[data-column=closed] [data-row]")).to_contain_text("95 houses")

    page.get_by_role("button", name="Clear filters").click()
    page.locator("[data-tab=list]").click()
    page.get_by_role("button", name="Priority", exact=True).click()
    expect(page).to_have_url(re.compile("view=list.*sort=priority"))
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Priority")
    assert console.watched.complaints == []


def test_priority_and_type_are_changed_by_one_click_and_back_by_another(
    console: Console, node: Node
) -> None:
    console.pick("duty-officer")
    open_fault(console, node, "urgent-1", 26)
    page = console.page
    priority = page.locator("[data-priority]")
    before = priority.input_value()

    priority.select_option("4")
    console.expect_entry("prioritised")
    page.get_by_role("alert").get_by_role("button", name="Undo").click()
    expect(priority).to_have_value(before)

    page.locator("[data-type]").select_option("heating")
    console.expect_entry("retyped")
    expect(page.locator("li[data-kind=retyped]").first).to_contain_text("Heating")


def test_a_duplicate_is_suggested_merged_and_taken_apart(console: Console, node: Node) -> None:
    console.pick("duty-officer")
    node.fault("first-1", houses=71)
    console.expect_row("71 houses")
    open_fault(console, node, "second-1", 72)
    page = console.page

    page.keyboard.press("m")
    dialog = page.get_by_role("dialog")
    suggested = dialog.locator("[data-suggested] label").filter(has_text="71 houses")
    expect(suggested).to_contain_text("the same place")
    expect(suggested).to_contain_text("same category")
    suggested.click()
    dialog.get_by_role("button", name="Merge into it").click()

    # the survivor shows what both have
    expect(page.get_by_role("heading", level=1)).to_contain_text("71 houses")
    expect(page.locator("[data-merged=with]")).to_contain_text("72 houses")
    expect(page.get_by_role("heading", name="Alerts (2)")).to_be_visible()
    expect(page.locator("li[data-kind=opened]")).to_have_count(2)

    page.get_by_role("button", name="Unmerge").click()
    expect(page.locator("[data-merged]")).to_have_count(0)
    expect(page.locator("li[data-kind=opened]")).to_have_count(1)
    console.expect_entry("unmerged-from")
    assert console.watched.complaints == []


def test_a_line_is_struck_and_stays_readable(console: Console, node: Node) -> None:
    console.pick("duty-officer")
    open_fault(console, node, "strike-1", 27)
    console.note("The wrong street")
    line = console.page.locator("li[data-kind=note]")

    line.hover()
    line.get_by_role("button", name="Strike").click()
    dialog = console.page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("It was the next one")
    dialog.get_by_role("button", name="Strike").click()

    expect(dialog).to_be_hidden()
    expect(line.locator("s")).to_contain_text("The wrong street")
    expect(line).to_contain_text("struck by")
    expect(console.page.locator("li[data-kind=struck]")).to_contain_text("It was the next one")


def test_a_file_is_attached_and_comes_back(console: Console, node: Node) -> None:
    console.pick("duty-officer")
    open_fault(console, node, "file-1", 28)
    page = console.page

    page.get_by_label("Attach file").first.set_input_files(PHOTO)
    console.expect_entry("attached")
    listed = page.locator("[data-attachment]")
    expect(listed).to_contain_text("труба.png")
    with page.expect_download() as download:
        listed.get_by_role("button").click()
    assert download.value.suggested_filename == "труба.png"
    assert download.value.path().read_bytes() == PHOTO["buffer"]

    page.get_by_label("Attach file").first.set_input_files({**PHOTO, "buffer": b"no picture"})
    expect(page.get_by_role("alert")).to_contain_text("no image/png")


def test_an_incident_is_opened_by_hand(console: Console) -> None:
    console.pick("duty-officer")
    console.go("incidents")
    page = console.page
    expect(page.get_by_role("button", name="New incident")).to_be_visible()
    page.keyboard.press("i")
    dialog = page.get_by_role("dialog")
    finish = dialog.get_by_role("button", name="Open", exact=True)
    expect(finish).to_be_disabled()  # not without a type
    dialog.get_by_label("Type").select_option(index=1)
    dialog.get_by_label("What was said").fill("A caller smells gas")
    finish.click()

    console.expect_state("new")
    opened = page.locator("li[data-kind=opened]")
    expect(opened).to_contain_text("A caller smells gas")
    assert console.watched.complaints == []
