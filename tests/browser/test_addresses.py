"""Addresses: a house by three letters and keys alone, counts by zone, a table brought in.

The exercise city brings its invented houses along, so they are there when the node is.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.driver import Console
from tests.browser.node import Node
from tests.browser.test_looks import SIZES, Look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

# hand-made: a title, headers of its own, a house whose residents are a word, one without a street
TABLE = """Register of houses,,,,
Street name,House no.,Population,Cold water zone,Remarks
New Street,1,120,North,
New Street,2,many,North,
,3,15,North,
"""


def _open(console: Console) -> None:
    console.page.goto(f"{console.url}/#/administration/addresses")
    expect(console.page.locator("[data-count=houses]")).to_have_text("300")


def test_a_house_is_found_by_keys_alone(console: Console) -> None:
    console.pick("clerk")
    _open(console)
    page = console.page
    field = page.locator("[data-address]")
    field.focus()
    page.keyboard.type("лен")
    expect(page.get_by_role("option").first).to_contain_text("улица Ленина")
    page.keyboard.press("Enter")
    page.keyboard.type("1")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_text("улица Ленина, 1 Советский район")
    page.keyboard.press("ArrowDown")
    expect(chosen).to_have_text("улица Ленина, 10 Советский район")
    page.keyboard.press("ArrowUp")
    expect(chosen).to_have_text("улица Ленина, 1 Советский район")
    page.keyboard.type("2")
    expect(chosen).to_have_text("улица Ленина, 12 Советский район")
    page.keyboard.press("Enter")
    expect(field).to_have_value("улица Ленина, 12")
    house = page.locator("[data-house]")
    expect(house).to_contain_text("Детский сад № 43 (учения)")
    expect(house.locator("[data-resource=coldWater]")).to_contain_text("Waterworks (exercise)")
    expect(house.locator("[data-resource=power]")).to_contain_text("ПС Центр")


def test_a_find_says_why_it_was_found(console: Console) -> None:
    console.pick("clerk")
    _open(console)
    page = console.page
    field = page.locator("[data-address]")
    for typed, why in (
        ("Астраханская", "also Астраханская улица"),
        ("Lenima 5", "one letter differs"),
        ("Большая 999", "no such house; near by"),
    ):
        field.fill(typed)
        expect(page.get_by_role("option").first).to_contain_text(why)
    field.fill("щщщщщ")
    expect(page.locator("[data-none]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-none]")).to_be_hidden()


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_the_page_in_every_language_and_theme(
    blind_browser: Browser, node: Node, root: Path, language: str
) -> None:
    width, height = SIZES[0]
    console = Console.open(
        blind_browser, node, language=language, viewport={"width": width, "height": height}
    )
    seen = Look(console, root, f"{language}-{width}")
    console.pick("clerk")
    _open(console)
    expect(console.page.locator("[data-zone]").first).to_be_visible()
    console.page.locator("[data-address]").fill("Гагарина 7")
    expect(console.page.get_by_role("option").first).to_be_visible()
    seen.look("addresses-typing")
    console.page.keyboard.press("Enter")
    expect(console.page.locator("[data-house]")).to_be_visible()
    seen.look("addresses")
    console.page.locator("header .actions button").click()
    console.choose_file("houses.csv", TABLE)
    console.expect_upload("preview")
    seen.look("addresses-preview")
    console.close()
    assert seen.wrong == []


def test_a_strangers_table_is_looked_at_and_brought_in(console: Console, node: Node) -> None:
    console.pick("clerk")
    _open(console)
    page = console.page
    page.get_by_role("button", name="Bring in a table").click()
    console.expect_upload("choose")
    console.choose_file("our houses.csv", TABLE)
    console.expect_upload("preview")
    expect(page.get_by_role("heading", name="3 rows: 1 would be accepted")).to_be_visible()
    expect(page.locator("[data-column='zone.coldWater']")).to_contain_text("Cold water zone")
    expect(page.locator("[data-rule=number]")).to_contain_text("'many' is not a number")
    page.get_by_role("button", name="Import 1 row").click()
    console.expect_upload("done")
    page.get_by_role("button", name="See").click()
    expect(page.locator("[data-count=houses]")).to_have_text("301")
    expect(page.locator("[data-zone=North]")).to_contain_text("120")
