"""The same hour of past weeks: what is usual, how far is too far, and what is not known."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hansa.base.times import to_micros
from hansa.watch import load_rules
from hansa.watch.model import Opened, Sighting
from hansa.watch.profile import hour_of
from hansa.watch.rules import Rule, SameHour
from tests.watch.making import MINUTE, OXYGEN, VOCABULARY, Run, reading, rules_of

ZONE = ZoneInfo("America/New_York")
MONDAY = datetime(2015, 6, 1, 8, tzinfo=ZONE)
BASE = {name: one for name, one in OXYGEN.items() if name != "threshold"}


def same_hour(folder: Path, **more: Any) -> Rule:
    given = {"attribute": "O2", "weeks": 4, "leastWeeks": 3, **more}
    rules_of(folder, BASE | {"sameHour": given})
    (rule,) = load_rules(folder, VOCABULARY, ("en",), ZONE)
    return rule


def at(week: int, value: float, minute: int = 0, start: datetime = MONDAY) -> Sighting:
    """A reading of that hour of a later week, by the city's clock."""
    local = start + timedelta(weeks=week, minutes=minute)
    return reading(to_micros(local) / MINUTE, value)


def weeks(*values: float, start: datetime = MONDAY) -> list[Sighting]:
    """One reading a week, and the hour after it."""
    return [
        one
        for week, value in enumerate(values)
        for one in (at(week, value, start=start), at(week, 0, 60, start=start))
    ]


TOLERANCES: dict[str, tuple[dict[str, Any], float, bool]] = {
    "factor above": ({"factor": 1.5}, 15.1, True),
    "factor not above": ({"factor": 1.5}, 15, False),
    "factor below": ({"factor": 2}, 4.9, True),
    "the other side": ({"factor": 2, "side": "above"}, 1, False),
    "absolute": ({"absolute": 4}, 14.1, True),
    "each that is given must be exceeded": ({"factor": 1.1, "absolute": 4}, 13, False),
    "median deviations": ({"mads": 3, "leastWeeks": 4}, 19, True),  # one is 2 * 1.4826
    "few median deviations": ({"mads": 3, "leastWeeks": 4}, 18.8, False),
}


@pytest.mark.parametrize(("more", "value", "rings"), TOLERANCES.values(), ids=TOLERANCES)
def test_tolerances(tmp_path: Path, more: dict[str, Any], value: float, rings: bool) -> None:
    rule = same_hour(tmp_path / "rules", **more)
    run = Run(rule).see(*weeks(8, 12, 8, 12))
    assert run.told == []
    run.see(at(4, value))
    assert bool(run.told) is rings
    if rings:
        assert isinstance(run.effects[0], Opened)
        assert (run.effects[0].measure, run.effects[0].usual) == (value, 10)


def test_too_few_weeks_say_nothing(tmp_path: Path) -> None:
    rule = same_hour(tmp_path / "rules", factor=1.5)
    assert Run(rule).see(*weeks(10, 10), at(2, 90)).told == []
    assert Run(rule).see(*weeks(10, 10, 10), at(3, 90)).told != []


def test_weeks_that_are_too_long_ago_say_nothing(tmp_path: Path) -> None:
    rule = same_hour(tmp_path / "rules", factor=1.5)
    assert Run(rule).see(*weeks(10, 10, 10), at(6, 90)).told == []


def test_alert_ends_when_it_is_usual_again(tmp_path: Path) -> None:
    rule = same_hour(tmp_path / "rules", factor=1.5)
    run = Run(rule).see(*weeks(10, 10, 10), at(3, 90), at(3, 11, 10))
    assert [one.split()[0] for one in run.told] == ["open", "clear"]


def test_an_hour_is_the_mean_of_its_readings(tmp_path: Path) -> None:
    rule = same_hour(tmp_path / "rules", factor=1.5)
    run = Run(rule)
    for week in range(3):
        run.see(at(week, 5), at(week, 15, 30), at(week, 0, 60))
    run.see(at(3, 90))
    assert isinstance(run.effects[0], Opened)
    assert run.effects[0].usual == 10


def test_the_hour_is_the_citys_own_when_clocks_change(tmp_path: Path) -> None:
    """Summer time ends on 1 November 2015: eight in the morning stays eight in the morning."""
    start = datetime(2015, 10, 12, 8, tzinfo=ZONE)
    rule = same_hour(tmp_path / "rules", factor=1.5)
    run = Run(rule).see(*weeks(10, 10, 10, start=start), at(3, 90, start=start))
    assert len(run.told) == 1
    condition = rule.condition
    assert isinstance(condition, SameHour)
    twice = [
        hour_of(condition, to_micros(datetime(2015, 11, 1, 1, tzinfo=ZONE, fold=fold)))
        for fold in (0, 1)
    ]
    assert twice[0] == twice[1]


def test_profile_is_bounded(tmp_path: Path) -> None:
    rule = same_hour(tmp_path / "rules", factor=1.5)
    run = Run(rule).see(*(at(0, 1, 60 * hour) for hour in range(24 * 7 * 8)))
    (state,) = run.states.values()
    assert len(state.profile) == 168
    assert {len(one) for one in state.profile.values()} == {4}
