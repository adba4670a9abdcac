"""The printed page: nothing unescaped, nothing without its rows, an exercise never mistaken."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from hansa.desk.report.document import document
from hansa.desk.report.paper import lay_out, render
from hansa.desk.report.paper.markup import el
from hansa.desk.report.paper.speech import LANGUAGES, all_words
from tests.desk.sample import sample

HOSTILE = "<script>alert(1)</script>\"'&}</style>"


class Reader(HTMLParser):
    """The page as a browser takes it: its elements, and the text of each link."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.links: dict[str, str | None] = {}
        self._href: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._href = dict(attrs).get("href") if tag == "a" else None

    def handle_data(self, data: str) -> None:
        if self._href is not None:
            self.links[data] = self._href
            self._href = None


def hostile(told: Any) -> Any:
    """A document in which every text that people write is an attack."""
    if isinstance(told, dict):
        return {
            key: dict.fromkeys(value, HOSTILE) if is_words(value) else hostile(value)
            for key, value in told.items()
        }
    if isinstance(told, list):
        return [hostile(one) for one in told]
    return told


def is_words(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_write_stays_text(language: str) -> None:
    told = hostile(document(sample("exercise:<b>storm</b>")))
    reader = Reader(render(told, language))

    assert {tag for tag, _ in reader.tags}.isdisjoint({"script", "b-", "img", "link", "iframe"})
    assert [tag for tag, _ in reader.tags].count("style") == 1
    assert not [name for _, held in reader.tags for name in held if name.startswith("on")]


def test_an_attribute_cannot_be_left_through_a_quote() -> None:
    assert el("a", '"<', href='" onclick="x') == ('<a href="&quot; onclick=&quot;x">&quot;&lt;</a>')


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_asks_nobody_outside_and_runs_nothing(language: str) -> None:
    text = render(document(sample()), language)
    reader = Reader(text)

    assert not {"script", "link", "img"} & {tag for tag, _ in reader.tags}
    assert "url(" not in text
    assert "@import" not in text
    assert dict(reader.tags)["html"]["lang"] == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_leads_to_the_rows_it_came_from_as_known_then(language: str) -> None:
    told = document(sample())
    sheet, links = lay_out(told, language), Reader(render(told, language)).links

    figures = [one for sector in sheet.sectors for one in sector.figures]
    assert len(figures) > 4
    for one in figures:
        assert links[one.value] == one.ref.url
    for url in [ref.url for ref in sheet.refs]:
        asked = parse_qs(urlsplit(urlsplit(url).fragment).query)
        assert asked["at"] == [told["at"]]


def test_a_search_and_an_entity_have_addresses_of_the_explorer() -> None:
    told = document(sample())
    urls = [ref.url for ref in lay_out(told, "en", "https://node.example").refs]

    assert (
        "https://node.example/#/explorer?type=Incident"
        "&q=state%21%3D%22closed%22%3Bseverity%3D%3D%22critical%22&at=2026-03-10T03%3A00%3A00Z"
    ) in urls
    assert (
        "https://node.example/#/explorer/urn%3Angsi-ld%3AIncident%3Ariver-level%3Aupper"
        "?at=2026-03-10T03%3A00%3A00Z"
    ) in urls


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_exercise_says_so_above_behind_and_in_the_title(language: str) -> None:
    word = all_words()[language]["exercise.word"]
    text = render(document(sample("exercise:sample")), language)
    reader = Reader(text)

    assert f"<title>{word} · " in text
    assert {"watermark", "band"} <= {str(held.get("class")) for _, held in reader.tags}
    assert f'content: "{word} ·' in text
    assert word not in render(document(sample()), language)


def test_languages_say_the_same_things_with_the_same_braces() -> None:
    words = all_words()

    def braces(language: str) -> dict[str, list[str]]:
        return {key: sorted(re.findall(r"\{\w+\}", t)) for key, t in words[language].items()}

    assert set(words) == set(LANGUAGES)
    assert braces("ru") == braces("en")
    assert braces("uk") == braces("en")
    for language in LANGUAGES:
        assert len(words[language]["weekdays"].split()) == 7
        assert len(words[language]["months"].split()) == 12


def test_the_words_of_a_report_in_a_language() -> None:
    sheet = lay_out(document(sample()), "ru")

    assert sheet.day == "Вторник, 10\u00a0марта 2026"
    assert sheet.known == "по состоянию на 10\u00a0марта 2026, 06:00"
    assert sheet.things[0].text == "Река · уже 5\u00a0ч"
    oxygen = next(one for one in sheet.sectors if one.troubles and one.figures).figures[0]
    assert (oxygen.value, oxygen.unit) == ("6,12", "мг/л")
    assert oxygen.change == "\u22121,28 (неделю назад 7,40)"
    assert oxygen.stale


def test_an_unknown_value_is_said_to_be_unknown_with_its_reason() -> None:
    figures = [one for each in lay_out(document(sample()), "en").sectors for one in each.figures]
    unknown = [one for one in figures if not one.known]

    assert [one.value for one in unknown] == ["unknown"]
    assert unknown[0].change != ""


def cut_at(count: int) -> Callable[[dict[str, Any]], None]:
    def grow(told: dict[str, Any]) -> None:
        sector = next(one for one in told["sectors"] if one["incidents"])
        sector["incidents"] = sector["incidents"] * count

    return grow


def test_a_list_that_is_cut_says_how_much_is_left_out() -> None:
    told = document(sample())
    cut_at(20)(told)
    sector = next(one for one in lay_out(told, "en").sectors if one.more)

    assert len(sector.troubles) == 3
    assert sector.more == "and 17 more"


def test_a_day_that_is_not_known_breaks_the_curve() -> None:
    told = document(sample())
    figure = next(one for each in told["sectors"] for one in each["figures"] if one["interval"])
    figure["trend"][10]["value"] = None
    figure["interval"]["high"] = None
    curve = next(
        one.curve for each in lay_out(told, "en").sectors for one in each.figures if one.curve
    )

    assert curve is not None
    assert [len(run) for run in curve.runs] == [10, len(figure["trend"]) - 11]
    assert curve.band is None
    assert all(0 <= value <= 1 for run in curve.runs for _, value in run)


def test_the_same_report_makes_the_same_page() -> None:
    assert render(document(sample()), "uk") == render(document(sample()), "uk")
