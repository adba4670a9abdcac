"""A whole shift on the replayed 15 July 2015: from taking over at night to the morning's report.

One officer, one dispatcher on a telephone, the mayor and the deputy, and who comes next: each at a
screen of their own, on Boston's own data. Boston's rules raise nothing that day, so what happens
is what people call in; the clock is turned by the trainer's band, never waited for by the hour.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.driver import Console
from tests.browser.node import Node
from tests.conftest import SHARED_DATA

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

DATA = SHARED_DATA / "boston-2015"
SPAN = ("--from", "2015-07-15", "--to", "2015-07-15T06:30:00-04:00", "--speed", "1")
PHONE = {"width": 390, "height": 844}
CREW = "urn:ngsi-ld:Organization:transportation"
_ASK = """async ([path, wish]) => {
  const headers = { 'Hansa-CSRF': '1', 'Content-Type': 'application/json' };
  const how = wish ? { method: 'POST', headers, body: JSON.stringify(wish) } : {};
  const answer = await fetch(path, how);
  return { ok: answer.ok, document: await answer.json() };
}"""
PATIENCE = 180_000  # ms: six hours are replayed in seconds, on a busy machine in more


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Node]:
    if not DATA.is_dir():
        pytest.skip(f"the data of Boston are not at {DATA}")
    words = ("replay", "--data", str(DATA), *SPAN)
    started = Node(root / "cities" / "boston", tmp_path_factory.mktemp("home"), words, ready=300)
    with started.running():
        yield started


class Seat(Console):
    """A person at a screen in the replay."""

    def turn(self, speed: int) -> None:
        """Let the city's clock run at this speed."""
        self._ask("/console/replay", {"speed": speed, "running": True})

    def got(self, path: str) -> Any:
        """What the node answers this person."""
        return self._ask(path, None)

    def _ask(self, path: str, wish: Any) -> Any:
        """Ask from the page itself: a line that the node let go is then opened anew."""
        told = self.page.evaluate(_ASK, [path, wish])
        assert told["ok"], told["document"]
        return told["document"]

    @property
    def name(self) -> str:
        """Under which the person acts."""
        return str(self.got("/console/session")["person"]["actor"])

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def call_in(self, words: str) -> None:
        """Open an incident by hand: somebody called about dark traffic signals."""
        self.go("incidents")
        self.page.get_by_role("button", name="New incident").click()
        self.dialog.get_by_label("Type").select_option(value="traffic-signals")
        self.dialog.get_by_label("What was said").fill(words)
        self.dialog.get_by_role("button", name="Open", exact=True).click()
        self.expect_state("new")

    def take_over(self, *, sign: bool = False) -> None:
        """Take the shift over, and sign the sheet of who was here before."""
        self.go("shift")
        self.page.get_by_role("button", name="Take over").click()
        if sign:
            self.dialog.get_by_role("checkbox").check()
        self.dialog.get_by_role("button", name="Take over").click()
        expect(self.dialog).to_have_count(0)
        expect(self.page.locator("[data-post]")).to_have_attribute("data-state", "running")


def test_a_day_from_hand_over_to_hand_over(blind_browser: Browser, replay: Node) -> None:
    officer = Seat.open(blind_browser, replay)
    officer.pick("duty-officer")
    officer.take_over()

    # a call: taken, its playbook has sent a crew, and another task is assigned
    officer.call_in("Signals are dark at the square")
    first = officer.page.url
    officer.page.keyboard.press("a")
    officer.expect_state("acknowledged")
    officer.page.keyboard.press("t")
    officer.dialog.get_by_label("What is to be done").fill("Put a policeman there")
    officer.dialog.get_by_label("Organisation").select_option(value=CREW)
    officer.dialog.get_by_role("button", name="Send").click()
    task = officer.page.locator("[data-task]").filter(has_text="policeman")
    expect(task).to_have_attribute("data-state", "sent")

    # the crew's dispatcher answers on a telephone
    crew = Seat.open(blind_browser, replay, viewport=PHONE, has_touch=True)
    crew.page.locator("[data-role=dispatcher]").click()
    crew.page.locator(f"[data-organization='{CREW}']").click()
    crew.expect_connection("live")
    own = crew.page.locator(f"[data-task='{task.get_attribute('data-task')}']")
    if own.locator("[aria-expanded=false]").count():
        own.locator("[aria-expanded]").click()
    own.get_by_role("button", name="Accept", exact=True).click()
    expect(task).to_have_attribute("data-state", "accepted")
    own.get_by_role("button", name="On site", exact=True).click()
    expect(task).to_have_attribute("data-state", "onSite")

    # a second call about the same; nobody takes it, and the department's head hears of it
    officer.call_in("Signals do not work, says a driver")
    officer.turn(600)
    expect(officer.page.locator("[data-escalated=department-head]")).to_be_visible(timeout=PATIENCE)
    officer.turn(1)
    officer.expect_entry("overdue")
    officer.expect_entry("escalated-to")

    # it is the same trouble: merged into the first, which shows both
    officer.page.keyboard.press("m")
    officer.dialog.get_by_role("radio").first.check()
    officer.dialog.get_by_role("button", name="Merge into it").click()
    expect(officer.page).to_have_url(first)
    expect(officer.page.locator("[data-merged=with]")).to_be_visible()
    own.get_by_role("button", name="Done", exact=True).click()
    expect(task).to_have_attribute("data-state", "done")
    officer.close_incident("Resolved")
    officer.expect_state("closed")
    crew.close()

    deputy = _deputy_acts(blind_browser, replay)
    sheet = _hand_over(officer, blind_browser, replay)
    _next_morning(officer, sheet, deputy)
    assert officer.got("/health/ready")["failing"] == []
    assert officer.watched.complaints == []
    assert officer.watched.outside == []
    officer.close()


def _deputy_acts(browser: Browser, replay: Node) -> str:
    """The mayor leaves, and the deputy sets the level in the mayor's place; the deputy's name."""
    deputy, mayor = Seat.open(browser, replay), Seat.open(browser, replay)
    deputy.pick("analyst")
    mayor.pick("mayor")
    name = deputy.name
    mayor.go("shift")
    mayor.page.get_by_role("button", name="Appoint…").click()
    mayor.dialog.get_by_label("Who acts").fill(name)
    mayor.dialog.get_by_label("Ground").fill("Order 15")
    mayor.dialog.get_by_role("button", name="Appoint", exact=True).click()
    expect(mayor.page.locator("[data-appointment=inForce]")).to_contain_text("Order 15")

    deputy.page.reload()
    deputy.page.get_by_label("Act as").select_option(index=1)
    expect(deputy.page.locator("header .person")).to_contain_text(re.compile("mayor|head"))
    deputy.go("report")
    confirm = deputy.page.get_by_role("button", name=re.compile("Confirm level"))
    confirm.click(timeout=PATIENCE)
    expect(deputy.page.locator("[data-level]")).to_contain_text("Confirmed by", timeout=PATIENCE)
    told = deputy.got("/desk/status")
    assert told["confirmedBy"] == name
    deputy.close()
    mayor.close()
    return name


def _hand_over(officer: Seat, browser: Browser, replay: Node) -> Any:
    """The officer hands over, the relief takes over; the sheet that both signed."""
    officer.go("shift")
    shift = officer.got("/desk/shifts/current")["posts"][0]["shift"]["id"]
    officer.page.keyboard.press("h")
    expect(officer.dialog.locator("[data-sheet=now]")).to_contain_text("raffic signals")
    officer.dialog.get_by_role("checkbox").check()
    officer.dialog.get_by_role("button", name="Hand over").click()
    expect(officer.dialog).to_have_count(0)

    relief = Seat.open(browser, replay)
    relief.pick("duty-officer")
    relief.take_over(sign=True)
    answer = relief.got(f"/desk/shifts/{shift}/sheet")
    assert answer["frozen"]
    assert answer["intact"]
    assert answer["outgoingSignedBy"] == officer.name
    assert answer["incomingSignedBy"] == relief.name
    relief.close()
    return answer["sheet"]


def _next_morning(officer: Seat, sheet: Any, deputy: str) -> None:
    """The report of 15 July, 06:00,, agrees with the sheet that was signed."""
    officer.turn(3600)
    band = officer.page.locator("[data-replay]")
    expect(band).to_have_attribute("data-replay", "over", timeout=PATIENCE)
    report = officer.got("/desk/report?day=2015-07-15")
    (mine,) = [one for one in report["duty"]["shifts"] if one["onDuty"] == officer.name]
    for what in ("opened", "closed"):
        assert mine["counts"][what] == len(sheet[what])
    assert len(sheet["opened"]) == 2
    assert len(sheet["closed"]) == 2  # one resolved, one merged into it
    assert deputy in [one["acting"] for one in sheet["acting"]]
    assert deputy in [one["acting"] for one in report["duty"]["acting"]]

    officer.page.goto(f"{officer.url}/#/report?day=2015-07-15")
    part = officer.page.locator("[data-duty-part]")
    expect(part).to_contain_text(officer.name.removeprefix("visitor-"), timeout=PATIENCE)
