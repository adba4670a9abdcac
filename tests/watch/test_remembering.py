"""Conditions that judge a reading by those before it: jump, turn, rate, n of m, escalation."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hansa.watch.model import Opened, Sighting
from tests.watch.making import OXYGEN, Run, reading, rules_of

BASE = {name: one for name, one in OXYGEN.items() if name != "threshold"}

CHANGES: dict[str, tuple[dict[str, Any], list[tuple[float, Any]], list[str]]] = {
    "a jump stands for its time": (
        {"by": 2, "lasts": "30 min"},
        [(0, 8), (10, 5), (20, 5)],
        ["open medium 10", "clear 40"],
    ),
    "another jump makes it stand longer": (
        {"by": 2, "lasts": "30 min"},
        [(0, 8), (10, 5), (30, 9)],
        ["open medium 10", "clear 60"],
    ),
    "what differs by just so much is no jump": (
        {"by": 2, "lasts": "30 min"},
        [(0, 8), (10, 6)],
        [],
    ),
    "after a gap the reading before is none": (
        {"by": 2, "lasts": "30 min", "within": "1 h"},
        [(0, 8), (61, 2), (70, 2)],
        [],
    ),
    "the first reading is no jump, an unknown one is none before": (
        {"by": 2, "lasts": "30 min"},
        [(0, 8), (5, None), (10, 7)],
        [],
    ),
    "only downwards": (
        {"by": 2, "direction": "down", "lasts": "5 min"},
        [(0, 2), (10, 8), (20, 3)],
        ["open medium 20", "clear 25"],
    ),
    "told again at the same time: judged by the one before": (
        {"by": 2, "lasts": "30 min"},
        [(0, 8), (10, 2), (10, 7)],
        ["open medium 10", "clear 10"],
    ),
    "a state stands until it is another": (
        {"from": "on", "to": ["off", "fault"]},
        [(0, "on"), (1, "off"), (2, "off"), (3, "on"), (4, "idle"), (5, "off")],
        ["open medium 1", "clear 3"],
    ),
    "any change of state, no longer than it lasts": (
        {"to": "off", "lasts": "10 min"},
        [(0, "on"), (1, "off")],
        ["open medium 1", "clear 11"],
    ),
}


@pytest.mark.parametrize(("change", "series", "expected"), CHANGES.values(), ids=CHANGES)
def test_change(
    tmp_path: Path, change: dict[str, Any], series: list[tuple[float, Any]], expected: list[str]
) -> None:
    (rule,) = rules_of(tmp_path, BASE | {"change": {"attribute": "O2", **change}})
    run = Run(rule).see(*(reading(minute, value) for minute, value in series)).pass_time(1000)
    assert run.told == expected


def test_jump_says_how_far_and_reaches_levels(tmp_path: Path) -> None:
    change = {"attribute": "O2", "by": 2, "lasts": "1 h"}
    (rule,) = rules_of(
        tmp_path, BASE | {"change": change, "levels": [{"at": 5, "severity": "high"}]}
    )
    run = Run(rule).see(reading(0, 8), reading(1, 2))
    assert run.told == ["open high 1"]
    assert isinstance(run.effects[0], Opened)
    assert run.effects[0].measure == -6


# ---- rate

FALLING = {"attribute": "O2", "operator": "<", "perHour": -1, "clear": -0.5, "window": "1 h"}


def line(slope: float, minutes: range, start: float = 20) -> list[Sighting]:
    """Readings that rise by `slope` in an hour."""
    return [reading(minute, start + slope * minute / 60) for minute in minutes]


def test_rate_opens_and_clears(tmp_path: Path) -> None:
    (rule,) = rules_of(tmp_path, BASE | {"rate": FALLING})
    run = Run(rule).see(*line(-2, range(0, 61, 10)), *line(0, range(70, 200, 10), 18))
    assert run.told[0] == "open medium 30"  # half of the window is known by then
    assert run.told[1].startswith("clear 1")
    assert len(run.told) == 2


def test_one_wild_reading_does_not_move_a_rate(tmp_path: Path) -> None:
    (rule,) = rules_of(tmp_path, BASE | {"rate": FALLING})
    readings = line(0, range(0, 121, 5))
    readings[12] = reading(60, -500)
    assert Run(rule).see(*readings).told == []


def test_rate_is_not_known_after_a_gap_and_ends_in_silence(tmp_path: Path) -> None:
    (rule,) = rules_of(tmp_path, BASE | {"rate": FALLING})
    run = Run(rule).see(*line(-2, range(0, 31, 10)), reading(200, 2), reading(210, 1))
    assert run.told == ["open medium 30", "clear 90"]


def test_late_and_doubled_readings_stand_where_they_belong(tmp_path: Path) -> None:
    (rule,) = rules_of(tmp_path, BASE | {"rate": FALLING})
    readings = line(-2, range(0, 31, 5))
    in_order = Run(rule).see(*readings)
    late = replace(readings[2], late=True)
    disordered = Run(rule).see(readings[0], readings[1], readings[3], readings[3], late)
    disordered.see(*readings[4:])
    assert disordered.states[readings[0].entity].memory == (
        in_order.states[readings[0].entity].memory
    )
    assert disordered.told == in_order.told


def test_memory_of_a_chatty_sensor_is_bounded(tmp_path: Path) -> None:
    (rule,) = rules_of(tmp_path, BASE | {"rate": FALLING})
    run = Run(rule).see(*(reading(second / 60, 5) for second in range(7200)))
    (state,) = run.states.values()
    assert len(state.memory) <= 41


# ---- n of m


def test_n_of_the_last_m_readings(tmp_path: Path) -> None:
    given = {"attribute": "O2", "operator": "<", "value": 5, "n": 3, "m": 5}
    (rule,) = rules_of(tmp_path, BASE | {"nOfM": given})
    values = [4, 8, 4, 8, 4, 8, 8, 4, 4, 4, 4]
    run = Run(rule).see(*(reading(minute, value) for minute, value in enumerate(values)))
    assert run.told == ["open medium 4", "clear 5", "open medium 8"]
    assert isinstance(run.effects[0], Opened)
    assert run.effects[0].measure == 3


def test_readings_that_are_too_old_do_not_count(tmp_path: Path) -> None:
    given = {"attribute": "O2", "operator": "<", "value": 5, "n": 2, "m": 5, "within": "1 h"}
    (rule,) = rules_of(tmp_path, BASE | {"nOfM": given})
    run = Run(rule).see(reading(0, 4), reading(70, 4))
    assert run.told == []
    assert run.see(reading(80, 4)).pass_time(1000).told == ["open medium 80", "clear 140"]


def test_n_sensors_of_a_key_at_once(tmp_path: Path) -> None:
    given = {"attribute": "O2", "operator": "<", "value": 5, "clear": 6, "n": 2, "of": "sensors"}
    (rule,) = rules_of(tmp_path, BASE | {"nOfM": {**given, "within": "1 h"}, "key": "all buoys"})
    run = Run(rule).see(reading(0, 4, "urn:x:a"), reading(70, 3, "urn:x:b"))
    assert run.told == []  # the first was told more than an hour before
    run.see(reading(80, 5.5, "urn:x:a"), reading(85, 4, "urn:x:a"), reading(90, 5.5, "urn:x:a"))
    assert run.told == ["open medium 85"]
    assert run.see(reading(95, 6, "urn:x:a")).told == ["open medium 85", "clear 95"]


def test_sensors_that_fall_silent_do_not_hold_the_alert(tmp_path: Path) -> None:
    given = {"attribute": "O2", "operator": "<", "value": 5, "n": 2, "of": "sensors"}
    (rule,) = rules_of(tmp_path, BASE | {"nOfM": {**given, "within": "1 h"}, "key": "all"})
    run = Run(rule).see(reading(0, 4, "urn:x:a"), reading(10, 3, "urn:x:b")).pass_time(1000)
    assert run.told == ["open medium 10", "clear 60"]
    assert run.states == {}


# ---- escalation by time


def test_what_is_still_open_rises_with_time(tmp_path: Path) -> None:
    steps = [{"after": "30 min", "severity": "high"}, {"after": "2 h", "severity": "critical"}]
    (rule,) = rules_of(tmp_path, OXYGEN | {"escalate": steps})
    run = Run(rule).see(reading(10, 4)).pass_time(39)
    assert run.told == ["open medium 10"]
    run.pass_time(500).see(reading(501, 8))
    assert run.told == ["open medium 10", "raise high 40", "raise critical 130", "clear 501"]


def test_what_has_ended_does_not_rise(tmp_path: Path) -> None:
    steps = [{"after": "30 min", "severity": "high"}]
    (rule,) = rules_of(tmp_path, OXYGEN | {"escalate": steps, "holdDown": "1 h"})
    run = Run(rule).see(reading(0, 4), reading(10, 8)).pass_time(500)
    assert run.told == ["open medium 0", "clear 60"]


def test_escalation_counts_from_the_opening_of_each_alert(tmp_path: Path) -> None:
    (rule,) = rules_of(tmp_path, OXYGEN | {"escalate": [{"after": "30 min", "severity": "high"}]})
    run = Run(rule).see(reading(1, 4), reading(20, 8), reading(25, 4)).pass_time(54)
    assert run.told == ["open medium 1", "clear 20", "open medium 25"]
    assert run.pass_time(60).told[-1] == "raise high 55"


def test_entity_that_goes_leaves_no_memory(tmp_path: Path) -> None:
    (rule,) = rules_of(tmp_path, BASE | {"rate": FALLING})
    run = Run(rule).see(*line(-2, range(0, 31, 10)), reading(40, None, deleted=True))
    assert run.told == ["open medium 30", "clear 40"]
    assert run.states == {}


def test_a_value_that_is_too_old_holds_no_alert(tmp_path: Path) -> None:
    lasting = {**OXYGEN["threshold"], "lasts": "1 h"}
    (rule,) = rules_of(tmp_path, OXYGEN | {"threshold": lasting})
    run = Run(rule).see(reading(0, 4), reading(40, 3)).pass_time(99)
    assert run.told == ["open medium 0"]
    assert run.pass_time(200).told == ["open medium 0", "clear 100"]
    assert run.states == {}
