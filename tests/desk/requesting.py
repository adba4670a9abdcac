"""Requests for tests: as plain rows, and as the graph holds them when a past is brought in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hansa.base.times import format_instant
from hansa.context import Change, Op
from hansa.desk.indicators.model import Indicator, Kind, Life

TYPE = "Open311ServiceRequest"
LIFE = Life("requested_datetime", "closedAt", "expected_datetime", "onTime")
DAY = 86_400_000_000
START = datetime(2026, 3, 1, 3, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """One request; hours after START, None where there is no such time."""

    opened: float
    closed: float | None = None
    due: float | None = None
    office: str | None = "Works"

    @property
    def ended(self) -> float | None:
        """When it could be known that it was closed."""
        return None if self.closed is None else max(self.opened, self.closed)


def moment(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def row(one: Asked, at: float) -> Sequence[Any] | None:
    """What a table holds of a request as known at a moment; None: not known yet."""
    if one.opened > at:
        return None
    closed = one.closed if one.ended is not None and one.ended <= at else None
    times = [one.opened, closed, one.due]
    cells = [None if hours is None else format_instant(moment(hours)) for hours in times]
    return [*cells, None, one.office]


COLUMNS = (*LIFE.columns, "agency_responsible")


def changes(number: int, one: Asked) -> list[Change]:
    """A request as an import writes it: what was known when it was opened, then when closed."""
    name = f"urn:ngsi-ld:{TYPE}:{number:04d}"
    body: dict[str, Any] = {
        "type": TYPE,
        "status": said("open"),
        "requested_datetime": time(one.opened),
    }
    if one.due is not None:
        body["expected_datetime"] = time(one.due)
    if one.office is not None:
        body["agency_responsible"] = said(one.office)
    made = [Change(Op.UPDATE_OR_CREATE, name, body, known_at=moment(one.opened))]
    if one.closed is not None and one.ended is not None:
        body = {"type": TYPE, "status": said("closed"), "closedAt": time(one.closed)}
        made.append(Change(Op.UPDATE_OR_CREATE, name, body, known_at=moment(one.ended)))
    return made


def said(value: Any) -> dict[str, Any]:
    return {"type": "Property", "value": value}


def time(hours: float) -> dict[str, Any]:
    literal = {"@type": "DateTime", "@value": format_instant(moment(hours))}
    return said(literal)


def indicator(kind: Kind, **more: Any) -> Indicator:
    """An indicator of requests as a loaded file gives it."""
    given: dict[str, Any] = {
        "id": kind.value,
        "title": {"en": kind.value},
        "note": {},
        "type": TYPE,
        "sector": "requests",
        "kind": kind,
        "unit": "HUR" if kind is Kind.DURATION else "C62",
        "digits": 3,
        "good": "down",
        "where": "",
        "by": ("agency_responsible",),
        "breakdown": "",
        "report": True,
        "life": LIFE,
        "window": 3 * DAY,
        "quantile": 0.5,
        "event": "opened",
        "at_least": 2,
        "attribute": "",
        "across": "mean",
        "values": (),
        "fresh": None,
    }
    return Indicator(**{**given, **more})
