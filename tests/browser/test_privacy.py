"""The privacy officer finds a caller, sees who looked, sets a name right, and forgets them.

Also how each of the pages looks, in three languages and two themes.
"""

import json
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.driver import Console
from tests.browser.node import Node
from tests.browser.test_looks import SIZES, Look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PHONE = "+7 910 123-45-67"


def post(page: Page, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """As the page would, in the session that it has."""
    answer = page.request.post(path, data=body, headers={"Hansa-CSRF": "1"})
    assert answer.ok, answer.text()
    told: dict[str, Any] = answer.json()
    return told


def take_call(console: Console, node: Node, name: str) -> str:
    console.pick("duty-officer")
    card = {
        "name": name,
        "telephone": PHONE,
        "apartment": "12",
        "words": "нет воды в ванной, на кухне идёт ржавая",
        "address": "Лесная улица, 5",
        "channel": "telephone",
    }
    call: str = post(console.page, f"{node.url}/desk/calls", card)["id"]
    console.page.request.get(f"{node.url}/desk/calls/{call}")
    console.page.get_by_role("button", name="Sign out").last.click()
    return call


def tab(console: Console, name: str) -> None:
    console.page.locator(f"[data-tab={name}]").click()


def find(page: Page, text: str) -> None:
    page.locator("form input").first.fill(text)
    page.keyboard.press("Enter")


def test_a_caller_is_found_set_right_and_forgotten(console: Console, node: Node) -> None:
    page = console.page
    take_call(console, node, "Анна Ивонова")
    console.pick("privacy-officer")
    console.go("administration")
    page.locator("[data-section=privacy]").first.click()
    expect(page.locator("tr[data-type=Call]")).to_contain_text("365")
    tab(console, "person")
    find(page, "8 (910) 1234567")
    record = page.locator("[data-record=Call]")
    expect(record).to_contain_text("Анна Ивонова")
    expect(page.locator("[data-look=personal-read]").last).to_contain_text("duty officer")

    record.locator("[data-attribute=callerName] button").click()
    page.get_by_role("dialog").get_by_label("Right value").fill("Анна Иванова")
    page.get_by_role("dialog").get_by_role("button", name="Set right").click()
    expect(record).to_contain_text("Анна Иванова")
    expect(record).not_to_contain_text("Ивонова")

    with page.expect_download() as taken:
        page.get_by_role("button", name="Export (JSON)").click()
    with page.expect_download() as paper:
        page.get_by_role("button", name="To hand over (PDF)").click()
    assert paper.value.path().read_bytes().startswith(b"%PDF-")
    told = json.loads(taken.value.path().read_text(encoding="utf-8"))
    assert "Анна Иванова" in json.dumps(told, ensure_ascii=False)
    assert told["hansaWorld"].startswith("exercise")

    page.get_by_role("button", name="Erase…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Erase for good")).to_be_disabled()
    going = dialog.locator("[data-going=Call]")
    expect(going).to_contain_text("Goes: flat, caller")
    expect(going).to_contain_text("Stays:")
    expect(going).to_contain_text("state")
    dialog.get_by_label("confirm").fill("erase")
    dialog.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_text("Nothing is kept of such a person")).to_be_visible()
    tab(console, "retention")
    expect(page.locator("[data-erasure=erasure]").first).to_contain_text("request of the person")
    assert "Иванова" not in page.url


def test_a_breach_is_kept_and_its_deadlines_shown(console: Console) -> None:
    page = console.page
    console.pick("privacy-officer")
    page.goto(page.url.partition("#")[0] + "#/administration/privacy/breaches")
    page.get_by_role("button", name="New breach").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What happened").fill("A list of calls was sent to a wrong address")
    dialog.get_by_label("How many people").fill("14")
    dialog.get_by_role("button", name="Keep it").click()
    first = page.locator("[data-notice=ru-first]")
    expect(first).to_contain_text("152-FZ")
    first.get_by_role("button", name="Told").click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(first).to_contain_text("told")
    expect(page.locator("[data-notice=ru-second]")).to_contain_text("left")


def test_who_is_no_privacy_officer_sees_none_of_it(console: Console) -> None:
    console.pick("administrator")
    console.go("administration")
    expect(console.page.locator("[data-section=people]").first).to_be_visible()
    expect(console.page.locator("[data-section=privacy]")).to_have_count(0)


@pytest.fixture(scope="module")
def cautious(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Node]:
    """A city that may hold no personal data."""
    folder = tmp_path_factory.mktemp("cautious") / "city"
    shutil.copytree(root / "cities" / "ryazan-exercise", folder)
    with (folder / "city.yaml").open("a", encoding="utf-8") as file:
        file.write("\nprofile: no-personal-data\n")
    started = Node(folder, tmp_path_factory.mktemp("cautious-home"))
    with started.running():
        yield started


def test_a_card_asks_for_nobody_where_nobody_may_be_kept(
    blind_browser: Browser, cautious: Node, root: Path
) -> None:
    console = Console.open(blind_browser, cautious, language="ru")
    page, seen = console.page, Look(console, root, "ru-1366")
    console.pick("duty-officer")
    page.keyboard.press("n")
    expect(page.locator("[data-impersonal]")).to_be_visible()
    expect(page.locator("[name=words]")).to_be_visible()
    expect(page.locator("[name=telephone]")).to_have_count(0)
    seen.look("privacy-card")
    console.close()
    assert seen.wrong == []


@pytest.mark.parametrize(("width", "height"), SIZES, ids=lambda size: str(size))
@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_every_page_of_privacy(
    browser: Browser, node: Node, root: Path, language: str, width: int, height: int
) -> None:
    size = {"width": width, "height": height}
    console = Console.open(browser, node, language=language, viewport=size)
    seen, page = Look(console, root, f"{language}-{width}"), console.page
    console.pick("duty-officer")
    card = {"name": "Олена Довгополова-Заболотна", "telephone": PHONE, "channel": "telephone"}
    words = {"words": "нет воды", "address": "Лесная улица, 5", "apartment": "12"}
    post(page, f"{node.url}/desk/calls", card | words)
    page.request.delete(f"{node.url}/console/session", headers={"Hansa-CSRF": "1"})
    page.reload()
    console.pick("privacy-officer")
    base = page.url.partition("#")[0] + "#/administration/privacy"
    page.goto(base)
    expect(page.locator("tr[data-type=Call]")).to_be_visible()
    seen.look("privacy-register")
    tab(console, "retention")
    expect(page.locator("tr[data-rule]").first).to_be_visible()
    seen.look("privacy-retention")
    tab(console, "person")
    seen.look("privacy-nobody")
    find(page, PHONE)
    expect(page.locator("[data-record=Call]").first).to_be_visible()
    seen.look("privacy-person")
    page.locator("section header button").last.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    seen.look("privacy-erase")
    page.keyboard.press("Escape")
    wish = {"text": "Список заявок ушёл не тому получателю", "peopleAffected": 14}
    wish |= {"noticedAt": _now(node), "dataKinds": ["Call"]}
    post(page, f"{node.url}/privacy/breaches", wish)
    tab(console, "breaches")
    expect(page.locator("[data-notice]").first).to_be_visible()
    seen.look("privacy-breaches")
    console.close()
    assert seen.wrong == []


def _now(node: Node) -> str:
    with urllib.request.urlopen(f"{node.url}/health/ready", timeout=5) as answer:  # noqa: S310
        told: str = json.load(answer)["at"]
    return told
