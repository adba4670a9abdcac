"""A call taken by keyboard alone, in three languages and both themes; and worked to its close."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.driver import Console
from tests.browser.node import Node
from tests.browser.test_looks import SIZES, Look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

# hand-made: one house of one zone of the waterworks
ZONE = {
    "id": "urn:ngsi-ld:SupplyZone:calls-north",
    "type": "SupplyZone",
    "name": {"type": "Property", "value": "Север (учения)"},
    "resource": {"type": "Property", "value": "coldWater"},
    "organization": {"type": "Relationship", "object": "urn:ngsi-ld:Organization:waterworks"},
}
HOUSE = {
    "id": "urn:ngsi-ld:Building:calls-5",
    "type": "Building",
    "street": {"type": "Property", "value": "улица Учебная"},
    "houseNumber": {"type": "Property", "value": "5"},
    "district": {"type": "Property", "value": "Октябрьский район"},
    "zones": {"type": "Relationship", "object": ZONE["id"]},
    "organization": {
        "type": "Relationship",
        "object": "urn:ngsi-ld:Organization:housing-company",
    },
    "location": {
        "type": "GeoProperty",
        "value": {"type": "Point", "coordinates": [39.8, 54.6]},
    },
}
_POST = """async ([path, body]) => {
  const headers = {'Content-Type': 'application/json', 'Hansa-CSRF': '1'};
  const answer = await fetch(path, {method: 'POST', headers, body: JSON.stringify(body)});
  if (!answer.ok) throw new Error(await answer.text());
}"""


def tell(console: Console, path: str, body: Any) -> None:
    """Ask the node from the page, as who sits there."""
    console.page.evaluate(_POST, [path, body])


@pytest.fixture(scope="module")
def housed(blind_browser: Browser, node: Node) -> Node:
    """A node with a house, its zone, and one outage of cold water."""
    console = Console.open(blind_browser, node)
    console.pick("administrator")
    for entity in (ZONE, HOUSE):
        tell(console, "/ngsi-ld/v1/entities", entity)
    console.close()
    console = Console.open(blind_browser, node)
    console.pick("duty-officer")
    tell(console, "/desk/outages", {"resource": "coldWater", "zones": [ZONE["id"]], "alone": True})
    console.close()
    return node


@pytest.fixture
def desk(blind_browser: Browser, housed: Node) -> Iterator[Console]:
    console = Console.open(blind_browser, housed)
    console.pick("duty-officer")
    yield console
    console.close()


def find_house(console: Console) -> None:
    """The house by three letters and its number; what is known of it stands beside."""
    page = console.page
    page.keyboard.press("n")
    expect(page.locator("[data-card=open]")).to_be_visible()
    expect(page.locator("[data-card] [role=combobox]").first).to_be_focused()
    page.keyboard.type("уче 5")
    expect(page.locator("[data-card] [role=option]").first).to_contain_text("Учебная, 5")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-known-here=loaded]")).to_be_visible()
    expect(page.locator("[data-card] [name=name]")).to_be_focused()


def test_a_card_by_keyboard_alone(desk: Console) -> None:
    page = desk.page
    find_house(desk)
    page.keyboard.type("Мария Учебная")
    page.keyboard.press("Enter")
    page.keyboard.type("+7 900 000-00-01")
    page.keyboard.press("Enter")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page.locator("[data-card] [name=words]")).to_be_focused()
    page.keyboard.type("прорвало трубу в подвале, течёт вода")
    expect(page.locator("[data-themes] .suggestion").first).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    expect(page.locator("[data-themes] [aria-pressed=true]")).to_have_count(1)
    expect(page.locator("[data-card] [name=injured]")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-card=taken]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-card]")).to_have_count(0)

    desk.go("calls")
    row = page.locator("[data-call]").filter(has_text="Учебная").first
    expect(row).to_be_visible()
    expect(row).not_to_contain_text("Мария")


def test_the_thirtieth_caller_is_one_key_and_one_sentence(desk: Console) -> None:
    page = desk.page
    find_house(desk)
    expect(page.locator("[data-cut] .say").first).not_to_be_empty()
    page.keyboard.press("Alt+k")
    expect(page.locator("[data-taken=known]")).to_be_visible()
    expect(page.locator("[data-say]")).not_to_be_empty()
    page.keyboard.press("n")
    expect(page.locator("[data-card=open]")).to_be_visible()


def test_what_was_typed_is_there_again(desk: Console) -> None:
    page = desk.page
    page.keyboard.press("n")
    page.locator("[data-card] [name=words]").fill("запах газа")
    page.keyboard.press("Escape")
    expect(page.locator("[data-card=kept]")).to_be_visible()
    desk.go("tasks")
    page.keyboard.press("n")
    expect(page.locator("[data-card] [name=words]")).to_have_value("запах газа")


def test_a_call_is_called_back_and_closed(desk: Console) -> None:
    page = desk.page
    find_house(desk)
    page.locator("[data-card] [name=words]").fill("нет воды")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-card=taken]")).to_be_visible()
    page.locator("[data-taken] a").last.click()
    expect(page.locator("section[data-call]")).to_be_visible()
    expect(page.locator("[data-caller]")).to_be_visible()
    page.keyboard.press("d")
    expect(page.locator("section[data-call]")).to_have_attribute("data-state", "done")
    page.keyboard.press("b")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio").first.check()
    dialog.locator("button[type=submit]").click()
    expect(page.locator("section[data-call]")).to_have_attribute("data-state", "closed")
    expect(page.locator("[data-kind=call-called-back]")).to_be_visible()


def test_people_hurt_open_an_incident_that_leads_back_to_the_call(desk: Console) -> None:
    page = desk.page
    find_house(desk)
    page.locator("[data-card] [name=words]").fill("взрыв газа, есть пострадавшие")
    page.locator("[data-card] [name=injured]").check()
    page.keyboard.press("Control+Enter")
    page.locator("[data-taken] a[href^='#/incidents']").click()
    line = page.locator("li[data-kind=opened-by-call]")
    expect(line).to_be_visible()
    line.locator("a").click()
    expect(page.locator("section[data-call] .hurt")).to_be_visible()


def test_a_wrong_card_is_set_right_by_another(desk: Console) -> None:
    page = desk.page
    find_house(desk)
    page.locator("[data-card] [name=name]").fill("Иван Учебный")
    page.locator("[data-card] [name=words]").fill("нет воды")
    page.keyboard.press("Control+Enter")
    page.locator("[data-taken] a").last.click()
    section = page.locator("section[data-call]")
    expect(section).to_be_visible()
    wrong = section.get_attribute("data-call")
    page.get_by_role("button", name="Correct", exact=True).click()
    expect(page.locator("[data-card] [name=name]")).to_have_value("Иван Учебный")
    page.locator("[data-card] [name=name]").fill("Пётр Учебный")
    page.keyboard.press("Control+Enter")
    page.locator("[data-taken] a").last.click()
    expect(page.locator("[data-caller]")).to_contain_text("Пётр")
    page.get_by_role("link", name="corrects an earlier card").click()
    expect(section).to_have_attribute("data-call", wrong or "")
    expect(section).to_have_attribute("data-state", "struck")


def test_who_takes_no_calls_has_no_card(blind_browser: Browser, housed: Node) -> None:
    console = Console.open(blind_browser, housed)
    console.pick("analyst")
    console.page.keyboard.press("n")
    console.go("calls")
    expect(console.page.locator("[data-calls=loaded]")).to_be_visible()
    expect(console.page.locator("[data-card]")).to_have_count(0)
    console.close()


@pytest.mark.parametrize(("width", "height"), SIZES, ids=lambda size: str(size))
@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_the_pages_of_calls(
    blind_browser: Browser, housed: Node, root: Any, language: str, width: int, height: int
) -> None:
    size = {"width": width, "height": height}
    console = Console.open(blind_browser, housed, language=language, viewport=size)
    seen = Look(console, root, f"{language}-{width}")
    page = console.page
    console.pick("duty-officer")
    find_house(console)
    page.locator("[data-card] [name=words]").fill("прорвало трубу, есть пострадавшие")
    expect(page.locator("[data-themes] .suggestion").first).to_be_visible()
    page.locator("[data-card] [name=injured]").check()
    page.locator("[data-card] summary").click()
    seen.look("call-card")
    page.locator("[data-card] [name=injured]").uncheck()
    page.keyboard.press("Alt+k")
    expect(page.locator("[data-taken=known]")).to_be_visible()
    seen.look("call-taken")
    page.keyboard.press("Escape")
    console.go("calls")
    expect(page.locator("[data-call]").first).to_be_visible()
    seen.look("calls")
    page.locator("[data-call] a").first.click()
    expect(page.locator("section[data-call]")).to_be_visible()
    seen.look("call")
    page.keyboard.press("b")
    expect(page.get_by_role("dialog").get_by_role("radio").first).to_be_visible()
    seen.look("call-back")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("c")
    expect(page.get_by_role("dialog").get_by_role("radio").first).to_be_visible()
    seen.look("call-close")
    console.close()
    assert seen.wrong == []
