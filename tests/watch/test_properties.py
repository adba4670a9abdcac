"""What must hold for every series: one alert per key, the same alerts however the log is cut."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.watch.model import Cleared, Opened, Sighting
from hansa.watch.rules import Rule
from tests.watch.making import CALLS, OXYGEN, SILENCE, Run, reading, request, rules_of

GAPS = st.lists(st.integers(0, 50), min_size=1, max_size=40)
VALUES = st.lists(st.sampled_from([1, 4, 4.9, 5, 5.5, 6, 7, None]), min_size=1, max_size=40)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rule]:
    folder: Path = tmp_path_factory.mktemp("city") / "rules"
    flapping = {"for": "5 min", "holdDown": "20 min", "levels": [{"at": 2, "severity": "high"}]}
    count = {"atLeast": 3, "clearBelow": 2, "window": "60 min", "radius": 300}
    found = rules_of(
        folder,
        OXYGEN,
        OXYGEN | flapping | {"id": "held"},
        CALLS,
        CALLS | {"id": "circles", "count": count, "holdDown": "10 min"},
        SILENCE,
    )
    return {rule.id: rule for rule in found}


@st.composite
def series(draw: Any) -> list[Sighting]:
    """Readings and requests of a few entities, close enough to meet every condition."""
    minute, found = 0, []
    for gap in draw(GAPS):
        minute += gap
        one = draw(st.sampled_from("abc"))
        found.append(reading(minute, draw(VALUES)[0], f"urn:x:{one}"))
        name = f"{one}{draw(st.integers(0, 9))}"
        point = [39.74 + draw(st.integers(0, 3)) / 500, 54.63]
        found.append(
            request(minute, name, one, at=point, service=draw(st.sampled_from(["No heat", "x"])))
        )
    return found


def _concerned(rule: Rule, sightings: list[Sighting]) -> list[Sighting]:
    of_requests = rule.type == "Open311ServiceRequest"
    return [one for one in sightings if ("service_name" in one.document) is of_requests]


@settings(max_examples=150, deadline=None)
@given(sightings=series())
def test_never_two_open_alerts_per_key(rules: dict[str, Rule], sightings: list[Sighting]) -> None:
    for rule in rules.values():
        run = Run(rule).see(*_concerned(rule, sightings)).pass_time(10_000)
        is_open: set[str] = set()
        for effect in run.effects:
            if isinstance(effect, Opened):
                assert effect.key not in is_open
                is_open.add(effect.key)
            elif isinstance(effect, Cleared):
                is_open.remove(effect.key)
            else:
                assert effect.key in is_open


@settings(max_examples=100, deadline=None)
@given(sightings=series(), cut=st.integers(0, 80))
def test_same_alerts_whether_timers_ring_or_the_next_record_comes(
    rules: dict[str, Rule], sightings: list[Sighting], cut: int
) -> None:
    """Timers may ring between two batches, or be found to be due by the next record."""
    for rule in rules.values():
        mine = _concerned(rule, sightings)
        at_once = Run(rule).see(*mine).pass_time(10_000)
        ringing = Run(rule)
        for index, sighting in enumerate(mine):
            if index == cut or cut % 2:
                ringing.pass_time((sighting.recorded - 1) / 60_000_000)
            ringing.see(sighting)
        ringing.pass_time(10_000)
        assert sorted(map(repr, ringing.effects)) == sorted(map(repr, at_once.effects))


@settings(max_examples=100, deadline=None)
@given(sightings=series())
def test_hold_down_bounds_what_a_flapping_series_rings(
    rules: dict[str, Rule], sightings: list[Sighting]
) -> None:
    rule = rules["held"]
    run = Run(rule).see(*_concerned(rule, sightings)).pass_time(10_000)
    for key in {effect.key for effect in run.effects}:
        turns = [
            effect.at
            for effect in run.effects
            if effect.key == key and isinstance(effect, Opened | Cleared)
        ]
        assert all(after - before >= rule.hold_down for before, after in pairwise(turns))
