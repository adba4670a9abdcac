"""What is wrong with an indicator is refused at the start, with file, line and field."""

from pathlib import Path

import pytest

from hansa.base.problems import BadFile
from hansa.base.settings import load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.desk import load_indicators, load_report

VOCABULARY = load_vocabulary()
FILE = """\
type: Open311ServiceRequest
life: {opened: requested_datetime, closed: closedAt, due: expected_datetime}
by: [district]
indicators:
  - id: open
    title: {en: open, ru: открыто}
    kind: backlog
    good: down
"""


def load(folder: Path, text: str) -> object:
    (folder / "requests.yaml").write_text(text, encoding="utf-8")
    return load_indicators(folder, VOCABULARY, ["en", "ru"])


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    assert load(tmp_path, FILE)


def test_no_folder_means_no_indicators(tmp_path: Path) -> None:
    assert load_indicators(tmp_path / "indicators", VOCABULARY, ["en"]) == ()


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ("good: down", "goood: down", ":8 indicators.0.goood", "unknown field"),
        ("kind: backlog", "kind: average", ":7 indicators.0.kind", "average"),
        ("id: open", "id: Open!", ":5 indicators.0.id", "no id"),
        (", ru: открыто", "", ":6 indicators.0.title", "missing in ru"),
        ("good: down", "unit: DAY\n    kind: duration", "twice", ""),
        ("kind: backlog", "kind: duration\n    unit: MTR", ":8 indicators.0.unit", "MTR"),
        ("kind: backlog", "kind: latest", ":7 indicators.0.kind", "attribute"),
        ("good: down", "by: [distric]", ":8 indicators.0.by", "distric"),
        ("good: down", "by: [address_string]", ":8 indicators.0.by", "personal"),
        ("good: down", 'where: "status=="', ":8 indicators.0.where", ""),
        ("good: down", "window: soon", ":8 indicators.0.window", "soon"),
        ("good: down", "sector: sewers", ":8 indicators.0.sector", "sewers"),
        ("kind: backlog", "kind: duration\n    quantile: 1.5", ":8 indicators.0.quantile", "1.5"),
        ("type: Open311", "type: Closed311", "indicators.0.type", "Closed311"),
        (", due: expected_datetime", "", ":7 indicators.0.kind", "due"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    tmp_path: Path, old: str, new: str, where: str, words: str
) -> None:
    text = FILE.replace(old, new)
    if old == ", due: expected_datetime":
        text = text.replace("kind: backlog", "kind: overdue")
    with pytest.raises(BadFile) as refused:
        load(tmp_path, text)
    assert where in str(refused.value)
    assert words in str(refused.value)


def test_an_id_stands_once_in_the_city(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text(FILE, encoding="utf-8")
    with pytest.raises(BadFile, match="stands twice"):
        load(tmp_path, FILE)


@pytest.mark.parametrize("city", ["boston", "ryazan-exercise"])
def test_the_cities_of_the_house_are_sound(root: Path, city: str) -> None:
    folder = root / "cities" / city
    languages = load_city(folder).languages
    indicators = load_indicators(folder / "indicators", VOCABULARY, languages)
    assert indicators
    assert load_report(folder, VOCABULARY, languages, indicators).criteria


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("hour: 6 o'clock", ":1", "no hour"),
        ("days: 1", ":1 days", "1 days"),
        ("levels: [{en: calm}]", ":1 levels", "five"),
        ("notes: [{ru: да}]", "notes.0", "missing in en"),
        ("criteria: [{id: a, level: 3, text: {en: a}}]", ":1 criteria.0", "counts incidents"),
        (
            "criteria: [{id: a, level: 1, text: {en: a}, incidents: {atLeast: 1}}]",
            "criteria.0",
            "no level",
        ),
        (
            "criteria: [{id: a, level: 2, text: {en: a}, indicator: {id: b, atLeast: 1}}]",
            "criteria.0",
            "no indicator 'b'",
        ),
        (
            "criteria: [{id: a, level: 2, text: {en: a}, sources: {atLeast: 1, health: [ill]}}]",
            "criteria.0",
            "health",
        ),
    ],
)
def test_a_report_that_cannot_be_made_is_refused(
    tmp_path: Path, text: str, where: str, words: str
) -> None:
    (tmp_path / "report.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        load_report(tmp_path, VOCABULARY, ["en"], ())
    assert where in str(refused.value)
    assert words in str(refused.value)
