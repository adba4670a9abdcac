"""The day's calls in the situation report: numbers, and nobody's name."""

from datetime import timedelta

import httpx

from hansa.base.clock import ManualClock
from hansa.base.times import format_instant
from hansa.context import City
from hansa.desk import Reporter, document, load_indicators, load_report
from hansa.desk.report.calls import calls_until
from hansa.desk.report.paper.layout import lay_out
from hansa.desk.report.paper.page import page
from hansa.desk.report.speaking import Speaker, load_texts
from tests.desk.calls.calling import machine
from tests.desk.calls.conftest import Client
from tests.desk.calls.test_calls import ordered, taken

SPEAKER = Speaker(("en", "ru", "uk"), load_texts())


async def a_day(http: httpx.AsyncClient) -> None:
    """Three calls: one closed, one begun anew, one open."""
    one, two = await taken(http), await taken(http)
    await taken(http)
    for call, result in ((one, "confirmed"), (two, "notDone")):
        await ordered(http, call["id"], "done")
        await ordered(http, call["id"], "callback", result=result)


async def test_a_day_of_calls_is_one_line_and_a_day_later_it_is_what_stands_open(
    city: City, client: Client, clock: ManualClock
) -> None:
    view = city.guard.view(machine(city, "level"))
    assert await calls_until(city, view, SPEAKER, clock.now()) is None
    async with client() as http:
        await a_day(http)
    clock.advance(timedelta(minutes=1))
    line = await calls_until(city, view, SPEAKER, clock.now())
    assert line is not None
    assert line.text["en"] == "3 received, 1 closed, 2 called back, 1 reopened"
    assert line.note["en"] == "2 open"
    clock.advance(timedelta(days=2))
    later = await calls_until(city, view, SPEAKER, clock.now())
    assert later is not None
    assert (later.text["ru"], later.note["ru"]) == (
        "за сутки заявок нет",
        "остаётся открытых: 2",
    )


async def test_it_stands_in_the_report_and_on_paper_without_a_name(
    city: City, client: Client, clock: ManualClock
) -> None:
    async with client() as http:
        await a_day(http)
    clock.advance(timedelta(minutes=1))
    settings = city.settings
    indicators = load_indicators(
        settings.folder / "indicators", city.vocabulary, settings.languages
    )
    told = load_report(settings.folder, city.vocabulary, settings.languages, indicators)
    reporter = Reporter(city, told)
    view = city.guard.view(machine(city, "level"))
    report = document(await reporter.make(view, reporter.moments("", format_instant(clock.now()))))
    assert report["calls"]["text"]["en"].startswith("3 received")
    paper = page(lay_out(report, "en", ""))
    assert "3 received" in paper
    assert "anary" not in paper
