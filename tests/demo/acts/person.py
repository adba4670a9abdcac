"""Acts eight and nine: who looked at this caller; erased, and gone from history."""

import json

from playwright.sync_api import Page, expect

from tests.demo.paper import Step
from tests.demo.stage import Stage

NAME, WORDS, TELEPHONE = "Мария Примерная", "нет холодной воды с утра", "+7 900 000-00-01"
READ = """async ([path, purpose]) => {
  const headers = purpose ? {'Hansa-Purpose': purpose} : {};
  return await (await fetch(path, {headers})).text();
}"""


def who_looked(stage: Stage, _: Step) -> None:
    """The caller by any form of the telephone; who looked at the call, when and why."""
    desk = stage.enter("duty")
    desk.go("calls")
    page = desk.page
    page.locator("[data-call]").filter(has_text="Циолковского, 8").locator("a").first.click()
    expect(page.locator("[data-caller]")).to_contain_text(NAME)
    stage.told["CALL"] = page.locator("section[data-call]").get_attribute("data-call") or ""
    stage.look(desk, "call")
    desk.close()
    officer = stage.enter("privacy")
    find(stage, officer.page, "8 900 0000001")
    expect(officer.page.locator("[data-record=Call]")).to_contain_text(NAME)
    expect(officer.page.locator("[data-look=personal-read]").last).to_contain_text("duty officer")
    stage.look(officer, "person")
    officer.close()


def erased(stage: Stage, _: Step) -> None:
    """Erased behind a typed word: on no page, in no answer, as of no moment."""
    officer = stage.enter("privacy")
    page = officer.page
    find(stage, page, TELEPHONE)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Export (JSON)").click()
    assert NAME in json.dumps(json.loads(taken.value.path().read_text("utf-8")), ensure_ascii=False)
    page.get_by_role("button", name="Erase…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("confirm").fill("erase")
    stage.look(officer, "erase")
    dialog.get_by_label("confirm").fill("erase")
    dialog.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_text("Nothing is kept of such a person")).to_be_visible()
    officer.watched.complaints.clear()  # that nobody is found is a 404
    stage.look(officer, "nobody")
    officer.close()

    desk = stage.enter("duty")
    page = desk.page
    call = stage.told["CALL"]
    page.goto(f"{stage.node.url}#/calls/{call}")
    expect(page.locator("section[data-call]")).to_be_visible()
    expect(page.locator("section[data-call]")).not_to_contain_text("Мария")
    stage.look(desk, "call-erased")
    answers = [
        page.evaluate(READ, [f"/desk/calls/{call}", "call-handling"]),
        page.evaluate(READ, [f"/ngsi-ld/v1/entities/{call}", "call-handling"]),
        page.evaluate(READ, [f"/ngsi-ld/v1/temporal/entities/{call}", "call-handling"]),
        page.evaluate(READ, ["/desk/calls", "call-handling"]),
    ]
    assert [one for one in answers if call not in one] == []
    for secret in (NAME, WORDS, "900 000-00-01"):
        assert [one for one in answers if secret in one] == []
    assert stage.files_with(NAME, WORDS, TELEPHONE) == []
    desk.close()


def find(stage: Stage, page: Page, text: str) -> None:
    """One person, by what they are known by."""
    page.goto(f"{stage.node.url}#/administration/privacy/person")
    page.locator("form input").first.fill(text)
    page.keyboard.press("Enter")
