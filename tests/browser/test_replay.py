"""A replay is never mistaken for the present: band, tab and clock, in three languages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.driver import Console
from tests.browser.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

CITY = """
name: hand-made
title: {en: Hand-made, ru: Город, uk: Місто}
zone: America/New_York
languages: [en, ru, uk]
map: {center: [-71.0, 42.3]}
"""
SOURCE = """
source: river
title: {en: River, ru: Река, uk: Річка}
sector: river
files: "*.csv"
format: csv
type: WaterObserved
id: "{post}"
observedAt: time
fields:
  height: {column: level, as: number, unit: CMT, range: [0, 1000], required: true}
"""
ROWS = "post,time,level\na,2015-07-15T03:00:00Z,310\na,2015-07-15T20:00:00Z,320\n"
SPAN = ("--from", "2015-07-15", "--to", "2015-07-16", "--speed", "60")
BANDS = {
    "en": ("Replay of 15 July 2015 ×60", "Replay"),
    "ru": ("Повтор 15 июля 2015 г. ×60", "Повтор"),
    "uk": ("Повтор 15 липня 2015 р. ×60", "Повтор"),
}


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    folder = tmp_path_factory.mktemp("replay")
    (folder / "city" / "sources").mkdir(parents=True)
    (folder / "city" / "city.yaml").write_text(CITY, encoding="utf-8")
    (folder / "city" / "sources" / "river.yaml").write_text(SOURCE, encoding="utf-8")
    (folder / "data").mkdir()
    (folder / "data" / "in.csv").write_text(ROWS)
    home = folder / "home"
    home.mkdir()
    started = Node(folder / "city", home, ("replay", "--data", str(folder / "data"), *SPAN))
    with started.running():
        yield started


@pytest.mark.parametrize("language", BANDS)
def test_every_page_says_which_day_is_replayed_and_how_fast(
    blind_browser: Browser, replay: Node, language: str
) -> None:
    words, tab = BANDS[language]
    console = Console.open(blind_browser, replay, language=language)
    band = console.page.locator("[data-replay]")
    expect(band).to_contain_text(re.compile(re.escape(words).replace(r"\ ", r"\s")))

    console.pick("analyst")
    for name in ("situation", "incidents", "explorer"):
        console.go(name)
        expect(band).to_contain_text(re.compile(re.escape(words).replace(r"\ ", r"\s")))
        expect(band.get_by_role("button")).to_have_count(0)  # who reads does not turn the clock
    assert console.page.title().startswith(tab)
    assert console.watched.overflowing() == []
    assert console.watched.complaints == []
    console.close()


def test_a_trainer_stops_the_clock_and_lets_it_run_on(
    blind_browser: Browser, replay: Node, root: Path
) -> None:
    console = Console.open(blind_browser, replay)
    console.pick("duty-officer")
    band = console.page.locator("[data-replay]")

    band.get_by_role("button", name="Pause").click()
    expect(band).to_have_attribute("data-replay", "paused")
    band.get_by_role("combobox").select_option("10")
    expect(band).to_contain_text("×10")
    band.get_by_role("button", name="Run").click()
    expect(band).to_have_attribute("data-replay", "running")
    band.get_by_role("combobox").select_option("60")
    expect(band).to_contain_text("×60")
    assert console.watched.unreadable(root) == []
    console.close()
