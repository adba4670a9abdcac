"""Act one: a city from three spreadsheets, its first people, nothing has happened."""

import re

from playwright.sync_api import expect

from tests.demo.paper import Step
from tests.demo.stage import Stage


def city(stage: Stage, _: Step) -> None:
    """`hansa new` and `hansa up`; the duty officer comes to a quiet desk."""
    printed = stage.type_command()
    stage.passwords = dict(re.findall(r"^([a-z-]+) +[a-z-]+ +([a-z-]+)$", printed, re.MULTILINE))
    stage.type_command()
    admin = stage.enter("administrator")
    admin.page.goto(f"{stage.node.url}#/administration/addresses")
    expect(admin.page.locator("[data-zone]").first).to_be_visible()
    stage.look(admin, "city-addresses")
    admin.close()
    desk = stage.enter("duty")
    stage.look(desk, "quiet-desk")
    desk.close()
