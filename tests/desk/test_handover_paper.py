"""The hand-over sheet on paper: the same lines as page and as PDF, and no name that is kept."""

import io
from dataclasses import asdict
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pypdf
import pytest

from hansa.base.clock import ManualClock
from hansa.beside import pdf
from hansa.context import City, Query, TypeIs
from hansa.desk import DeskSettings
from hansa.desk.handover import About, lay_out, render
from hansa.desk.orders import Order, give
from hansa.desk.shifts.entities import SHIFT
from hansa.desk.shifts.orders import Done, HandOver, Orders, Remark, Sign, Take
from hansa.desk.shifts.reading import held
from hansa.desk.shifts.sheet import Sheets
from hansa.desk.shifts.signing import Signature
from hansa.desk.states import Verb
from hansa.guard import Grant
from tests.desk.conftest import alert, id_of, on_duty, until
from tests.desk.shifting import kept, settings_of
from tests.desk.shifting import until as until_there

ABOUT = About(
    {"en": "Testing <&>"},
    ZoneInfo("Europe/Moscow"),
    {"severity": {"high": {"en": "High", "ru": "Высокая", "uk": "Висока"}}},
)


async def _worked(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant, clock: ManualClock
) -> dict[str, Any]:
    """The sheet of a shift in which something of every kind happened."""
    settings = settings_of(city)
    orders = Orders(city, settings, Sheets(city, settings))
    async with on_duty(city, desk), kept(city, settings):
        shift = await orders.take(officer, Take(post="duty", expect=0))
        await city.write(watch, [alert("a"), alert("b", key="b")])
        first = await until(city, officer, "a", state="new")
        await until(city, officer, "b", state="new")
        order = Order(expect=first.change, reason="resolved")
        await give(city, officer, desk, id_of("a"), Verb.CLOSE, order)
        await orders.note(officer, Remark(post="duty", text="Mrs Smith called"))
        clock.set(clock.now().replace(hour=13))
        due = await until_there(city, "Duty", state="due", duty="check")
        await orders.done(officer, due.id, Done(expect=due.change))
        page = await city.read(city.guard.view(officer), Query(ids=(shift,), types=TypeIs(SHIFT)))
        wish = HandOver(shift=shift, expect=page.entities[0].change)
        digest = await orders.hand_over(officer, wish)
        await orders.sign(officer, Sign(shift=shift, sign=Signature(digest=digest, confirm=True)))
        page = await city.read(city.guard.view(officer), Query(ids=(shift,), types=TypeIs(SHIFT)))
    return {**held(page.entities[0]), "frozen": True}


async def test_the_sheet_says_what_happened(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant, clock: ManualClock
) -> None:
    told = await _worked(city, desk, watch, officer, clock)
    sheet = told["sheet"]
    assert told["intact"]
    assert sheet["counts"] == {
        "opened": 2,
        "worked": 1,
        "closed": 1,
        "open": 1,
        "tasksOverdue": 0,
        "dutiesDone": 1,
        "dutiesMissed": 0,
    }
    assert [one["reason"] for one in sheet["closed"]] == ["resolved"]
    assert [one["id"] for one in sheet["stillOpen"]] == [id_of("b")]
    assert sheet["duties"][0]["by"] == "ann"
    assert sheet["notes"][0]["text"] is None


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
async def test_page_and_pdf_are_settings_of_one_paper(
    city: City,
    desk: DeskSettings,
    watch: Grant,
    officer: Grant,
    clock: ManualClock,
    language: str,
) -> None:
    told = await _worked(city, desk, watch, officer, clock)
    paper = lay_out(told, ABOUT, language)
    page = render(paper)
    made = pdf.handover(orjson.dumps(asdict(paper)))
    text = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(made)).pages)
    plain = "".join(text.split())
    for title in (part.title for part in paper.parts):
        assert escape(title) in page
        assert "".join(title.split()) in plain
    for given in (page, text):
        assert "Smith" not in given
        assert told["digest"][:12] in given.replace("\n", "")
    assert "Testing &lt;&amp;&gt;" in page
    assert paper.exercise is not None  # the city of these tests is an exercise
    assert paper.exercise.word in page
    assert paper.exercise.word.upper() in text
    assert made == pdf.handover(orjson.dumps(asdict(paper)))


async def test_a_sheet_that_was_changed_says_so(
    city: City, desk: DeskSettings, watch: Grant, officer: Grant, clock: ManualClock
) -> None:
    told = await _worked(city, desk, watch, officer, clock)
    assert "does not hold" in render(lay_out({**told, "intact": False}, ABOUT, "en"))
