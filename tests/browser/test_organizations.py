"""A call becomes a task: answered on a telephone with a photograph and a new time, then counted."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.driver import Console
from tests.browser.node import Node
from tests.browser.test_looks import Look
from tests.browser.test_tasks import phone

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(32)  # hand-made: it begins as one does
TAKE = """async (card) => {
    const headers = { 'Content-Type': 'application/json', 'Hansa-CSRF': '1' };
    const body = JSON.stringify(card);
    const answer = await fetch('/desk/calls', { method: 'POST', headers, body });
    return await answer.json();
}"""
CARD = {
    "theme": "entrance-light",
    "address": "Example street, 7",
    "name": "Maria Example",
    "telephone": "+7 000 000-09-09",
    "apartment": "12",
    "words": "dark on the stairs",
}


def take(console: Console, **more: Any) -> Any:
    """A call, as the desk takes it."""
    return console.page.evaluate(TAKE, {**CARD, **more})


def test_a_dispatcher_answers_a_call_with_a_photograph_and_a_new_time(
    blind_browser: Browser, node: Node
) -> None:
    desk = Console.open(blind_browser, node)
    desk.pick("duty-officer")
    call = take(desk)
    assert call["state"] == "routed"

    hand = phone(blind_browser, node)
    own = hand.page.locator("[data-task]", has_text="Example street, 7").first
    expect(own).to_be_visible()
    if own.locator("[aria-expanded=false]").count():
        own.locator("[aria-expanded]").click()
    expect(hand.page.get_by_text("Maria Example")).to_have_count(0)
    own.get_by_role("button", name="Show the caller").click()
    expect(own.locator("[data-caller]")).to_contain_text("Maria Example, flat 12")
    expect(own.locator("[data-caller] a")).to_have_attribute("href", "tel:+70000000909")

    own.get_by_role("button", name="New time").click()
    dialog = hand.page.get_by_role("dialog")
    dialog.get_by_text("+4 hr").click()
    dialog.get_by_label("Crews are busy").check()
    dialog.get_by_label("Approved by").fill("Ann")
    dialog.get_by_role("button", name="New time").click()
    expect(dialog).to_be_hidden()
    expect(own).to_contain_text("Ann approved")

    with hand.page.expect_file_chooser() as chosen:
        own.get_by_role("button", name="Photo and done").click()
    chosen.value.set_files({"name": "after.png", "mimeType": "image/png", "buffer": PHOTO})
    expect(hand.page.locator("[data-task]", has_text="Example street, 7")).to_have_count(0)
    hand.close()

    desk.page.evaluate(f"location.hash = '#/calls/{call['id']}'")
    photos = desk.page.locator("[data-photos='1']")
    expect(photos).to_contain_text("visitor")
    photos.get_by_role("button", name="Show 1 photo").click()
    expect(photos.get_by_role("img")).to_be_visible()

    desk.go("tasks")
    desk.page.get_by_role("link", name="Organisations", exact=True).click()
    row = desk.page.locator("tr", has_text="Housing company")
    expect(row.locator("td").nth(3)).to_have_text("1")  # done
    expect(row.locator("td").nth(4)).to_have_text("1")  # put off
    desk.close()


def test_a_substitute_is_kept_by_the_desk_and_called_from_now_on(
    blind_browser: Browser, node: Node
) -> None:
    desk = Console.open(blind_browser, node)
    desk.pick("duty-officer")
    desk.page.evaluate("location.hash = '#/organizations/urn:ngsi-ld:Organization:waterworks'")
    expect(desk.page.locator("[data-contacts=loaded]")).to_be_visible()
    expect(desk.page.locator("aside .number")).to_have_text(re.compile("01-02"))

    desk.page.get_by_role("button", name="Add a contact").click()
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_label("Telephone").fill("+7 000 000-02-02")
    dialog.get_by_label("Name").fill("Substitute Example")
    dialog.get_by_label("Stands in for").select_option(index=1)
    dialog.get_by_role("button", name="Keep").click()
    expect(dialog).to_be_hidden()
    expect(desk.page.locator("aside .number")).to_have_text(re.compile("02-02"))
    substitute = desk.page.locator("[data-contact]", has_text="Substitute Example")
    expect(substitute).to_contain_text("Stands in for")

    substitute.get_by_role("button", name="End").click()
    expect(desk.page.locator("aside .number")).to_have_text(re.compile("01-02"))
    desk.close()


def test_a_dispatcher_on_a_telephone_sees_whom_to_ring_and_sets_hours(
    blind_browser: Browser, node: Node
) -> None:
    hand = phone(blind_browser, node)
    hand.page.locator("[data-tab=contacts]").click()
    own = hand.page.locator("[data-contacts=loaded]")
    expect(own.locator(".number")).to_have_attribute("href", re.compile(r"tel:\+7000"))
    desk = hand.page.get_by_role("link", name="Duty desk of the city")
    expect(desk).to_have_attribute("href", re.compile(r"tel:"))
    expect(hand.page.get_by_role("link", name="Waterworks")).to_be_visible()

    own.get_by_role("button", name="Add a contact").click()
    dialog = hand.page.get_by_role("dialog")
    dialog.get_by_label("Telephone").fill("+7 000 000-05-77")
    dialog.get_by_label("Name").fill("Night Example")
    dialog.locator("[data-hours]").select_option("office")
    expect(dialog.locator("[data-hours] option:checked")).to_contain_text("office, today")
    dialog.get_by_role("button", name="Keep").click()
    expect(dialog).to_be_hidden()
    kept = own.locator("[data-contact]", has_text="Night Example")
    expect(kept).to_contain_text("by the hours “office”")
    kept.get_by_role("button", name="Change").click()
    dialog.locator("[data-hours]").select_option("")
    dialog.get_by_role("button", name="Keep").click()
    expect(kept).not_to_contain_text("by the hours")
    kept.get_by_role("button", name="End").click()
    expect(own.locator("[data-contact]", has_text="Night Example")).to_have_count(0)
    hand.close()


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_its_pages(blind_browser: Browser, node: Node, root: Path, language: str) -> None:
    size = {"width": 1366, "height": 768}
    desk = Console.open(blind_browser, node, language=language, viewport=size)
    desk.pick("duty-officer")
    take(desk, address="Example street, 9", injured=True)
    seen = Look(desk, root, f"{language}-organizations")
    desk.page.evaluate("location.hash = '#/organizations/urn:ngsi-ld:Organization:waterworks'")
    expect(desk.page.locator("[data-organizations=loaded] tbody tr").first).to_be_visible()
    expect(desk.page.locator("[data-contacts=loaded] [data-contact]").first).to_be_visible()
    seen.look("organizations")
    desk.page.locator("aside button").first.click()
    expect(desk.page.get_by_role("dialog")).to_be_visible()
    seen.look("contact")
    desk.page.keyboard.press("Escape")
    desk.go("tasks")
    expect(desk.page.locator("tbody tr").first).to_be_visible()
    seen.look("tasks")

    hand = phone(blind_browser, node, language)
    own = hand.page.locator("[data-task]", has_text="Example street, 9").first
    if own.locator("[aria-expanded=false]").count():
        own.locator("[aria-expanded]").click()
    own.locator(".show").click()
    expect(own.locator("[data-caller]")).to_be_visible()
    told = Look(hand, root, f"{language}-phone-call")
    told.look("phone-call")
    hand.page.locator("[data-tab=contacts]").click()
    expect(hand.page.locator("[data-contacts=loaded] [data-contact]").first).to_be_visible()
    told.look("phone-contacts")
    hand.close()
    desk.close()
    assert seen.wrong == []
    assert told.wrong == []
