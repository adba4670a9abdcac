"""When calls of one zone about one resource propose an outage, and what is then written. Pure.

The window ends with the newest call, by the times at which they were reported: a call entered late
counts where it belongs. What a person refused is not proposed again by the same calls.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hansa.base.ids import urn
from hansa.base.times import parse_instant
from hansa.context import Change, Entity, NoneOpen, Op, Timer, Unchanged
from hansa.desk.entities import ENTRY, prop, refers
from hansa.desk.outages.counting import Extent
from hansa.desk.outages.entities import counted, line, report_timer
from hansa.desk.outages.model import MACHINE, OUTAGE, Cut, CutState, zone_key
from hansa.desk.outages.opening import next_report
from hansa.desk.outages.settings import OutageSettings
from hansa.desk.outages.states import PROPOSED

WAITING = ("new", "routed")  # states of a call that nobody has explained yet
UNANSWERED = (*WAITING, "known")
REQUEST = "request"  # of callKind: the law wants an answer of its own, so it joins nothing
ATTACHED = "call-attached"


@dataclass(frozen=True, slots=True)
class Heard:
    """A call as far as it can propose something."""

    id: str
    change: int
    reported: datetime
    state: str
    theme: str
    zones: tuple[str, ...]
    outage: str
    incident: str
    organizations: tuple[str, ...] = ()
    building: str = ""
    kind: str = ""
    apart: bool = False

    @property
    def free(self) -> bool:
        """Whether the machine may say of which outage it is."""
        waits = self.state in WAITING and not self.outage
        return waits and not self.apart and self.kind != REQUEST


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be written, and what it rests on."""

    changes: tuple[Change, ...] = ()
    expect: tuple[Unchanged | NoneOpen, ...] = ()
    timers: tuple[Timer, ...] = ()


NOTHING = Answer()


def heard(call: Entity) -> Heard:
    """What counts of a call that stands in the graph."""
    from_zones = call.value("zones")
    told = call.value("organizations")
    return Heard(
        id=call.id,
        change=call.change,
        reported=parse_instant(_text(call.value("reportedAt") or call.value("enteredAt"))),
        state=str(call.value("state") or ""),
        theme=str(call.value("theme") or ""),
        zones=_names(from_zones),
        outage=str(call.value("refOutage") or ""),
        incident=str(call.value("refIncident") or ""),
        organizations=_names(told),
        building=str(call.value("refBuilding") or ""),
        kind=str(call.value("callKind") or ""),
        apart=bool(call.value("apart")),
    )


def _text(value: Any) -> str:
    return str(value.get("@value") if isinstance(value, dict) else value)


def _names(targets: Any) -> tuple[str, ...]:
    if targets is None:
        return ()
    return (targets,) if isinstance(targets, str) else tuple(targets)


def together(
    calls: Iterable[Heard], themes: frozenset[str], within: timedelta, refused: datetime | None
) -> tuple[Heard, ...]:
    """The calls of one trouble that no outage explains yet, in the window of the newest one."""
    mine = [
        one
        for one in calls
        if one.theme in themes and one.free
        and (refused is None or one.reported > refused)
    ]  # fmt: skip
    if not mine:
        return ()
    newest = max(one.reported for one in mine)
    found = [one for one in mine if newest - one.reported <= within]
    return tuple(sorted(found, key=lambda one: (one.reported, one.id)))


def proposal(
    number: int,
    resource: str,
    zone: Entity,
    calls: Sequence[Heard],
    extent: Extent,
    settings: OutageSettings,
    now: datetime,
) -> Answer:
    """One outage for a zone and its resource, which holds the calls. `number`: of the log."""
    local = f"{resource}:{number}"
    name, key = urn(OUTAGE, local), zone_key(resource, zone.id)
    organization = str(zone.value("organization") or "")
    due = next_report(settings, None, now)
    supplied = settings.supplies[resource].resource
    sector = supplied.sector
    body: dict[str, Any] = {
        "type": OUTAGE,
        "resource": prop(resource),
        "title": {"type": "LanguageProperty", "languageMap": dict(supplied.words)},
        **({"sector": prop(sector)} if sector else {}),
        "planned": prop(False),
        "cause": prop("unknown"),
        "startsAt": prop(calls[0].reported),
        "state": prop(CutState.PROPOSED.value),
        "proposedAt": prop(now),
        "promiseChanges": prop(0),
        "zones": refers(zone.id),
        "calls": prop(len(calls)),
        "nextReportAt": prop(due),
        "reportOverdue": prop(False),
        **counted(extent, now),
    }
    if organization:
        body["organization"] = refers(organization)
    told = line(f"{local}:proposed", PROPOSED, name, MACHINE, now, organization=organization)
    return Answer(
        (
            told,
            Change(Op.CREATE, name, body, opens=key),
            *(change for one in calls for change in _attached(one, name, number, now)),
        ),
        (NoneOpen(key), *(Unchanged(one.id, one.change) for one in calls)),
        (report_timer(name, due),),
    )


def joining(call: Heard, cut: Cut, number_of_calls: int, number: int, now: datetime) -> Answer:
    """A call that an open outage explains; the machine attaches it, and a line says so."""
    return Answer(
        (
            *_attached(call, cut.id, number, now, explained(call, cut)),
            Change(Op.APPEND, cut.id, {"calls": prop(number_of_calls)}),
        ),
        (Unchanged(call.id, call.change),),
    )


def gathering(calls: Sequence[Heard], cut: Cut, number: int, now: datetime) -> Answer:
    """Calls that an outage explains which somebody has told of after them."""
    if not calls:
        return NOTHING
    attached = [
        change
        for one in calls
        for change in _attached(one, cut.id, number, now, explained(one, cut))
    ]
    counted = Change(Op.APPEND, cut.id, {"calls": prop(cut.calls + len(calls))})
    return Answer((*attached, counted), tuple(Unchanged(one.id, one.change) for one in calls))


def _attached(
    call: Heard, cut: str, number: int, now: datetime, more: Mapping[str, Any] | None = None
) -> tuple[Change, Change]:
    """The call waits with the others, even where nobody has confirmed the outage yet."""
    body = {"refOutage": refers(cut), "state": prop("known"), **(more or {})}
    return line_of(call, cut, ATTACHED, number, now), Change(Op.APPEND, call.id, body)


def line_of(call: Heard, cut: str, kind: str, number: int, now: datetime) -> Change:
    """A line of a call's life: what its outage means for it."""
    body: dict[str, Any] = {
        "type": ENTRY,
        "refCall": refers(call.id),
        "refOutage": refers(cut),
        "kind": prop(kind),
        "by": prop(MACHINE),
        "machine": prop(True),
        "at": prop(now),
    }
    if call.organizations:
        body["organizations"] = refers(call.organizations)
    return Change(Op.UPSERT, urn(ENTRY, f"{call.id.rpartition(':')[2]}:{number}:{kind}"), body)


def explained(call: Heard, cut: Cut) -> Mapping[str, Any]:
    """What a call becomes by an outage: it waits with the others, and has its incident."""
    body: dict[str, Any] = {}
    if call.state in WAITING:
        body["state"] = prop("known")
    if cut.incident and not call.incident:
        body["refIncident"] = refers(cut.incident)
    return body
