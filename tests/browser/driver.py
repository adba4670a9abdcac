"""What knows the product: the words of a duty officer, on top of the browser's."""

import re
from typing import Any, Self

from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.browser.helper import Watched
from tests.browser.node import Node


def houses(count: int) -> re.Pattern[str]:
    """The title of a fault's incident in each language, never a clock or an age."""
    return re.compile(rf"\b{count} houses|(домов|будинків) {count}\b")


class Console:
    """One person at one screen."""

    def __init__(self, watched: Watched, node: Node) -> None:
        self.watched = watched
        self.page: Page = watched.page
        self._node = node

    @property
    def url(self) -> str:
        return self._node.url

    @classmethod
    def open(cls, browser: Browser, node: Node, *, language: str = "en", **options: Any) -> Self:
        options.setdefault("viewport", {"width": 1366, "height": 768})
        options.setdefault("locale", {"en": "en-GB", "ru": "ru-RU", "uk": "uk-UA"}[language])
        watched = Watched.open(browser, node.url, **options)
        watched.page.goto(node.url)
        return cls(watched, node)

    def close(self) -> None:
        self.watched.close()

    # ---- coming

    def pick(self, role: str) -> None:
        """Pick a role and be on duty: the line stands."""
        self.page.locator(f"[data-role={role}]").click()
        self.expect_connection("live")

    def expect_connection(self, state: str) -> None:
        expect(self.page.locator("[data-connection]")).to_have_attribute(
            "data-connection", state, timeout=30_000
        )

    def speak(self, language: str) -> None:
        self.page.get_by_role("button", name=language.upper(), exact=True).click()

    def go(self, name: str) -> None:
        """To a page by its name in the rail: situation, incidents, explorer."""
        self.page.locator(f"nav a[href='#/{name}']").click()

    def only(self, kind: str) -> None:
        """Of the page of data only this type; houses alone would fill its first page."""
        kinds = self.page.locator("aside select").first
        expect(kinds.locator(f"option[value={kind}]")).to_be_attached()
        kinds.select_option(kind)

    def map_drawn(self) -> None:
        expect(self.page.locator("[data-map]").first).to_have_attribute(
            "data-map", "ready", timeout=30_000
        )

    # ---- files

    def choose_file(self, name: str, text: str) -> None:
        """Hand a file to the source that is open."""
        file: FilePayload = {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
        self.page.locator("input[type=file]").set_input_files(file)

    def expect_upload(self, step: str) -> None:
        expect(self.page.locator("[data-step]")).to_have_attribute(
            "data-step", step, timeout=30_000
        )

    # ---- the queue

    def row(self, title: str | re.Pattern[str]) -> Locator:
        """The rows of incidents with this title; an alert stands there until its incident is."""
        return self.page.locator("[data-row*=':Incident:']").filter(has_text=title)

    def expect_row(self, title: str | re.Pattern[str]) -> None:
        expect(self.row(title)).to_be_visible(timeout=30_000)

    # ---- an incident

    def know(self, *, minutes_ago: int) -> None:
        """Take the handle of the page of data back: as known some minutes ago."""
        handle = self.page.locator("[data-known] input[type=range]")
        now = int(handle.get_attribute("max") or "0")
        handle.fill(str(now - minutes_ago * 60_000))
        expect(self.page.locator("[data-known]")).not_to_have_attribute("data-known", "now")

    def order(self, name: str) -> None:
        """Press a button of the action bar."""
        self.page.locator("footer").get_by_role("button", name=name).click()

    def expect_state(self, state: str) -> None:
        expect(self.page.locator("ol[data-state]")).to_have_attribute("data-state", state)

    def expect_entry(self, kind: str) -> None:
        expect(self.page.locator(f"li[data-kind={kind}]").first).to_be_visible()

    def note(self, text: str) -> None:
        self.order("Add note")
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("textbox").fill(text)
        dialog.get_by_role("button", name="Add note").click()
        expect(dialog).to_be_hidden()

    def close_incident(self, reason: str) -> None:
        self.page.keyboard.press("c")
        dialog = self.page.get_by_role("dialog")
        finish = dialog.get_by_role("button", name="Close incident")
        expect(finish).to_be_disabled()  # not without a reason
        dialog.get_by_label(reason).check()
        finish.click()
        expect(dialog).to_be_hidden()
