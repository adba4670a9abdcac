"""An administrator keeps people and programs; a person comes in by password, then by passkey."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.driver import Console
from tests.browser.node import Node
from tests.browser.test_looks import Look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


def section(console: Console, name: str) -> None:
    console.page.locator("nav a[href='#/administration']").first.click()
    console.page.locator(f"[data-section={name}]").click()


def secret(page: Page) -> str:
    """What is shown this once; then it is put away."""
    text = page.locator("[data-secret]").inner_text()
    page.get_by_role("dialog").get_by_role("button", name="Done").click()
    expect(page.locator("[data-secret]")).to_have_count(0)
    return text


def new_account(console: Console, name: str, *roles: str) -> str:
    page = console.page
    section(console, "people")
    page.get_by_role("button", name="New account").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    for role in roles:
        dialog.get_by_label(role, exact=True).check()
    dialog.get_by_role("button", name="Create").click()
    return secret(page)


@pytest.fixture
def device(console: Console, node: Node) -> Iterator[str]:
    """A telephone with a finger on it, as Chromium's virtual authenticator plays it.

    Passkeys know names, no addresses in numbers; so the page is opened at localhost.
    """
    url = node.url.replace("127.0.0.1", "localhost")
    session = console.page.context.new_cdp_session(console.page)
    session.send("WebAuthn.enable", {"enableUI": False})
    options: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    console.page.goto(url)
    yield url
    session.detach()


def enter(page: Page, name: str, password: str) -> None:
    page.get_by_text("Sign in with an account").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_person_comes_in_by_password_and_then_by_passkey(console: Console, device: str) -> None:
    page = console.page
    console.pick("administrator")
    password = new_account(console, "olga", "duty officer", "analyst")
    expect(page.locator("[data-account=olga]")).to_contain_text("duty officer, analyst")
    page.get_by_role("button", name="Sign out").last.click()

    enter(page, "olga", password)
    console.expect_connection("live")
    page.get_by_role("link", name=re.compile("My account")).click()
    page.get_by_label("Name of the new one").fill("my telephone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("[data-passkey]")).to_contain_text("my telephone")

    page.get_by_role("button", name="Sign out").last.click()
    page.get_by_text("Sign in with an account").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    console.expect_connection("live")
    expect(page.get_by_role("link", name="My account: olga, duty officer")).to_be_visible()

    page.get_by_role("link", name=re.compile("My account")).click()
    page.get_by_role("button", name="analyst").click()
    expect(page.get_by_role("link", name="My account: olga, analyst")).to_be_visible()


def test_two_administrators_do_not_overwrite_each_other(
    console: Console, blind_browser: Browser, node: Node
) -> None:
    other = Console.open(blind_browser, node)
    for one in (console, other):
        one.pick("administrator")
    new_account(console, "vera", "analyst")
    for one in (console, other):
        section(one, "people")
        row = one.page.locator("[data-account=vera]")
        row.get_by_role("button", name="Change").click()
        one.page.get_by_role("dialog").get_by_label("press office").check()
    console.page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(console.page.locator("[data-account=vera]")).to_contain_text("press office")

    dialog = other.page.get_by_role("dialog")
    dialog.get_by_label("auditor").check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("meanwhile")
    expect(dialog.get_by_label("auditor")).to_be_checked()  # what was typed is kept
    other.close()


def test_a_token_is_shown_once_and_the_journal_names_it(
    console: Console, blind_browser: Browser, node: Node
) -> None:
    console.pick("administrator")
    section(console, "tokens")
    console.page.get_by_role("button", name="New token").click()
    dialog = console.page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Program").fill("air-box")
    dialog.locator("select").first.select_option("source")
    dialog.locator("select").last.select_option(index=1)
    dialog.get_by_role("button", name="Create").click()
    assert secret(console.page).startswith("hansa_")
    row = console.page.locator("[data-token=air-box]")
    expect(row).to_contain_text("never")
    row.get_by_role("button", name="Revoke").click()
    console.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    row.get_by_role("button", name="Revoke").click()
    submit = dialog.get_by_role("button", name="Revoke the token")
    dialog.get_by_role("textbox").fill("air")
    expect(submit).to_be_disabled()  # no click alone does what no click undoes
    dialog.get_by_role("textbox").fill("air-box")
    submit.click()
    expect(row).to_have_count(0)

    auditor = Console.open(blind_browser, node)
    auditor.pick("auditor")
    section(auditor, "journal")
    auditor.page.get_by_label("What").select_option("token")
    auditor.page.get_by_role("button", name="Show").click()
    expect(auditor.page.locator("[data-entry=token]").first).to_contain_text("air-box")
    auditor.close()


def test_who_keeps_nothing_does_not_find_it(console: Console) -> None:
    console.pick("press")
    expect(console.page.locator("nav a[href='#/administration']")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)], ids=str)
def test_every_page_of_administration(
    blind_browser: Browser, node: Node, root: Path, language: str, size: tuple[int, int]
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    console = Console.open(blind_browser, node, language=language, viewport=viewport)
    seen = Look(console, root, f"{language}-{size[0]}")
    console.pick("administrator")
    console.go("administration")
    seen.look("administration")
    for name, there in (("people", "h1"), ("roles", "[data-role-row]"), ("tokens", "h1")):
        section(console, name)
        expect(console.page.locator(there).first).to_be_visible()
        seen.look(f"administration-{name}")
    section(console, "people")
    console.page.get_by_role("main").locator("header button").click()
    expect(console.page.get_by_role("dialog")).to_be_visible()
    seen.look("administration-account")
    console.page.keyboard.press("Escape")
    console.page.goto(f"{node.url}/#/account")
    seen.look("account")
    console.close()

    auditor = Console.open(blind_browser, node, language=language, viewport=viewport)
    look = Look(auditor, root, f"{language}-{size[0]}")
    auditor.pick("auditor")
    section(auditor, "journal")
    expect(auditor.page.locator("[data-entry]").first).to_be_visible()
    look.look("administration-journal")
    auditor.close()
    assert seen.wrong + look.wrong == []
