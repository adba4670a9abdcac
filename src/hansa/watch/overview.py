"""The rules as a person looks at them: what each waits for, what it says now, where it stands."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from hansa.base.times import format_instant
from hansa.context import City
from hansa.guard import View
from hansa.watch.rules import (
    Absence,
    Count,
    Holding,
    Jump,
    Rate,
    Repeated,
    Rule,
    SameHour,
    Several,
    Threshold,
    Turn,
    measured,
)

_KINDS: Mapping[type, str] = {
    Threshold: "threshold",
    Count: "count",
    Absence: "absence",
    Jump: "change",
    Turn: "change",
    Rate: "rate",
    Repeated: "nOfM",
    Several: "nOfM",
    SameHour: "sameHour",
    Holding: "match",
}


async def overview(city: City, view: View, rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Every rule with its open alerts and how often it fired in the last week."""
    columns = ("rule", "state", "dateIssued", "suppressed")
    table = await city.table(view, "Alert", columns)
    week = format_instant(city.clock.now() - timedelta(days=7))
    alerts: dict[str, list[tuple[Any, ...]]] = {}
    for row in table.rows:
        alerts.setdefault(str(row[0]), []).append(row)
    return [_row(rule, alerts.get(rule.id, []), week) for rule in rules]


def _row(rule: Rule, alerts: Sequence[tuple[Any, ...]], week: str) -> dict[str, Any]:
    issued = [str(one[2]) for one in alerts if one[2]]
    standing = [one for one in alerts if one[1] == "open"]
    return {
        "id": rule.id,
        "title": dict(rule.title),
        "sector": rule.sector,
        "category": rule.category,
        "severity": rule.severity,
        "type": rule.type,
        "kind": _KINDS[type(rule.condition)],
        "attribute": measured(rule.condition),
        "file": f"rules/{_path(rule).name}",
        "line": int(rule.where.rpartition(":")[2] or 0),
        "open": len(standing),
        "suppressed": sum(bool(one[3]) for one in standing),
        "lastFired": max(issued, default=None),
        "firedInWeek": sum(one >= week for one in issued),
    }


def source_of(rule: Rule) -> str:
    """The file in which the rule stands, as it is written."""
    return _path(rule).read_text(encoding="utf-8")


def _path(rule: Rule) -> Path:
    return Path(rule.where.rpartition(":")[0])
