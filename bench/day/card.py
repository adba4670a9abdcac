"""A card filled by keyboard in headless Chromium, in a city of a hundred thousand houses.

What is counted is what the page heard: each key that goes down, counted by a listener in the page.
A few letters of the street, two of them swapped, and the house; the caller, the telephone, a short
phrase of what is said, the theme out of the suggested ones, somebody is hurt, save. Beside it, how
long each suggestion took from the key to the list in the page, and at the server.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import quote

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from bench import node
from bench.day.keys import Step
from bench.day.town import Town

SIZE = ViewportSize(width=1366, height=768)
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-3d-apis")
STREET, HOUSE = "Ручная улица", "3"
SLIPPED = "рчун"  # letters in the wrong order; of three, a slip leaves none of 3,000 streets
CALLER, TELEPHONE = "Учебная Мария", "89000000001"
WORDS = "запах газа в подъезде 2эт"  # 25 letters, as one types while somebody speaks
_PATIENCE = 30_000  # milliseconds
_COUNT = """() => {
  window.benchKeys = 0;
  const bare = new Set(['Shift', 'Control', 'Alt', 'Meta']);
  addEventListener('keydown', (event) => {
    window.benchKeys += 1;
    if (!bare.has(event.key)) window.benchKeyAt = performance.now();
  }, true);
  window.benchShown = {};
  const look = () => {
    for (const [what, pick] of [['address', '[data-card] [role=option]'],
                                ['theme', '[data-themes] .suggestion']]) {
      const text = [...document.querySelectorAll(pick)].map((one) => one.textContent).join('|');
      if (text && text !== (window.benchShown[what] ?? {}).text)
      {
        const key = window.benchKeyAt, before = (window.benchShown[what] ?? {at: 0}).at;
        const shown = window.benchShown[what] = {text, key, at: before};
        requestAnimationFrame(() => { shown.at = performance.now(); });
      }
    }
  };
  new MutationObserver(look).observe(document.body,
    {subtree: true, childList: true, characterData: true});
}"""
_SHOWN = "(what) => window.benchShown[what] ? window.benchShown[what].at : 0"


@dataclass(slots=True)
class Filled:
    """One card: its steps, and milliseconds from the last key to what was shown."""

    steps: list[Step] = field(default_factory=list)
    address: list[float] = field(default_factory=list)
    theme: list[float] = field(default_factory=list)
    call: str = ""


@dataclass(slots=True)
class Seen:
    """What the browser and the server were measured at."""

    cards: list[Filled]
    server: dict[str, list[float]]


def measure(town: Town, runs: int) -> Seen:
    """So many cards in one page, each alike; then the server alone."""
    with node.node(town.folder, town.home, "--no-generate") as running:
        cookie = running.sign_in("duty-officer")
        warm(running, cookie)
        with _browser() as browser:
            page = opened(browser, running)
            cards = [fill(page) for _ in range(runs)]
        return Seen(cards, _server(running, cookie))


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*FLAGS]
        )
        yield browser
        browser.close()


def opened(browser: Browser, running: node.Node) -> Page:
    """The console of a duty officer, its keys counted."""
    page = browser.new_context(viewport=SIZE, locale="ru-RU").new_page()
    page.goto(f"http://127.0.0.1:{running.port}")
    page.locator("[data-role=duty-officer]").click()
    page.locator("[data-connection=live]").wait_for(timeout=_PATIENCE)
    page.evaluate(_COUNT)
    return page


# ---- the card


def fill(page: Page) -> Filled:
    """One card from `n` to its number."""
    card, keys = Filled(), page.keyboard

    def step(what: str, act: Callable[[], None], *why: str, talk: bool = False) -> None:
        before = int(page.evaluate("window.benchKeys"))
        act()
        pressed = int(page.evaluate("window.benchKeys")) - before
        card.steps.append(Step(what, pressed, len(why), "; ".join(why), talk))

    def open_card() -> None:
        keys.press("n")
        page.locator("[data-card=open] [role=combobox]").first.wait_for(timeout=_PATIENCE)

    def address() -> None:
        card.address += _typed(page, f"{SLIPPED} {HOUSE}", "address")

    def words() -> None:
        card.theme += _typed(page, WORDS, "theme")
        keys.press("Enter")

    step("open the card", open_card, "a call is to be taken")
    step("street (letters, two swapped) and house", address, "what to type of the address")
    step("take the house", lambda: _taken(page), "which of the list")
    step("caller", lambda: _field(page, CALLER), talk=True)
    step("telephone", lambda: _field(page, TELEPHONE), talk=True)
    step("flat: none, on", lambda: keys.press("Enter"))
    step("what is said", words, "how to put it in short", talk=True)
    step("theme out of three", lambda: _theme(page), "which of the three")
    step("somebody is hurt", lambda: keys.press("Space"), "is anybody hurt")
    step("save", lambda: _saved(page), "is it all there")
    card.call = page.locator("[data-taken] a").last.get_attribute("href") or ""
    keys.press("Escape")
    page.locator("[data-card]").wait_for(state="detached", timeout=_PATIENCE)
    return card


def _typed(page: Page, text: str, what: str) -> list[float]:
    """Type at the model's pace; milliseconds from each key to what it had shown."""
    found = []
    for letter in text:
        before = float(page.evaluate(_SHOWN, what))
        _press(page, letter)
        page.wait_for_timeout(280)
        shown = page.evaluate("(what) => window.benchShown[what]", what)
        if shown and shown["at"] > before:
            found.append(float(shown["at"]) - float(shown["key"]))
    return found


def _press(page: Page, letter: str) -> None:
    """A key of a Cyrillic layout: the driver's own typing would put letters in without keys."""
    session = page.context.new_cdp_session(page)
    event = {"key": letter, "text": letter, "unmodifiedText": letter}
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", **event})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": letter})
    session.detach()


def _taken(page: Page) -> None:
    """Down to the house that was meant, as a hand does, and take it."""
    shown = page.locator("[data-card] [role=option]")
    meant = shown.filter(has_text=f"{STREET}, {HOUSE}").first
    meant.wait_for(timeout=_PATIENCE)
    for _ in range(shown.count()):
        if meant.get_attribute("aria-selected") == "true":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("[data-known-here=loaded]").wait_for(timeout=_PATIENCE)


def _field(page: Page, text: str) -> None:
    for letter in text:
        _press(page, letter)
    page.keyboard.press("Enter")


def _theme(page: Page) -> None:
    page.locator("[data-themes] .suggestion").first.wait_for(timeout=_PATIENCE)
    page.keyboard.press("1")


def _saved(page: Page) -> None:
    page.keyboard.press("Control+Enter")
    page.locator("[data-card=taken]").wait_for(timeout=_PATIENCE)


# ---- the server alone


def warm(running: node.Node, cookie: str) -> None:
    """The table of houses is read by the first question after a start; that may take a while."""
    until = time.perf_counter() + node.PATIENCE
    while time.perf_counter() < until:
        with suppress(TimeoutError):
            running.get(f"/desk/addresses?q={quote(STREET)}", {"Cookie": cookie})
            return
    raise node.BenchFailedError("the addresses were not there in time")


def _server(running: node.Node, cookie: str) -> dict[str, list[float]]:
    """Milliseconds of whole answers on a connection of their own."""
    asked = {
        "letters, two swapped": SLIPPED,
        "letters, two swapped, and the house": f"{SLIPPED} {HOUSE}",
        "three letters": "руч",
        "the whole address, one slip": "Рчуная улица 3",
        "nothing like it": "щщщъъ 7",
    }
    found = {}
    for what, text in asked.items():
        path = f"/desk/addresses?q={quote(text)}"
        found[what] = [_timed(running, path, cookie) for _ in range(20)]
    return found


def _timed(running: node.Node, path: str, cookie: str) -> float:
    began = time.perf_counter()
    status, told = running.get(path, {"Cookie": cookie})
    if status != 200:
        raise node.BenchFailedError(f"{path}: {status} {told[:200]!r}")
    return (time.perf_counter() - began) * 1000
