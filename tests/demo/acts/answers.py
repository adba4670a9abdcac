"""Acts four and five: the utility answers on a telephone; a sensor joins the same incident."""

import re

from playwright.sync_api import expect

from tests.demo.paper import Step
from tests.demo.stage import Stage

PHOTO = b"\x89PNG\r\n\x1a\n" + b"a trench, a pipe, a clamp" + bytes(16)  # hand-made, begins as one
ONE_MORE = "li[data-kind=grouped], li[data-kind=raised-again], li[data-kind=joined]"


def dispatcher(stage: Stage, _: Step) -> None:
    """Accepted, a new time with reason and who approved it, a photograph; the desk sees it."""
    hand = stage.enter("dispatcher-waterworks", phone=True)
    page = hand.page
    own = page.locator("[data-task]").first
    expect(own).to_be_visible()
    name = own.get_attribute("data-task")
    own = page.locator(f"[data-task='{name}']")
    if own.locator("[aria-expanded=false]").count():
        own.locator("[aria-expanded]").click()
    stage.look(hand, "phone")
    own.get_by_role("button", name="Accept", exact=True).click()
    expect(own).to_have_attribute("data-state", "accepted")
    own.get_by_role("button", name="New time").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("+4 hr").click()
    dialog.get_by_label("Waiting for parts").check()
    dialog.get_by_label("Approved by").fill("И. Главный")
    stage.look(hand, "phone-new-time")
    dialog.get_by_role("button", name="New time").click()
    expect(dialog).to_be_hidden()
    expect(own).to_contain_text("И. Главный")
    with page.expect_file_chooser() as chosen:
        own.locator("[data-photo]").click()
    chosen.value.set_files({"name": "trench.png", "mimeType": "image/png", "buffer": PHOTO})
    expect(own.locator("[data-photos='1']")).to_be_visible()
    stage.look(hand, "phone-answered")
    hand.close()
    desk = stage.enter("duty")
    desk.go("tasks")
    row = desk.page.locator(f"[data-task='{name}']")
    expect(row).to_have_attribute("data-state", "accepted")
    stage.look(desk, "tasks")
    desk.go("outages")
    desk.page.locator("[data-outage]").first.click()
    expect(desk.page.locator("[data-line=task-new-time]")).to_be_visible()
    desk.page.keyboard.press("p")
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_role("group").get_by_role("button").nth(2).click()
    dialog.get_by_role("button", name="New promised end").click()
    expect(dialog).to_be_hidden()
    expect(desk.page.locator("[data-detail] blockquote")).not_to_contain_text("No time")
    stage.look(desk, "outage-answered")
    desk.close()


def sensor(stage: Stage, step: Step) -> None:
    """A rule is put into the running city, a reading comes, the open incident holds its alert."""
    admin = stage.enter("administrator")
    page = admin.page
    page.goto(f"{stage.node.url}#/administration/settings")
    row = page.locator("tr.kind").filter(has_text=re.compile("^Rules"))
    row.get_by_role("button", name="New file").click()
    page.get_by_role("dialog").get_by_label("Name of the file").fill("pressure")
    page.get_by_role("dialog").get_by_role("button", name="Begin").click()
    page.locator("[data-tab=text]").click()
    page.get_by_role("textbox", name=re.compile("Text of")).fill(step.blocks("yaml")[0])
    admin.watched.complaints.clear()  # it asked for a file that is not there yet
    stage.look(admin, "rule")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").last).to_contain_text("In force")
    admin.close()
    desk = stage.enter("duty")
    desk.go("incidents")
    page = desk.page
    page.locator("[data-row*=':Incident:']").first.click()
    desk.expect_entry("opened")
    stage.type_command()
    stage.type_command()
    expect(page.locator(ONE_MORE).first).to_be_visible()
    expect(page.locator("[data-timeline], main").first).to_contain_text("Low pressure: 0.4 bar")
    stage.look(desk, "incident")
    desk.go("incidents")
    expect(page.locator("[data-row*=':Incident:']")).to_have_count(1)
    stage.look(desk, "incidents")
    desk.close()
