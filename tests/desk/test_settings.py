"""desk.yaml: what it may say, and how a mistake is named."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hansa.base.problems import BadFile
from hansa.base.vocabulary import load_vocabulary
from hansa.desk import load_desk

VOCABULARY = load_vocabulary()
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_defaults(tmp_path: Path) -> None:
    desk = load_desk(tmp_path, VOCABULARY)
    assert [name for name in desk.scale if desk.opens(name)] == ["high", "critical"]
    assert desk.due("critical", NOON) == NOON + timedelta(minutes=5)
    assert desk.due("low", NOON) is None
    assert set(desk.reasons) == {"resolved", "false-alarm", "duplicate", "handed-over"}


def test_city_replaces_members(tmp_path: Path) -> None:
    (tmp_path / "desk.yaml").write_text("openFrom: low\ndueMinutes: {low: 30}\n")
    desk = load_desk(tmp_path, VOCABULARY)
    assert desk.opens("low")
    assert desk.due("critical", NOON) is None
    assert "resolved" in desk.reasons


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ("# ours\nopenFrom: urgent\n", 2, "openFrom"),
        ("dueMinutes:\n  high: 5\n  urgent: 5\n", 3, "dueMinutes.urgent"),
        ("dueMinutes:\n  high: 0\n", 2, "dueMinutes.high"),
        ("openfrom: high\n", 1, "openfrom"),
        ("types:\n  a: {words: {en: a}, priorities: {high: 5}}\n", 2, "types.a.priorities.high"),
        ("priorities: {urgent: 1}\n", 1, "priorities.urgent"),
        ("escalation:\n  - {after: 5 min, to: king}\n", 2, "escalation.0.to"),
        ("grouping:\n  - {same: upstream, within: 1 h, through: [fed]}\n", 2, "grouping.0.through"),
        ("\nreasons: {resolved: {en: resolved}}\n", 2, "reasons"),
        ("\nreasons: [resolved]\n", 2, "reasons"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, line: int, field: str) -> None:
    (tmp_path / "desk.yaml").write_text(text)
    with pytest.raises(BadFile) as refused:
        load_desk(tmp_path, VOCABULARY)
    assert refused.value.where == f"{tmp_path / 'desk.yaml'}:{line} {field}"
