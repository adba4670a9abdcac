"""What must hold for every series: one alert per key, the same alerts however the log is cut."""

import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.watch.model import Cleared, KeyState, Opened, Sighting
from hansa.watch.rules import Rule
from tests.watch.making import CALLS, OXYGEN, SILENCE, Run, reading, request, rules_of

WEEK = 7 * 24 * 60
FOR_EVER = 100 * WEEK
GAPS = st.lists(
    st.one_of(st.integers(0, 50), st.sampled_from([WEEK, WEEK - 10])), min_size=1, max_size=40
)
VALUES = st.lists(st.sampled_from([1, 4, 4.9, 5, 5.5, 6, 7, None]), min_size=1, max_size=40)


LOW: dict[str, Any] = {"attribute": "O2", "operator": "<", "value": 5}
REMEMBERING: dict[str, dict[str, Any]] = {
    "jumps": {"change": {"attribute": "O2", "by": 1, "lasts": "20 min", "within": "1 h"}},
    "turns": {"change": {"attribute": "O2", "from": [5, 6], "to": [1, 4], "lasts": "1 h"}},
    "falls": {"rate": {"attribute": "O2", "operator": "<", "perHour": -1, "window": "90 min"}},
    "often": {"nOfM": {**LOW, "n": 2, "m": 4, "within": "80 min"}},
    "several": {"nOfM": {**LOW, "clear": 6, "n": 2, "of": "sensors", "within": "50 min"}},
    "unusual": {"sameHour": {"attribute": "O2", "leastWeeks": 1, "weeks": 2, "factor": 1.5}},
}


def _remembering(name: str, given: dict[str, Any]) -> dict[str, Any]:
    shape = {key: one for key, one in OXYGEN.items() if key != "threshold"}
    held = {"for": "5 min", "holdDown": "10 min", "id": name}
    grouped = {"key": "all"} if name == "several" else {}
    return {**shape, **held, **given, **grouped}


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
        *(_remembering(name, given) for name, given in REMEMBERING.items()),
        OXYGEN | {"id": "lasting", "threshold": {**LOW, "clear": 6, "lasts": "40 min"}},
        OXYGEN | {"id": "rising", "escalate": [{"after": "25 min", "severity": "high"}]},
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


@settings(max_examples=60, deadline=None)
@given(sightings=series())
def test_never_two_open_alerts_per_key(rules: dict[str, Rule], sightings: list[Sighting]) -> None:
    for rule in rules.values():
        run = Run(rule).see(*_concerned(rule, sightings)).pass_time(FOR_EVER)
        is_open: set[str] = set()
        for effect in run.effects:
            if isinstance(effect, Opened):
                assert effect.key not in is_open
                is_open.add(effect.key)
            elif isinstance(effect, Cleared):
                is_open.remove(effect.key)
            else:
                assert effect.key in is_open


@settings(max_examples=40, deadline=None)
@given(sightings=series(), cut=st.integers(0, 80))
def test_same_alerts_whether_timers_ring_or_the_next_record_comes(
    rules: dict[str, Rule], sightings: list[Sighting], cut: int
) -> None:
    """Timers may ring between two batches, or be found to be due by the next record."""
    for rule in rules.values():
        mine = _concerned(rule, sightings)
        at_once = Run(rule).see(*mine).pass_time(FOR_EVER)
        ringing = Run(rule)
        for index, sighting in enumerate(mine):
            if index == cut or cut % 2:
                ringing.pass_time((sighting.recorded - 1) / 60_000_000)
            ringing.see(sighting)
        ringing.pass_time(FOR_EVER)
        assert sorted(map(repr, ringing.effects)) == sorted(map(repr, at_once.effects))


@settings(max_examples=40, deadline=None)
@given(sightings=series())
def test_hold_down_bounds_what_a_flapping_series_rings(
    rules: dict[str, Rule], sightings: list[Sighting]
) -> None:
    rule = rules["held"]
    run = Run(rule).see(*_concerned(rule, sightings)).pass_time(FOR_EVER)
    for key in {effect.key for effect in run.effects}:
        turns = [
            effect.at
            for effect in run.effects
            if effect.key == key and isinstance(effect, Opened | Cleared)
        ]
        assert all(after - before >= rule.hold_down for before, after in pairwise(turns))


@settings(max_examples=40, deadline=None)
@given(sightings=series(), cut=st.integers(0, 40))
def test_restart_at_any_record_gives_the_same_alerts(
    rules: dict[str, Rule], sightings: list[Sighting], cut: int
) -> None:
    """What the notes hold is all that a rule needs to go on."""
    for rule in rules.values():
        mine = _concerned(rule, sightings)
        whole = Run(rule).see(*mine).pass_time(FOR_EVER)
        before = Run(rule).see(*mine[:cut])
        after = Run(rule)
        after.states = {
            key: KeyState.from_note(
                orjson.loads(orjson.dumps(one.note())), orjson.loads(orjson.dumps(one.past()))
            )
            for key, one in before.states.items()
        }
        after.see(*mine[cut:]).pass_time(FOR_EVER)
        found = [*before.effects, *after.effects]
        assert sorted(map(repr, found)) == sorted(map(repr, whole.effects))


@settings(max_examples=40, deadline=None)
@given(sightings=series(), order=st.randoms(use_true_random=False))
def test_order_of_what_happens_at_one_time_does_not_matter(
    rules: dict[str, Rule], sightings: list[Sighting], order: random.Random
) -> None:
    """Readings of different entities at one moment may come in any order."""
    for rule in rules.values():
        if rule.id == "circles":
            continue  # a circle is drawn about the first that came
        mine = _once_a_moment(_concerned(rule, sightings))
        shuffled = sorted(mine, key=lambda one: (one.recorded, order.random()))
        runs = [Run(rule).see(*one).pass_time(FOR_EVER) for one in (mine, shuffled)]
        moments = [_lives(one) for one in runs]
        assert moments[0] == moments[1]


def _once_a_moment(sightings: list[Sighting]) -> list[Sighting]:
    """One reading of an entity at a time: two are in an order, and the later counts."""
    return list({(one.recorded, one.entity): one for one in sightings}.values())


def _lives(run: Run) -> set[tuple[str, int, int]]:
    """Openings and clearings that stood longer than a moment."""
    ends = {one.alert: one.at for one in run.effects if isinstance(one, Cleared)}
    return {
        (one.key, one.at, ends.get(one.alert, 0))
        for one in run.effects
        if isinstance(one, Opened) and ends.get(one.alert) != one.at
    }
