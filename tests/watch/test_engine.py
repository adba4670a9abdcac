"""The engine, condition by condition: what is seen at which minute, what comes of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hansa.watch.model import Opened
from tests.watch.making import CALLS, MINUTE, OXYGEN, SILENCE, Run, reading, request, rules_of

SERIES: dict[str, tuple[dict[str, Any], list[tuple[float, Any]], list[str]]] = {
    "beyond opens, behind clear clears": (
        {},
        [(0, 8), (1, 4.9), (2, 4), (3, 6)],
        ["open medium 1", "clear 3"],
    ),
    "between limit and clear nothing changes": (
        {},
        [(0, 5.5), (1, 4.9), (2, 5.5), (3, 5.9), (4, 6.1)],
        ["open medium 1", "clear 4"],
    ),
    "an unknown value is neither well nor ill": (
        {},
        [(0, 4), (1, None), (2, "broken"), (3, True), (4, 7)],
        ["open medium 0", "clear 4"],
    ),
    "for: a short dip does not ring": (
        {"for": "10 min"},
        [(0, 4), (5, 7), (20, 4), (29, 4)],
        [],
    ),
    "for: rings when it held so long": (
        {"for": "10 min"},
        [(0, 4), (5, 4), (12, 4)],
        ["open medium 10"],
    ),
    "levels raise and never lower": (
        {"levels": [{"at": 4, "severity": "high"}, {"at": 2, "severity": "critical"}]},
        [(0, 4.5), (1, 3.9), (2, 4.5), (3, 1), (4, 3), (5, 8)],
        ["open medium 0", "raise high 1", "raise critical 3", "clear 5"],
    ),
    "a level that is reached at once is the severity it opens with": (
        {"levels": [{"at": 4, "severity": "high"}]},
        [(0, 1)],
        ["open high 0"],
    ),
    "hold-down: no clear so soon after opening": (
        {"holdDown": "10 min"},
        [(0, 4), (1, 8), (2, 4), (3, 8), (15, 8)],
        ["open medium 0", "clear 10"],
    ),
    "hold-down: no opening so soon after clearing": (
        {"holdDown": "10 min"},
        [(0, 4), (11, 8), (12, 4), (13, 4), (25, 4)],
        ["open medium 0", "clear 11", "open medium 21"],
    ),
    "what is older than what was seen counts as seen now": (
        {"holdDown": "10 min"},
        [(5, 4), (3, 8), (16, 4), (2, 8)],
        ["open medium 5", "clear 15"],
    ),
}


@pytest.mark.parametrize(("more", "series", "expected"), SERIES.values(), ids=SERIES)
def test_threshold(
    tmp_path: Path, more: dict[str, Any], series: list[tuple[float, Any]], expected: list[str]
) -> None:
    (rule,) = rules_of(tmp_path, OXYGEN | more)
    run = Run(rule).see(*(reading(minute, value) for minute, value in series))
    assert run.told == expected


@pytest.mark.parametrize(
    ("operator", "value", "opens", "stays"),
    [
        ("<=", 5, 5, 5.1),
        (">", 5, 5.1, 5),
        (">=", 5, 5, 4.9),
        ("==", "fault", "fault", "ok"),
        ("!=", "ok", "fault", "ok"),
        ("==", True, True, False),
    ],
)
def test_operators(tmp_path: Path, operator: str, value: Any, opens: Any, stays: Any) -> None:
    threshold = {"attribute": "O2", "operator": operator, "value": value}
    (rule,) = rules_of(tmp_path, OXYGEN | {"threshold": threshold})
    assert Run(rule).see(reading(0, stays)).told == []
    assert Run(rule).see(reading(0, opens), reading(1, stays)).told == ["open medium 0", "clear 1"]


def test_time_alone_opens_and_clears(tmp_path: Path) -> None:
    (rule,) = rules_of(tmp_path, OXYGEN | {"for": "10 min", "holdDown": "30 min"})
    run = Run(rule).see(reading(0, 4)).pass_time(9)
    assert run.told == []
    run.pass_time(10).see(reading(12, 9))
    assert run.told == ["open medium 10"]
    assert run.pass_time(90).told == ["open medium 10", "clear 40"]
    assert run.states == {}


def test_back_filled_effect_is_not_known_before_the_record_it_rests_on(tmp_path: Path) -> None:
    """A laboratory tells today what was true of yesterday's water."""
    (rule,) = rules_of(tmp_path / "rules", OXYGEN)
    later = replace(reading(1, 4, backfilled=True), recorded=1440 * MINUTE)
    at_once = reading(1500, 7, backfilled=True)

    opened, ended = Run(rule).see(later, at_once).effects

    assert (opened.at, opened.known) == (1 * MINUTE, 1440 * MINUTE)
    assert (ended.at, ended.known) == (1500 * MINUTE, 1500 * MINUTE)


def test_entity_that_goes_clears(tmp_path: Path) -> None:
    (rule,) = rules_of(tmp_path, OXYGEN)
    run = Run(rule).see(reading(0, 4), reading(1, 4, deleted=True))
    assert run.told == ["open medium 0", "clear 1"]


def test_late_instances_are_not_evaluated(tmp_path: Path) -> None:
    (rule,) = rules_of(tmp_path, OXYGEN)
    assert Run(rule).see(reading(0, 8), reading(1, 1, late=True)).told == []


def test_key_of_a_group_rests_on_all_that_are_ill(tmp_path: Path) -> None:
    (rule,) = rules_of(tmp_path, OXYGEN | {"key": "all buoys"})
    run = Run(rule).see(
        reading(0, 4, "urn:x:a"), reading(1, 3, "urn:x:b"), reading(2, 8, "urn:x:a")
    )
    assert run.told == ["open medium 0"]
    assert run.see(reading(3, 8, "urn:x:b")).told == ["open medium 0", "clear 3"]


def test_query_without_condition_holds_while_it_matches(tmp_path: Path) -> None:
    shape = {
        "id": "fault",
        "title": {"en": "x"},
        "severity": "high",
        "when": {"type": "Open311ServiceRequest", "q": 'service_name=="Burst main"'},
    }
    (rule,) = rules_of(tmp_path, shape)
    run = Run(rule).see(request(0, "a", service="Burst main"))
    run.see(request(9, "a", service="Done", created=False))
    assert run.told == ["open high 0", "clear 9"]


# ---- counts


def test_count_opens_per_group_and_clears_with_time(tmp_path: Path) -> None:
    (rule,) = rules_of(tmp_path, CALLS)
    run = Run(rule).see(
        request(0, "a"),
        request(10, "b"),
        request(15, "c", "South"),
        request(20, "d"),
        request(30, "e"),
    )
    assert run.told == ["open medium 20"]
    opened = run.effects[0]
    assert isinstance(opened, Opened)
    assert (opened.key, opened.label, opened.measure) == ("North", "North", 3)
    assert run.pass_time(129).told == ["open medium 20"]
    assert run.pass_time(130).told == ["open medium 20", "clear 130"]
    assert run.pass_time(200).states == {}


def test_count_counts_each_entity_once_and_only_what_begins_to_match(tmp_path: Path) -> None:
    (rule,) = rules_of(tmp_path, CALLS)
    run = Run(rule).see(request(0, "a"), request(1, "a"), request(2, "a", created=False))
    run.see(request(3, "b", service="Noise"), request(4, "c"))
    assert run.told == []
    assert run.see(request(5, "b", created=False)).told == ["open medium 5"]


def test_count_forgets_what_no_longer_matches_or_exists(tmp_path: Path) -> None:
    (rule,) = rules_of(tmp_path, CALLS)
    run = Run(rule).see(request(0, "a"), request(1, "b"))
    run.see(request(2, "a", service="Wrong number", created=False), request(3, "c"))
    assert run.told == []
    run.see(request(4, "b", created=False, deleted=True), request(5, "d"))
    assert run.told == []
    assert run.see(request(6, "e")).told == ["open medium 6"]


def test_count_has_its_own_hysteresis_and_levels(tmp_path: Path) -> None:
    count = {"atLeast": 3, "clearBelow": 2, "window": "60 min", "by": "district"}
    more = {"count": count, "levels": [{"at": 4, "severity": "high"}]}
    (rule,) = rules_of(tmp_path, CALLS | more)
    run = Run(rule).see(*(request(minute, f"r{minute}") for minute in (0, 10, 20, 30)))
    assert run.pass_time(300).told == ["open medium 20", "raise high 30", "clear 80"]


def test_circles(tmp_path: Path) -> None:
    count = {"atLeast": 2, "window": "60 min", "radius": 300}
    (rule,) = rules_of(tmp_path, CALLS | {"count": count})
    run = Run(rule).see(
        request(0, "a", at=[39.7400, 54.6300]),
        request(1, "b", at=[39.7500, 54.6300]),  # some 640 m to the east
        request(2, "nowhere"),
        request(3, "c", at=[39.7410, 54.6301]),
    )
    assert run.told == ["open medium 3"]
    opened = run.effects[0]
    assert isinstance(opened, Opened)
    assert [one.entity for one in opened.members] == ["urn:x:a", "urn:x:c"]
    assert run.pass_time(200).told == ["open medium 3", "clear 60"]


# ---- absence


def test_absence_rings_by_time_and_clears_with_the_next_sign(tmp_path: Path) -> None:
    more = {"levels": [{"at": "2 h", "severity": "high"}]}
    (rule,) = rules_of(tmp_path, SILENCE | more)
    run = Run(rule).see(reading(0, 8), reading(15, 8)).pass_time(44)
    assert run.told == []
    run.pass_time(200)
    assert run.told == ["open low 45", "raise high 135"]
    assert run.see(reading(210, 8)).told == ["open low 45", "raise high 135", "clear 210"]


def test_absence_found_by_the_next_record_rings_at_its_own_time(tmp_path: Path) -> None:
    (rule,) = rules_of(tmp_path, SILENCE)
    run = Run(rule).see(reading(0, 8), reading(100, 8))
    assert run.told == ["open low 30", "clear 100"]


def test_what_is_gone_is_not_missed(tmp_path: Path) -> None:
    (rule,) = rules_of(tmp_path, SILENCE)
    run = Run(rule).see(reading(0, 8), reading(5, 8, deleted=True)).pass_time(500)
    assert run.told == []
    assert run.states == {}
