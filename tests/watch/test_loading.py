"""Rules as people write them: what is understood, and how each mistake is named."""

from pathlib import Path
from textwrap import dedent

import pytest

from hansa.base.durations import duration_text, parse_duration
from hansa.base.problems import BadFile
from hansa.watch import load_rules
from hansa.watch.model import Sighting
from hansa.watch.rules import Absence, Count, Level, Threshold
from tests.watch.making import VOCABULARY, reading, request

GOOD = """
rules:
  - id: heat-calls
    title: {en: "No heat: {count}, {place}"}
    when:
      type: Open311ServiceRequest
      q: service_name=="No heat";status=="open"
    count: {atLeast: 5, window: 2 h, by: district}
    severity: medium
    levels:
      - {at: 10, severity: high}
"""


def load(folder: Path, text: str, languages: tuple[str, ...] = ("en",)) -> None:
    (folder / "rules.yaml").write_text(dedent(text), encoding="utf-8")
    load_rules(folder, VOCABULARY, languages)


def test_a_whole_rule(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    (rule,) = load_rules(tmp_path, VOCABULARY, ("en",))
    assert rule.condition == Count(5, 5, 7_200_000_000, by="district")
    assert rule.levels == (Level(10.0, "high"),)
    assert (rule.sector, rule.category, rule.key, rule.place) == (
        "requests",
        "requests",
        "{by}",
        "district",
    )
    assert rule.watched == {"service_name", "status"}
    assert rule.reads == {"service_name", "status", "district"}
    assert rule.where == f"{tmp_path / 'a.yaml'}:3"


def test_area_is_part_of_the_query(tmp_path: Path) -> None:
    area = "{geometry: Polygon, coordinates: [[[39, 54], [40, 54], [40, 55], [39, 54]]]}"
    text = GOOD.replace("      q:", f"      area: {area}\n      q:")
    (tmp_path / "a.yaml").write_text(text)
    (rule,) = load_rules(tmp_path, VOCABULARY, ("en",))

    def seen(point: list[float]) -> Sighting:
        found = request(0, "a", at=point)
        status = {"status": {"type": "Property", "value": "open"}}
        return Sighting(found.entity, {**found.document, **status}, frozenset(), 0, {})

    assert rule.matches(seen([39.8, 54.2]))
    assert not rule.matches(seen([39.8, 55.2]))


def test_threshold_and_absence(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        dedent("""
        rules:
          - id: low
            title: {en: x}
            when: {type: WaterQualityObserved}
            threshold: {attribute: O2, operator: "<", value: 5, clear: 5.5}
            severity: low
          - id: silent
            title: {en: x}
            when: {type: WaterQualityObserved}
            absence: {attribute: O2, longerThan: 1.5 h}
            levels: [{at: 1 d, severity: high}]
            severity: low
        """)
    )
    low, silent = load_rules(tmp_path, VOCABULARY, ("en",))
    assert low.condition == Threshold("O2", "<", 5.0, 5.5)
    assert silent.condition == Absence("O2", 5_400_000_000)
    assert silent.levels == (Level(86_400_000_000, "high"),)
    assert low.matches(reading(0, 1))


def test_no_folder_no_rules(tmp_path: Path) -> None:
    assert load_rules(tmp_path / "rules", VOCABULARY, ("en",)) == ()


MISTAKES = {
    "unknown member": ("severity: medium", "severty: medium", 9, "severty"),
    "bad id": ("id: heat-calls", "id: Heat calls", 3, ""),
    "no title in a language": ("title: {en:", "title: {ru:", 4, "title"),
    "unknown field in a title": ("{count}, {place}", "{number}", 4, "title.en"),
    "stray brace": ("{count}, {place}", "{count", 4, "title.en"),
    "unknown type": ("type: Open311ServiceRequest", "type: Request", 6, "when.type"),
    "broken query": ("status==", "status=", 7, "when.q"),
    "unknown attribute in a query": ("status==", "state==", 7, "when.q"),
    "personal attribute in a query": ("status==", "phone==", 7, "when.q"),
    "bad pattern": ('service_name=="No heat"', 'service_name~="("', 7, "when.q"),
    "bad window": ("window: 2 h", "window: PT2H", 8, "count"),
    "two ways to group": ("by: district", "by: district, radius: 5", 8, "count"),
    "group by a restricted attribute": ("by: district", "by: postalCode", 8, "count.by"),
    "clearBelow above atLeast": ("window: 2 h", "window: 2 h, clearBelow: 6", 8, "count"),
    "unknown severity": ("severity: medium", "severity: urgent", 9, "severity"),
    "unknown severity of a level": ("severity: high", "severity: red", 11, "levels.0.severity"),
    "a duration as level of a count": ("at: 10", "at: 10 min", 11, "levels.0.at"),
    "unknown sector": ("severity: medium", "severity: medium\n    sector: sea", 10, "sector"),
    "key of one entity": ("severity: medium", 'severity: medium\n    key: "{id}"', 10, "key"),
    "personal key": ("severity: medium", 'severity: medium\n    key: "{title}"', 10, "key"),
    "two conditions": (
        "severity: medium",
        "severity: medium\n    absence: {attribute: status, longerThan: 1 h}",
        3,
        "",
    ),
    "unknown place": ("severity: medium", "severity: medium\n    place: street", 10, "place"),
}


@pytest.mark.parametrize(("old", "new", "line", "field"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_named(tmp_path: Path, old: str, new: str, line: int, field: str) -> None:
    assert old in GOOD
    with pytest.raises(BadFile) as refused:
        load(tmp_path, GOOD.replace(old, new))
    place, _, found = refused.value.where.partition(" ")
    assert found == f"rules.0.{field}".rstrip(".")
    assert place == f"{tmp_path / 'rules.yaml'}:{line}", str(refused.value)


CONDITIONS = {
    "unknown operator": ('threshold: {attribute: O2, operator: "~", value: 5}', "operator '~'"),
    "order of texts": ('threshold: {attribute: O2, operator: "<", value: bad}', "numbers"),
    "clear on the wrong side": (
        'threshold: {attribute: O2, operator: "<", value: 5, clear: 4}',
        "wrong side",
    ),
    "clear of an equality": (
        'threshold: {attribute: O2, operator: "==", value: 5, clear: 4}',
        "clear needs",
    ),
    "absence with for": ("absence: {attribute: O2, longerThan: 2 h}\n    for: 5 min", "no for"),
    "absence with a key": ("absence: {attribute: O2, longerThan: 2 h}\n    key: all", "for itself"),
    "count in empty circles": ("count: {atLeast: 2, window: 1 h, radius: 0}", "above 0"),
    "count of none": ("count: {atLeast: 0, window: 1 h}", "at least 1"),
    "a jump and states at once": (
        "change: {attribute: O2, by: 2, to: off, lasts: 1 h}",
        "either by",
    ),
    "a jump for ever": ("change: {attribute: O2, by: 2}", "lasts"),
    "a direction of states": ("change: {attribute: O2, to: off, direction: up}", "with by"),
    "a rate with clear on the wrong side": (
        "rate: {attribute: O2, operator: '>', perHour: 1, clear: 2, window: 1 h}",
        "wrong side",
    ),
    "a rate of one reading": (
        "rate: {attribute: O2, operator: '>', perHour: 1, window: 1 h, readings: 1}",
        "between 2 and 40",
    ),
    "more of fewer readings": (
        "nOfM: {attribute: O2, operator: '<', value: 5, n: 4, m: 3}",
        "between 1 and m",
    ),
    "readings of how many": ("nOfM: {attribute: O2, operator: '<', value: 5, n: 4}", "m says"),
    "sensors each for itself": (
        "nOfM: {attribute: O2, operator: '<', value: 5, n: 2, of: sensors}",
        "name it",
    ),
    "the same hour without a tolerance": ("sameHour: {attribute: O2}", "how far"),
    "the same hour of no weeks": (
        "sameHour: {attribute: O2, factor: 2, leastWeeks: 7}",
        "leastWeeks",
    ),
    "escalation at once": (
        "escalate: [{after: 0 s, severity: high}]",
        "longer than nothing",
    ),
    "escalation to what is no severity": ("escalate: [{after: 1 h, severity: red}]", "no severity"),
    "a key of what is judged for itself": (
        "change: {attribute: O2, by: 2, lasts: 1 h}\n    key: all",
        "for itself",
    ),
    "level of nothing": ("levels: [{at: 3, severity: high}]", "nothing to reach"),
    "a number as level of an absence": (
        "absence: {attribute: O2, longerThan: 2 h}\n    levels: [{at: 3, severity: high}]",
        "duration",
    ),
}


@pytest.mark.parametrize(("text", "word"), CONDITIONS.values(), ids=CONDITIONS)
def test_conditions_that_mean_nothing_are_refused(tmp_path: Path, text: str, word: str) -> None:
    rule = "rules:\n  - id: a\n    title: {en: x}\n    when: {type: WaterQualityObserved}\n"
    with pytest.raises(BadFile) as refused:
        load(tmp_path, f"{rule}    severity: low\n    {text}\n")
    assert word in refused.value.detail
    assert str(tmp_path / "rules.yaml") in refused.value.where


def test_id_stands_once_in_all_files(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    with pytest.raises(BadFile, match="too") as refused:
        load(tmp_path, GOOD)
    assert refused.value.where == f"{tmp_path / 'rules.yaml'}:3 rules.0.id"


@pytest.mark.parametrize(
    ("text", "micros"),
    [("30 s", 30_000_000), ("10min", 600_000_000), ("1.5 h", 5_400_000_000), ("1 d", 86400000000)],
)
def test_durations(text: str, micros: int) -> None:
    assert parse_duration(text) == micros


@pytest.mark.parametrize("text", ["", "5", "PT5M", "5 minutes", "-5 min", "1 h 5 min"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("micros", "language", "expected"),
    [
        (5_400_000_000, "en", "1 h 30 min"),
        (90_061_000_000, "ru", "1 д 1 ч"),
        (59_000_000, "uk", "59 с"),
        (0, "en", "0 s"),
        (7_200_000_000, "de", "2 h"),
    ],
)
def test_durations_in_words(micros: int, language: str, expected: str) -> None:
    assert duration_text(micros, language) == expected
