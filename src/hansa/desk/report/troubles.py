"""Open incidents and alerts, sources and the confirmed level, out of their tables. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hansa.base.problems import BadRequestData
from hansa.base.times import parse_instant
from hansa.context import Table
from hansa.desk.entities import ALERT, INCIDENT, listed
from hansa.desk.report.model import Basis, Confirmation, SourceLine, Trouble, Words

SOURCE = "DataSource"
STATUS = "CityStatus"

INCIDENTS = (
    "title",
    "severity",
    "state",
    "sector",
    "openedAt",
    "owner",
    "due",
    "overdue",
    "alerts",
)
ALERTS = ("title", "severity", "state", "sector", "dateIssued")
SOURCES = ("title", "sector", "health", "newestObservedAt", "lag", "licence", "span")
LEVELS = ("confirmedLevel", "proposedThen", "confirmedBy", "confirmedAt")

OPEN_INCIDENTS = 'state!="closed"'
OPEN_ALERTS = 'state=="open"'


def incidents(table: Table, at: datetime) -> tuple[Trouble, ...]:
    """The open incidents."""
    return tuple(
        Trouble(
            id=name,
            kind=INCIDENT,
            title=words(row["title"]),
            severity=str(row["severity"] or ""),
            state=str(row["state"] or ""),
            sector=str(row["sector"] or ""),
            since=instant(row["openedAt"]),
            owner=str(row["owner"] or ""),
            due=instant(row["due"]),
            overdue=bool(row["overdue"]),
            basis=Basis(INCIDENT, at, ids=(name,), count=1),
        )
        for name, row in named_rows(table)
    )


def alerts(table: Table, at: datetime) -> tuple[Trouble, ...]:
    """The open alerts."""
    return tuple(
        Trouble(
            id=name,
            kind=ALERT,
            title=words(row["title"]),
            severity=str(row["severity"] or ""),
            state=str(row["state"] or ""),
            sector=str(row["sector"] or ""),
            since=instant(row["dateIssued"]),
            owner="",
            due=None,
            overdue=False,
            basis=Basis(ALERT, at, ids=(name,), count=1),
        )
        for name, row in named_rows(table)
    )


def answered(table: Table) -> frozenset[str]:
    """The alerts that an open incident answers already."""
    return frozenset(one for _, row in named_rows(table) for one in listed(row["alerts"]))


def sources(then: Table, now: Table) -> tuple[SourceLine, ...]:
    """The sources as told then; of a past that was brought in later, those of today.

    So a report of a day that the city lived through never changes, and one of a day before it
    still names where its rows come from and under which licence.
    """
    told = dict(named_rows(then))
    named = told or dict(named_rows(now))
    return tuple(
        SourceLine(
            id=name,
            title=words(row["title"]),
            sector=str(row["sector"] or ""),
            health=str(row["health"] or "unknown") if name in told else "unknown",
            newest=instant(row["newestObservedAt"]) if name in told else None,
            lag=row["lag"] if name in told and isinstance(row["lag"], int) else None,
            licence=str(row["licence"] or ""),
            span=str(row["span"] or ""),
        )
        for name, row in sorted(named.items())
    )


def confirmation(table: Table) -> tuple[Confirmation, int] | None:
    """Who set the level, and what the system had proposed to them."""
    for _, row in named_rows(table):
        at = instant(row["confirmedAt"])
        if at is not None and isinstance(row["confirmedLevel"], int):
            done = Confirmation(row["confirmedLevel"], str(row["confirmedBy"] or ""), at)
            return done, int(row["proposedThen"] or 0)
    return None


def named_rows(table: Table) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """Rows with their columns' names, by id."""
    rows = zip(table.ids, table.rows, strict=True)
    return [(name, dict(zip(table.columns, row, strict=True))) for name, row in rows]


def words(value: Any) -> Words:
    """A language map; a plain text stands for every language."""
    if isinstance(value, dict):
        return {str(name): str(text) for name, text in value.items()}
    return {"en": "" if value is None else str(value)}


def instant(value: Any) -> datetime | None:
    """A cell as a moment."""
    if not isinstance(value, str):
        return None
    try:
        return parse_instant(value)
    except BadRequestData:
        return None
