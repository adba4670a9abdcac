"""Act seven: what is owed stands in the head's table the moment it is entered."""

from datetime import timedelta

from playwright.sync_api import expect

from tests.demo.paper import Step
from tests.demo.stage import Stage, taken

FIVE_WEEKS = timedelta(weeks=5)


def overdue(stage: Stage, _: Step) -> None:
    """A written request of five weeks ago is entered; its organisation owes an answer."""
    desk = stage.enter("duty")
    page = desk.page
    page.keyboard.press("n")
    page.keyboard.type("гагар 20")
    expect(page.locator("[data-card] [role=option]").first).to_contain_text(", 20")
    page.keyboard.press("Enter")
    expect(page.locator("[data-known-here=loaded]")).to_be_visible()
    page.locator("[data-card] [name=words]").fill("прошу разъяснить начисления за отопление")
    theme = page.locator("[data-themes] input")
    theme.fill("charges")
    theme.press("ArrowDown")
    theme.press("Enter")
    page.locator("[data-card] summary").click()
    page.get_by_label("Channel").select_option("e-mail")
    then = (stage.now() - FIVE_WEEKS).strftime("%Y-%m-%dT%H:%M")
    page.get_by_label("Reported").fill(then)
    stage.look(desk, "card-late")
    page.keyboard.press("Control+Enter")
    taken(desk)
    desk.close()

    head = stage.enter("head")
    head.go("tasks")
    head.page.get_by_role("link", name="Organisations", exact=True).click()
    row = head.page.locator("tr", has_text="Управляющая компания")
    expect(row.locator(".urgent")).to_have_text("1")
    stage.look(head, "overdue")
    head.close()
