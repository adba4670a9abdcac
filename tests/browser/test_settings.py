"""Somebody edits a playbook at night: with a mistake, mended, undone; a form keeps comments."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.driver import Console
from tests.browser.node import Node
from tests.browser.test_looks import Look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PLAYBOOK = "playbooks/networks.yaml"


@pytest.fixture
def administrator(console: Console) -> Console:
    console.pick("administrator")
    return console


def _open(console: Console, path: str) -> None:
    console.page.goto(f"{console.page.url.partition('#')[0]}#/administration/settings")
    console.page.locator(f"[data-setting='{path}'] a").click()
    expect(console.page.get_by_role("heading", name=path)).to_be_visible()


def _change(console: Console) -> int:
    return int(console.page.locator("[data-path]").get_attribute("data-change") or "0")


def _type(console: Console, old: str, new: str) -> str:
    """Change the text in the editor; answers what it is then."""
    console.page.locator("[data-tab=text]").click()
    editor = console.page.get_by_role("textbox", name=re.compile("Text of"))
    before = editor.input_value()
    assert old in before
    editor.fill(before.replace(old, new, 1))
    return before.replace(old, new, 1)


def test_a_mistake_stands_at_its_line_is_mended_and_the_edit_undone(
    administrator: Console,
) -> None:
    console, page = administrator, administrator.page
    _open(console, PLAYBOOK)
    before = _change(console)
    expect(page.locator("[data-playbook]").first).to_contain_text("within 15 min")

    typed = _type(console, "within: 15 min", "within: soon")
    line = 1 + typed[: typed.index("within: soon")].count("\n")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-fault]")).to_have_attribute("data-fault", str(line))
    expect(page.locator("[data-fault]")).to_contain_text("The old version stays in force")
    editor = page.get_by_role("textbox", name=re.compile("Text of"))
    expect(editor).to_have_value(typed)  # what was typed is kept
    expect(editor).to_have_attribute("aria-invalid", "true")
    assert _change(console) == before

    _type(console, "within: soon", "within: 20 min")
    page.get_by_label("Why").fill("the bridge is closed")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").last).to_contain_text("In force")
    expect(page.locator("header")).to_contain_text(["the bridge is closed"])
    page.locator("[data-tab=read]").click()
    expect(page.locator("[data-playbook]").first).to_contain_text("within 20 min")

    page.locator("[data-tab=versions]").click()
    expect(page.locator("[data-version]")).to_have_count(2)
    expect(page.locator("tr[data-kind=changed]")).to_contain_text("within: 20 min")
    page.get_by_role("button", name="Restore this version").click()
    expect(page.locator("[data-version]")).to_have_count(3)
    page.locator("[data-tab=read]").click()
    expect(page.locator("[data-playbook]").first).to_contain_text("within 15 min")
    assert [one for one in console.watched.complaints if "422" not in one] == []


def test_two_people_at_one_file_do_not_overwrite_each_other(
    administrator: Console, blind_browser: Browser, node: Node
) -> None:
    other = Console.open(blind_browser, node)
    other.pick("administrator")
    for console in (administrator, other):
        _open(console, "desk.yaml")
    mine = _type(administrator, "\n", "\n# mine\n")
    _type(other, "\n", "\n# theirs\n")
    other.page.keyboard.press("Control+s")
    expect(other.page.get_by_role("status").last).to_contain_text("In force")

    page = administrator.page
    expect(page.locator("[data-overtaken]")).to_contain_text("visitor")
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    expect(page.get_by_role("textbox", name=re.compile("Text of"))).to_have_value(mine)
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("tr[data-kind=changed]").first).to_contain_text("# theirs")
    page.get_by_role("button", name="Go on with mine").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").last).to_contain_text("In force")
    other.close()


def test_a_telephone_changes_in_a_form_and_no_comment_is_lost(
    administrator: Console, node: Node
) -> None:
    page = administrator.page
    _open(administrator, "organizations.yaml")
    page.locator("[data-organization=waterworks]").get_by_role("button").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Duty telephone").fill("+7 000 000-00-99")
    dialog.get_by_role("button", name="Put into the text").click()
    expect(page.locator("[data-organization=waterworks]")).to_contain_text("00-99")
    page.keyboard.press("Escape")
    page.locator("[data-setting='organizations.yaml']").get_by_text("not saved").wait_for()
    _open(administrator, "organizations.yaml")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").last).to_contain_text("In force")
    page.locator("[data-tab=text]").click()
    now = page.get_by_role("textbox", name=re.compile("Text of")).input_value()
    then = (node.city / "organizations.yaml").read_text("utf-8")
    assert now == then.replace("000-00-02", "000-00-99")


def test_a_department_head_edits_playbooks_and_no_rules(console: Console) -> None:
    console.page.locator("[data-role=department-head]").click()
    console.page.get_by_role("button", name="Waterworks").click()
    console.expect_connection("live")
    console.page.goto(f"{console.page.url.partition('#')[0]}#/administration/settings")
    expect(console.page.locator(f"[data-setting='{PLAYBOOK}']")).to_be_visible()
    expect(console.page.locator("[data-setting='rules/air.yaml']")).to_have_count(0)


def test_where_folder_and_console_parted_a_person_chooses(
    blind_browser: Browser, root: Path, tmp_path: Path
) -> None:
    city = shutil.copytree(root / "cities" / "ryazan-exercise", tmp_path / "city")
    node = Node(city, tmp_path)
    file = city / PLAYBOOK
    with node.running():
        console = Console.open(blind_browser, node)
        seen, page = Look(console, root, "en-1366"), console.page
        console.pick("administrator")
        _open(console, PLAYBOOK)
        _type(console, "within: 15 min", "within: 20 min")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status").last).to_contain_text("In force")

        theirs = file.read_text("utf-8").replace("within: 15 min", "within: 30 min", 1)
        file.write_text(theirs, "utf-8")
        page.goto(f"{node.url}/#/administration/settings")
        page.reload()
        expect(page.locator("[data-difference=both]")).to_be_visible()
        seen.look("settings-parted")
        page.goto(f"{node.url}/#/administration/people")  # told wherever the administrator is
        expect(page.get_by_role("status").get_by_role("link", name=PLAYBOOK)).to_be_visible()
        _open(console, PLAYBOOK)
        page.locator("[data-tab=folder]").click()
        expect(page.locator("tr[data-kind=changed]")).to_contain_text("30 min")
        seen.look("setting-choice")
        page.get_by_role("button", name="Take the folder's").click()
        expect(page.locator("[data-tab=folder]")).to_have_count(0)
        page.locator("[data-tab=read]").click()
        expect(page.locator("[data-playbook]").first).to_contain_text("within 30 min")
        console.close()
    assert seen.wrong == []


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_the_settings_in_every_look(
    blind_browser: Browser, node: Node, root: Path, language: str
) -> None:
    console = Console.open(blind_browser, node, language=language)
    seen = Look(console, root, f"{language}-1366")
    console.pick("administrator")
    page = console.page
    console.page.goto(f"{console.page.url.partition('#')[0]}#/administration/settings")
    expect(page.locator("[data-setting]").first).to_be_visible()
    seen.look("settings")
    for path, there in (
        ("organizations.yaml", "[data-organization]"),
        ("calendar.yaml", "[data-day]"),
        (PLAYBOOK, "[data-playbook]"),
        ("sources/air.yaml", "table"),
        ("desk.yaml", "dl"),
    ):
        _open(console, path)
        expect(page.locator(there).first).to_be_visible()
        seen.look(f"setting-{path.replace('/', '-').removesuffix('.yaml')}")
    _open(console, "rules/air.yaml")
    page.locator("[data-tab=text]").click()
    page.locator("textarea").fill("rules:\n  - id: 7\n")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-fault]")).to_have_attribute("data-fault", "2")
    console.watched.complaints.clear()  # the refusal
    seen.look("setting-fault")
    page.locator("[data-tab=versions]").click()
    expect(page.locator("tr[data-kind=new], tr[data-kind=gone]").first).to_be_visible()
    seen.look("setting-versions")
    console.close()
    assert seen.wrong == []
