"""A card by the keystroke-level model: the keys are counted in the page, nothing is timed."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bench import node
from bench.day import card, keys, town

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

SECONDS = 45


def test_a_card_with_a_slip_costs_at_most_45_seconds(
    blind_browser: Browser, tmp_path: Path
) -> None:
    built = town.build(tmp_path, 970)
    with node.node(built.folder, built.home, "--no-generate") as running:
        page = card.opened(blind_browser, running)
        filled = card.fill(page)
        page.context.close()
    assert keys.total(filled.steps) <= SECONDS, keys.table(filled.steps)
    assert filled.call.startswith("#/calls/")
    assert filled.address
    assert filled.theme
