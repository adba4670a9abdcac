"""The report as PDF: two pages, text that can be found and read aloud, the same bytes twice."""

import io

import orjson
import pytest
from pypdf import PdfReader

from hansa.base.helper import Helper
from hansa.beside import pdf
from hansa.desk.report.document import document
from hansa.desk.report.paper import lay_out
from hansa.desk.report.paper.sheet import Sheet
from hansa.desk.report.paper.speech import LANGUAGES
from tests.desk.sample import sample

ORIGIN = "https://node.example"


def made(sheet: Sheet) -> PdfReader:
    return PdfReader(io.BytesIO(pdf.report(orjson.dumps(sheet))))


def text_of(reader: PdfReader) -> list[str]:
    """The text of each page; spaces that keep words together are spaces."""
    return [page.extract_text().replace("\u00a0", " ") for page in reader.pages]


def sheet(language: str, world: str = "actual") -> Sheet:
    return lay_out(document(sample(world)), language, ORIGIN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_pages_of_text_in_every_language(language: str) -> None:
    given = sheet(language)
    pages = text_of(made(given))
    whole = " ".join(pages).replace("\n", " ")

    assert len(pages) <= 2
    assert given.title in pages[0]
    assert given.day.replace("\u00a0", " ") in pages[0]
    for one in given.things:
        assert one.title in whole
    for number, page in enumerate(pages, 1):
        assert f"{given.words['page']} {number} {given.words['of']} {len(pages)}" in page


def test_the_same_report_makes_the_same_bytes() -> None:
    given = orjson.dumps(sheet("ru"))

    assert pdf.report(given) == pdf.report(given)


def test_the_file_is_dated_by_the_report() -> None:
    about = made(sheet("en")).metadata

    assert about is not None
    assert about.creation_date is not None
    assert about.creation_date.isoformat() == "2026-03-10T03:00:00+00:00"
    assert about.title == "Situation report, Sampleton, Tuesday, 10\u00a0March 2026"


def test_a_report_of_a_moment_within_a_second_is_dated_too() -> None:
    given = {**document(sample()), "at": "2026-03-10T03:00:07.123456Z"}
    about = made(lay_out(given, "en")).metadata

    assert about is not None
    assert about.creation_date is not None
    assert about.creation_date.isoformat() == "2026-03-10T03:00:07+00:00"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_an_exercise_says_so_twice(language: str) -> None:
    given = sheet(language, "exercise:sample")
    assert given.exercise is not None
    word = given.exercise.word.upper()

    for page in text_of(made(given)):
        assert page.count(word) >= 3  # band, watermark, foot
    assert word not in "".join(text_of(made(sheet(language))))


def targets(given: Sheet) -> set[str]:
    """Where the links of the file lead outside of it."""
    found = (
        annotation.get_object()["/A"].get("/URI")
        for page in made(given).pages
        for annotation in page.get("/Annots", ())
        if "/A" in annotation.get_object()
    )
    return {one for one in found if one}


def test_numbers_lead_to_their_rows() -> None:
    given = sheet("en")

    assert {ref.url for ref in given.refs} <= targets(given)


def test_without_an_address_of_the_node_nothing_leads_outside() -> None:
    assert targets(lay_out(document(sample()), "en")) == set()


async def test_the_helper_process_makes_it() -> None:
    helper = Helper()
    try:
        answer = await helper.call("pdf.report", orjson.dumps(sheet("uk")))
    finally:
        await helper.close()

    assert answer.startswith(b"%PDF-")
