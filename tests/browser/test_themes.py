"""Themes in Administration: what was suggested beside what was chosen; looked at everywhere."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.driver import Console
from tests.browser.node import Node
from tests.browser.test_administration import section
from tests.browser.test_looks import SIZES, Look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

_POST = """async ([path, body]) => (await fetch(path, {method: 'POST', body: JSON.stringify(body),
  headers: {'Content-Type': 'application/json', 'Hansa-CSRF': '1'}})).json()"""
_COLD, _WEAK = "no-heating", "weak-heating"
# chosen theme, what was named first and second, with the first's confidence; hand-made
TAKEN = [
    *[(_COLD, _COLD, _WEAK, 0.97)] * 3,
    *[(_WEAK, _COLD, _WEAK, 0.6)] * 2,
    ("lift-stuck", "lift-stuck", "lift-broken", 0.88),
    ("pothole", "snow-ice", "open-manhole", 0.3),
]


def ask(console: Console, path: str, body: dict[str, Any]) -> Any:
    """A request of the page itself, with its session."""
    return console.page.evaluate(_POST, [path, body])


@pytest.fixture(scope="module")
def taken(browser: Browser, node: Node) -> Node:
    """A node whose clerks took calls after a suggestion."""
    console = Console.open(browser, node)
    console.pick("duty-officer")
    for chosen, first, second, confidence in TAKEN:
        suggested = [
            {"theme": first, "confidence": confidence},
            {"theme": second, "confidence": round(1 - confidence, 2)},
        ]
        card = {"theme": chosen, "words": "…", "suggested": suggested, "address": "ул. 1"}
        assert "number" in ask(console, "/desk/calls", card)
    console.close()
    return node


def test_the_card_is_given_three_themes_for_words(browser: Browser, node: Node) -> None:
    console = Console.open(browser, node, language="ru")
    console.pick("duty-officer")
    console.page.wait_for_function(
        """async (words) => (await (await fetch('/desk/themes/suggest', {method: 'POST',
          body: JSON.stringify({words}), headers: {'Content-Type': 'application/json',
          'Hansa-CSRF': '1'}})).json()).suggestions.length === 3""",
        arg="в лифте застряли люди",
    )
    told = ask(console, "/desk/themes/suggest", {"words": "в лифте застряли люди"})
    assert told["suggestions"][0]["theme"] == "lift-stuck", json.dumps(told)
    console.close()


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_how_good_the_suggestions_were(
    browser: Browser, taken: Node, root: Any, language: str, size: tuple[int, int]
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    console = Console.open(browser, taken, language=language, viewport=viewport)
    seen = Look(console, root, f"{language}-{size[0]}")
    console.pick("administrator")
    section(console, "themes")
    page = console.page
    expect(page.locator(f"[data-theme-key={_COLD}]")).to_contain_text(re.compile("60"))
    expect(page.locator(f"[data-confused={_COLD}]")).to_have_count(1)
    expect(page.locator("[data-alone=few]")).to_be_visible()
    seen.look("administration-themes")
    page.locator("[data-tab='7']").click()
    expect(page.locator("[data-tab='7']")).to_have_attribute("aria-pressed", "true")
    console.close()
    assert seen.wrong == []
