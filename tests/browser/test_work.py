"""A duty officer's work, from the first signal to the close, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driver import Console
from tests.browser.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_an_incident_is_worked_from_the_first_signal_to_its_close(
    console: Console, node: Node
) -> None:
    console.pick("duty-officer")
    node.fault("work-1", houses=84)

    # it comes by itself, and is told to those who do not see the screen
    console.expect_row("84 houses")
    expect(console.page.locator("[data-announcer]")).to_contain_text("84 houses")

    console.row("84 houses").click()
    console.expect_state("new")
    expect(console.page.get_by_role("heading", level=1)).to_contain_text("Heating is off")

    console.page.keyboard.press("a")
    console.expect_state("acknowledged")
    console.expect_entry("acknowledged")

    console.note("Crew is on its way")
    expect(console.page.locator("li[data-kind=note]")).to_contain_text("Crew is on its way")

    # the same page in the other language: nothing is fetched anew, nothing is lost
    console.speak("ru")
    expect(console.page.get_by_role("heading", level=1)).to_contain_text("Нет тепла")
    expect(console.page.get_by_role("button", name="Взять в работу")).to_be_enabled()
    console.speak("en")

    console.order("Activate")
    console.expect_state("active")
    console.order("Stabilise")
    console.expect_state("stable")
    console.close_incident("Resolved")
    console.expect_state("closed")

    console.go("situation")
    expect(console.row("84 houses")).to_have_count(0)
    console.go("incidents")
    expect(console.page.locator("[data-column=closed]")).to_contain_text("84 houses")
    assert console.watched.complaints == []
    assert console.watched.outside == []


def test_the_keyboard_alone_is_enough(console: Console, node: Node) -> None:
    console.pick("duty-officer")
    node.fault("keys-1", houses=33)
    console.expect_row("33 houses")
    press = console.page.keyboard.press

    press("?")
    expect(console.page.get_by_role("dialog")).to_contain_text("Acknowledge the incident")
    press("Escape")
    expect(console.page.get_by_role("dialog")).to_be_hidden()

    press("j")
    expect(console.row("33 houses")).to_be_focused()
    press("a")
    expect(console.row("33 houses")).to_have_attribute("data-state", "acknowledged")
    press("Enter")
    console.expect_state("acknowledged")

    press("g")
    press("e")
    expect(console.page).to_have_url(re.compile("#/explorer"))
    press("Escape")
    expect(console.page.get_by_label("Part of the id")).to_be_focused()


def test_two_officers_do_not_overwrite_each_other(console: Console, node: Node) -> None:
    console.pick("duty-officer")
    node.fault("two-1", houses=44)
    console.expect_row("44 houses")
    console.row("44 houses").click()
    console.expect_state("new")
    # the other one is faster: our page still looks at the state before
    console.page.route("**/desk/incidents/**", lambda route: route.abort(), times=1)

    console.order("Acknowledge")

    expect(console.page.get_by_role("alert")).to_contain_text("Not saved")
    console.expect_state("new")
    console.order("Acknowledge")
    console.expect_state("acknowledged")
    expect(console.page.get_by_role("alert")).to_have_text("")


def test_an_analyst_looks_and_changes_nothing(console: Console, node: Node) -> None:
    console.pick("analyst")
    node.fault("look-1", houses=55)
    console.expect_row("55 houses")
    console.row("55 houses").click()

    expect(console.page.locator("footer")).to_contain_text("Your role reads")
    for button in console.page.locator("footer button").all():
        expect(button).to_be_disabled()


def test_the_explorer_shows_a_value_its_age_and_its_history(console: Console, node: Node) -> None:
    for minutes in (20, 10, 0):
        node.air({"air-7": 20.0 + minutes}, minutes_ago=minutes)
    console.pick("analyst")
    console.go("explorer")
    page = console.page
    expect(page.get_by_label("Type").locator("option", has_text="Air quality")).to_be_attached(
        timeout=30_000
    )
    page.get_by_label("Type").select_option(label="Air quality")
    page.get_by_role("link", name=re.compile("air-7")).click()

    expect(page.get_by_role("row", name=re.compile("PM2.5"))).to_contain_text("µg/m³")
    chart = page.get_by_role("figure", name=re.compile("PM2.5"))
    expect(chart).to_contain_text("3 values")
    expect(chart.get_by_role("img", name="PM2.5 over time")).to_be_visible()


def test_a_mistake_in_a_condition_is_explained(console: Console) -> None:
    console.pick("analyst")
    console.go("explorer")
    console.page.get_by_label("Condition").fill("severity==")
    console.page.get_by_role("button", name="Find").click()

    expect(console.page.get_by_role("alert").first).not_to_be_empty()
