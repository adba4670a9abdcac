"""The desk's answers as a pure function: what must hold for every course of an alert."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.base.times import format_instant
from hansa.base.vocabulary import load_vocabulary
from hansa.desk import DeskSettings, load_desk
from hansa.desk.intake import overdue, respond
from hansa.desk.model import AlertNews, Known

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ALERT = "urn:ngsi-ld:Alert:a"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskSettings:
    folder: Path = tmp_path_factory.mktemp("city")
    return load_desk(folder, load_vocabulary())


def news(number: int, *changed: str, **values: Any) -> AlertNews:
    given = {"severity": "high", "state": "open", "rule": "r", "dedupKey": "k"} | values
    document = {name: {"type": "Property", "value": one} for name, one in given.items()}
    return AlertNews(ALERT, number, document, frozenset(changed or given))


COURSES = st.lists(
    st.tuples(
        st.sampled_from(["low", "medium", "high", "critical"]),
        st.sampled_from(["open", "cleared"]),
        st.sampled_from([("severity",), ("state",), ("title",), ("severity", "state")]),
    ),
    max_size=12,
)


@given(course=COURSES)
def test_severity_only_rises_and_lines_are_told_once(
    desk: DeskSettings, course: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    incident: Known | None = None
    lines: list[str] = []
    for number, (severity, state, changed) in enumerate(course):
        answer = respond(
            news(number, *changed, severity=severity, state=state), incident, desk, NOON
        )
        if answer.incident is not None:
            before = incident
            incident = answer.incident
            assert before is None or desk.rank(incident.severity) >= desk.rank(before.severity)
            assert before is None or incident.id == before.id
        lines += [one.id for one in answer.changes if ":TimelineEntry:" in one.id]
    assert len(lines) == len(set(lines))
    assert (incident is None) == (not lines)


def test_a_suppressed_alert_opens_nothing_until_that_ends(desk: DeskSettings) -> None:
    quiet = news(1, suppressed=True)
    assert respond(quiet, None, desk, NOON).changes == ()
    assert respond(news(2, "severity", suppressed=True), None, desk, NOON).changes == ()
    lifted = respond(news(3, "suppressed", suppressed=False), None, desk, NOON)
    assert lifted.incident is not None
    assert respond(news(4, "suppressed", suppressed=False, state="cleared"), None, desk, NOON) == (
        respond(news(1, state="cleared"), None, desk, NOON)
    )


def test_what_is_too_mild_or_over_opens_nothing(desk: DeskSettings) -> None:
    assert respond(news(1, severity="medium"), None, desk, NOON).changes == ()
    assert respond(news(1, state="cleared"), None, desk, NOON).changes == ()


@pytest.mark.parametrize(
    ("state", "moved", "rings"),
    [("new", 0, True), ("new", 5, False), ("acknowledged", 0, False), ("closed", 0, False)],
)
def test_due_rings_only_where_nobody_took_it(state: str, moved: int, rings: bool) -> None:
    due = NOON + timedelta(minutes=moved)
    incident = Known("urn:ngsi-ld:Incident:a", 7, state, "high", (ALERT,), due, "r k")
    answer = overdue(incident, {"due": format_instant(NOON)}, 9, NOON)
    assert bool(answer.changes) is rings
