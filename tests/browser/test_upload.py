"""A clerk's file: looked at first, then meant; what was refused is shown with its reason."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driver import Console
from tests.browser.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HEADER = "post,time,name,level_cm,lat,lon\n"
# hand-made
LEVELS = (
    HEADER
    + "oka-9,2026-03-01T10:00:00Z,Oka,251,54.65,39.75\n"
    + "oka-9,2026-03-01T10:03:00Z,Oka,high,54.65,39.75\n"
    + "oka-9,2026-03-01T10:06:00Z,Oka,9000,54.65,39.75\n"
)


def _upload(console: Console, name: str, text: str) -> None:
    console.go("sectors")
    console.page.locator("[data-source=river] a").click()
    console.page.get_by_role("button", name="Upload a file").click()
    console.expect_upload("choose")
    console.choose_file(name, text)


def test_a_file_is_looked_at_and_nothing_stays_when_it_is_discarded(
    console: Console, node: Node
) -> None:
    console.pick("clerk")
    _upload(console, "levels.csv", LEVELS)
    console.expect_upload("preview")
    page = console.page
    expect(page.get_by_role("heading", name="3 rows: 1 would be accepted")).to_be_visible()
    expect(page.locator("[data-rule=number]")).to_contain_text("'high' is not a number")
    expect(page.locator("article")).to_contain_text("2.51 m")

    page.get_by_role("button", name="Discard").click()

    expect(page.get_by_role("heading", name="Refused rows")).to_be_visible()
    inbox = node.home / "inbox"
    assert [one for one in inbox.rglob("*") if "levels" in one.name] == []
    assert list((inbox / ".incoming").iterdir()) == []


def test_a_file_that_is_meant_is_imported_and_its_refused_rows_are_read_again(
    console: Console,
) -> None:
    console.pick("clerk")
    _upload(console, "March levels.csv", LEVELS)
    console.expect_upload("preview")
    page = console.page
    page.get_by_role("button", name="Import 1 row").click()
    console.expect_upload("done")
    expect(page.get_by_role("status").last).to_contain_text("1 row accepted, 2 refused")

    page.get_by_role("button", name="See the source").click()
    expect(page.locator("[data-count=refused]")).to_have_text("2")
    expect(page.locator("[data-file='river/March levels.csv']")).to_contain_text("2 refused")
    page.get_by_role("button", name=re.compile("A number is out of its range")).click()
    expect(page.locator("[data-rule=range]")).to_contain_text("'9000' is not between -200 and 1500")

    page.get_by_role("button", name="Read refused rows again").click()
    told = page.get_by_role("status").filter(has_text="2 are still refused")
    expect(told).to_be_visible()
    assert console.watched.complaints == []


def test_a_file_of_another_kind_is_refused_with_what_to_do(console: Console) -> None:
    console.pick("clerk")
    _upload(console, "levels.pdf", "%PDF")

    expect(console.page.get_by_role("alert").first).to_contain_text("it takes CSV")
    console.expect_upload("choose")


def test_a_duty_officer_looks_and_brings_nothing_in(console: Console) -> None:
    console.pick("duty-officer")
    console.page.keyboard.press("g")
    console.page.keyboard.press("o")
    console.page.locator("[data-source=river] a").click()

    expect(console.page.get_by_text("Your role reads")).to_be_visible()
    expect(console.page.get_by_role("button", name="Upload a file")).to_have_count(0)
