"""An incident that a person opens: heard on the telephone, seen in the street, told by a colleague.

Its title is the city's word for the type, in every language; what the person says about it is a
note, which is personal and stays in the vault. From then on it is an incident like any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from hansa.base.ids import fresh, urn
from hansa.base.problems import BadRequestData
from hansa.context import Change, City, Op, Timer
from hansa.desk.entities import INCIDENT, entry, local_name, prop
from hansa.desk.escalation import timers
from hansa.desk.model import Known
from hansa.desk.orders import LONGEST, Done
from hansa.desk.settings import DeskSettings
from hansa.desk.states import State
from hansa.desk.tasks import Work, with_playbooks
from hansa.guard import Grant

_SECTOR = "safety"


class RaiseOrder(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """`place`: longitude, latitude in degrees; `text`: what was said or seen."""

    incident_type: str
    severity: str
    text: str = ""
    sector: str = _SECTOR
    place: tuple[float, float] | None = None


SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["incidentType", "severity"],
    "properties": {
        "incidentType": {"type": "string", "description": "One of GET /desk/settings"},
        "severity": {"type": "string"},
        "sector": {"type": "string"},
        "text": {"type": "string", "maxLength": LONGEST, "description": "What was said or seen"},
        "place": {
            "type": "array",
            "items": {"type": "number"},
            "description": "Longitude, latitude",
        },
    },
}


def parse_raise(body: Any, settings: DeskSettings, sectors: Mapping[str, Any]) -> RaiseOrder:
    """A checked order; BadRequestData names the member at fault."""
    try:
        order = msgspec.convert(body, RaiseOrder)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error
    known = {
        "incidentType": (order.incident_type, settings.types),
        "severity": (order.severity, settings.scale),
        "sector": (order.sector, sectors),
    }
    for where, (given, allowed) in known.items():
        if given not in allowed:
            raise BadRequestData(
                f"{given!r} is not known", where=where, remedy=f"one of {', '.join(allowed)}"
            )
    if len(order.text) > LONGEST:
        raise BadRequestData(f"a note has at most {LONGEST} characters", where="text")
    if order.place is not None and not (abs(order.place[0]) <= 180 and abs(order.place[1]) <= 90):
        raise BadRequestData(f"{order.place} is no place on the Earth", where="place")
    return order


@dataclass(frozen=True, slots=True)
class Opening:
    """An incident that opens: what is written for it, the incident's own change the last."""

    id: str
    state: str
    changes: tuple[Change, ...]
    timers: tuple[Timer, ...]


def opening(
    order: RaiseOrder,
    by: str | Grant,
    settings: DeskSettings,
    work: Work,
    now: datetime,
    kind: str = "opened",
    more: Mapping[str, Any] | None = None,
) -> Opening:
    """The incident with its playbook's tasks, its due time and its first line. Pure.

    `kind`, `more`: of the line, where not a person opens it (`by` is the machine's name then).
    """
    known = _begun(urn(INCIDENT, fresh(now)), order, settings, now)
    made = Change(Op.CREATE, known.id, _body(known, order, settings))
    first = _line(known, order, by, now, kind, more or {})
    changes, work_timers = with_playbooks([first, made], work, now)
    due = timers(known, settings, now, now)
    return Opening(known.id, known.state, tuple(changes), (*due, *work_timers))


async def raise_incident(
    city: City, grant: Grant, settings: DeskSettings, work: Work, order: RaiseOrder
) -> Done:
    """Open the incident, with its playbook's tasks and its due time, in one write."""
    through = city.guard.through(grant, "desk")
    opened = opening(order, grant, settings, work, city.clock.now())
    commit = await city.write(through, opened.changes, timers=opened.timers)
    return Done(opened.id, opened.state, commit.outcomes[-1].change)


def _begun(name: str, order: RaiseOrder, settings: DeskSettings, now: datetime) -> Known:
    return Known(
        id=name,
        change=0,
        state=State.NEW.value,
        severity=order.severity,
        alerts=(),
        due=settings.due(order.severity, now),
        about="",
        opened=now,
        grown=now,
        type=order.incident_type,
        priority=settings.priority(order.severity, order.incident_type),
        sector=order.sector,
        category=order.incident_type,
        place=order.place,
    )


def _body(known: Known, order: RaiseOrder, settings: DeskSettings) -> dict[str, Any]:
    words = dict(settings.types[known.type].words)
    body: dict[str, Any] = {
        "type": INCIDENT,
        "title": {"type": "LanguageProperty", "languageMap": words},
        "state": prop(known.state),
        "incidentType": prop(known.type),
        "category": prop(known.category),
        "sector": prop(known.sector),
        "severity": prop(known.severity),
        "priority": prop(known.priority),
        "openedAt": prop(known.opened),
    }
    if order.place is not None:
        point = {"type": "Point", "coordinates": [*order.place]}
        body["location"] = {"type": "GeoProperty", "value": point}
    if known.due is not None:
        body |= {"due": prop(known.due), "overdue": prop(False)}
    return body


def _line(
    known: Known,
    order: RaiseOrder,
    by: str | Grant,
    now: datetime,
    kind: str,
    beside: Mapping[str, Any],
) -> Change:
    more: dict[str, Any] = {"severity": prop(known.severity), **beside}
    if order.text.strip():
        more["note"] = prop(order.text.strip())
    local = f"{local_name(known.id)}:opened"
    machine = isinstance(by, str)
    return entry(local, known.id, kind, by, now, machine=machine, more=more)
