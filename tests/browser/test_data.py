"""The page of data: its address says everything, the past is framed, an export bears its world."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.driver import Console
from tests.browser.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

TYPE = "AirQualityObserved"
AIR = f"urn:ngsi-ld:{TYPE}:air-1"


@pytest.fixture(scope="module")
def measured(node: Node) -> Node:
    """A node that has measured for an hour."""
    for minutes in (50, 40, 30, 20, 10, 0):
        node.air({"air-1": 12 + minutes / 10, "air-2": 18.5}, minutes_ago=minutes)
    return node


def open_at(console: Console, node: Node, address: str) -> None:
    console.page.goto(f"{node.url}/#/explorer{address}")


def test_the_page_begins_with_the_kinds_there_are(console: Console, measured: Node) -> None:
    console.pick("analyst")
    console.go("explorer")
    kind = console.page.locator(f"[data-kind={TYPE}]")
    expect(kind).to_contain_text("2")

    kind.click()

    expect(console.page.locator("[data-count]")).to_have_attribute("data-count", "2")
    expect(console.page.locator("[data-kind]")).to_have_count(0)


def test_an_address_opens_the_same_list_with_its_count(console: Console, measured: Node) -> None:
    console.pick("analyst")
    rows = console.page.locator("aside ol a")

    open_at(console, measured, f"?type={TYPE}&q=pm25%3E18")
    expect(console.page.locator("[data-count]")).to_have_attribute("data-count", "1")
    expect(rows).to_have_text(re.compile("air-2"))

    open_at(console, measured, f"?type={TYPE}&ids={AIR}")
    expect(console.page.locator("[data-count]")).to_have_attribute("data-count", "1")
    expect(rows).to_have_text(re.compile("air-1"))

    rows.click()
    expect(console.page.locator("[data-series=pm25] canvas")).to_be_visible()
    assert f"type={TYPE}" in console.page.url


def test_the_past_is_framed_and_has_its_own_values(console: Console, measured: Node) -> None:
    console.pick("duty-officer")
    open_at(console, measured, f"/{AIR}?type={TYPE}")
    expect(console.page.locator("[data-attribute=pm25]")).to_contain_text("12")

    console.know(minutes_ago=24 * 60 - 1)
    expect(console.page.get_by_text("As known at").first).to_be_visible()
    expect(console.page.get_by_text("No such entity")).to_be_visible()
    expect(console.page.locator("[data-count]")).to_have_attribute("data-count", "0")
    assert "at=" in console.page.url

    console.page.get_by_role("button", name="Back to now").click()
    expect(console.page.locator("[data-attribute=pm25]")).to_be_visible()
    assert "at=" not in console.page.url


def test_a_value_says_since_when_it_is_known_and_whose_it_is(
    console: Console, measured: Node
) -> None:
    console.pick("analyst")
    open_at(console, measured, f"/{AIR}")

    row = console.page.locator("[data-attribute=pm25]")
    expect(row.locator("time").first).to_be_visible()
    expect(row.get_by_role("link")).to_be_visible()  # the source that owns it
    row.get_by_role("button").click()
    expect(console.page.locator("[data-past=pm25] tbody tr")).to_have_count(6)


def test_an_export_bears_its_world_in_name_and_rows(
    console: Console, measured: Node, tmp_path: Path
) -> None:
    console.pick("analyst")
    open_at(console, measured, f"?type={TYPE}")
    console.page.locator("aside summary").click()
    with console.page.expect_download() as waiting:
        console.page.locator("aside [data-export=csv]").click()
    saved = tmp_path / "export.csv"
    waiting.value.save_as(saved)

    with saved.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert waiting.value.suggested_filename.startswith("exercise-")
    assert rows[0][0] == "world"
    assert {row[0].partition(":")[0] for row in rows[1:]} == {"exercise"}
    assert len(rows) == 3
