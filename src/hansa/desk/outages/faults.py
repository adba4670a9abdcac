"""A fault that a network reports as an outage: opened, fed, followed, over. Pure.

The network knows what is off before anybody calls. How many houses is as it says, where no list of
houses is known; it is marked so. Its incident is the one that the fault's own alert has opened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hansa.base.ids import urn
from hansa.base.times import format_instant
from hansa.context import Change, Entity, NoneOpen, Note, Op, Unchanged
from hansa.desk.entities import listed, prop, refers
from hansa.desk.outages.announcing import Tending
from hansa.desk.outages.entities import TOLD, line, local_of, report_timer
from hansa.desk.outages.faultfile import FaultRule
from hansa.desk.outages.model import MACHINE, NETWORK, OUTAGE, Cut, CutState, instant_of, zone_key
from hansa.desk.outages.settings import OutageSettings
from hansa.desk.outages.states import ENTRY_KIND, OPENED, PROPOSED, CutVerb

RESTORED = "outage-fault-restored"


@dataclass(frozen=True, slots=True)
class Fault:
    """What a network says of a fault. `organization`: key or id of who works on it."""

    id: str
    resource: str
    houses: int
    people: int | None
    over: bool
    starts: datetime | None
    promised: datetime | None
    ended: datetime | None
    organization: str
    location: Any


@dataclass(frozen=True, slots=True)
class Around:
    """What is known beside a fault. `zone`: what it cuts off; `incident`: that its alert opened."""

    zone: str = ""
    organization: str = ""
    incident: str = ""
    told: str = ""


def fault_of(entity: Entity, rule: FaultRule) -> Fault | None:
    """The fault that an entity of a sector tells of; None where it is of nothing that is cut."""
    resource = rule.resources.get(str(entity.value(rule.resource) or ""), "")
    if not resource:
        return None
    people = entity.value(rule.people) if rule.people else None
    said = str(entity.value(rule.organization) or "") if rule.organization else ""
    return Fault(
        id=entity.id,
        resource=resource,
        houses=int(entity.value(rule.houses) or 0),
        people=None if people is None else int(people),
        over=str(entity.value(rule.restored) or "") in rule.restored_values,
        starts=_moment(entity, rule.starts),
        promised=_moment(entity, rule.promised),
        ended=_moment(entity, rule.ended),
        organization=rule.organizations.get(said, ""),
        location=entity.value("location"),
    )


def _moment(entity: Entity, name: str) -> datetime | None:
    return instant_of(entity.value(name)) if name else None


def opened(
    fault: Fault,
    rule: FaultRule,
    around: Around,
    settings: OutageSettings,
    number: int,
    now: datetime,
) -> Tending:
    """An outage that nobody has told of but the network."""
    local = f"{fault.id.rpartition(':')[2]}:{number}"
    name, kind = urn(OUTAGE, local), PROPOSED if rule.state is CutState.PROPOSED else OPENED
    body = _body(fault, rule, around, settings, now)
    told = line(
        f"{local}:{kind}", kind, name, MACHINE, now,
        incident=around.incident, organization=around.organization,
        more={} if fault.promised is None else {"promisedEnd": prop(fault.promised)},
    )  # fmt: skip
    notes = () if fault.promised is None else (_note(name, fault.promised),)
    key = zone_key(fault.resource, around.zone) if around.zone else None
    create = Change(Op.CREATE, name, body, opens=key)
    return Tending((told, create), () if key is None else (NoneOpen(key),), (), notes)


def _body(
    fault: Fault, rule: FaultRule, around: Around, settings: OutageSettings, now: datetime
) -> dict[str, Any]:
    supplied = settings.supplies[fault.resource].resource
    starts = now if fault.starts is None else min(fault.starts, now)
    at = "proposedAt" if rule.state is CutState.PROPOSED else "confirmedAt"
    body: dict[str, Any] = {
        "type": OUTAGE,
        "resource": prop(fault.resource),
        "title": {"type": "LanguageProperty", "languageMap": dict(supplied.words)},
        "planned": prop(False),
        "cause": prop(rule.cause),
        "startsAt": prop(starts),
        "state": prop(rule.state.value),
        at: prop(now),
        "promiseChanges": prop(0),
        "calls": prop(0),
        "reportOverdue": prop(False),
        "refFault": refers(fault.id),
        "housesFrom": prop(NETWORK),
        **_counts(fault, now),
    }
    if supplied.sector:
        body["sector"] = prop(supplied.sector)
    if around.zone:
        body["zones"] = refers(around.zone)
    if around.organization:
        body["organization"] = refers(around.organization)
    if around.incident:
        body["refIncident"] = refers(around.incident)
    if fault.promised is not None:
        body |= {"promisedEnd": prop(fault.promised), "firstPromisedEnd": prop(fault.promised)}
    return body


def together(faults: Sequence[Fault]) -> Fault:
    """The faults of one outage as one: over when all are, back when the last is."""
    going = [one for one in faults if not one.over] or [*faults]
    people = [one.people for one in going if one.people is not None]
    promised = [one.promised for one in going if one.promised is not None]
    ended = [one.ended for one in faults if one.ended is not None]
    return replace(
        faults[0],
        houses=sum(one.houses for one in going),
        people=sum(people) if people else None,
        over=all(one.over for one in faults),
        promised=max(promised, default=None),
        ended=max(ended, default=None),
    )


def _both(one: int | None, other: int | None) -> int | None:
    return other if one is None else one + (other or 0)


def _sums(houses: int, people: int | None, now: datetime) -> dict[str, Any]:
    body: dict[str, Any] = {"houses": prop(houses), "countedAt": prop(now)}
    return body if people is None else body | {"people": prop(people)}


def _counts(fault: Fault, now: datetime) -> dict[str, Any]:
    body = _sums(fault.houses, fault.people, now)
    if fault.location is not None:
        body["location"] = {"type": "GeoProperty", "value": fault.location}
    return body


def fed(
    fault: Fault, rule: FaultRule, around: Around, cut: Cut, number: int, now: datetime
) -> Tending:
    """An outage that calls have proposed, or a person has told of: the network says so too."""
    if fault.id in cut.faults:
        return Tending()
    body: dict[str, Any] = {"refFault": refers((*cut.faults, fault.id))}
    if cut.by_network:
        body |= _sums(cut.houses + fault.houses, _both(cut.people, fault.people), now)
    confirms = cut.state is CutState.PROPOSED and rule.state is CutState.CONFIRMED
    if confirms:
        at = {"confirmedBy": prop(MACHINE), "confirmedAt": prop(now)}
        body |= {"state": prop(CutState.CONFIRMED.value), **at}
    if around.incident and not cut.incident:
        body["refIncident"] = refers(around.incident)
    if around.organization and not cut.organization:
        body["organization"] = refers(around.organization)
    changes = [Change(Op.APPEND, cut.id, body)]
    if confirms:
        changes.insert(0, _line(cut, ENTRY_KIND[CutVerb.CONFIRM], number, now))
    return Tending(tuple(changes), (Unchanged(cut.id, cut.change),))


def followed(fault: Fault, around: Around, cut: Cut, number: int, now: datetime) -> Tending:
    """The network says more of a fault: other counts, another promise, or that it is over."""
    if fault.over:
        return _over(fault, cut, number, now)
    if not cut.by_network:
        return Tending()
    body = _differing(fault, cut, now)
    changes: list[Change] = []
    notes: list[Note] = []
    if fault.promised is not None and format_instant(fault.promised) != around.told:
        notes.append(_note(cut.id, fault.promised))
        body["promisedEnd"] = prop(fault.promised)
        if cut.first_promised is None:
            body["firstPromisedEnd"] = prop(fault.promised)
        else:
            body["promiseChanges"] = prop(cut.promise_changes + 1)
        more = {"promisedEnd": prop(fault.promised)}
        changes.append(_line(cut, ENTRY_KIND[CutVerb.PROMISE], number, now, more))
    if not body:
        return Tending()
    changes.append(Change(Op.APPEND, cut.id, body))
    return Tending(tuple(changes), (Unchanged(cut.id, cut.change),), (), tuple(notes))


def _differing(fault: Fault, cut: Cut, now: datetime) -> dict[str, Any]:
    same = fault.houses == cut.houses and (fault.people is None or fault.people == cut.people)
    return {} if same else _sums(fault.houses, fault.people, now)


def _over(fault: Fault, cut: Cut, number: int, now: datetime) -> Tending:
    """Restored: what the network alone has told of is over; what others told they end."""
    if not cut.by_network:
        told = _line(cut, RESTORED, number, now)
        return Tending((told,), (Unchanged(cut.id, cut.change),))
    ended = now if fault.ended is None else min(fault.ended, now)
    if cut.starts is not None:
        ended = max(ended, cut.starts)
    body = {
        "state": prop(CutState.ENDED.value),
        "endedAt": prop(ended),
        "reportOverdue": prop(False),
    }
    told = _line(cut, ENTRY_KIND[CutVerb.END], number, now)
    return Tending(
        (told, Change(Op.APPEND, cut.id, body)),
        (Unchanged(cut.id, cut.change),),
        (report_timer(cut.id, None),),
    )


def named(incident: Entity, cut: Cut) -> dict[str, Any]:
    """What an outage says of the incident that its fault's alert has opened."""
    rests_on = listed(incident.value("alertSource"))
    if cut.incident or set(rests_on).isdisjoint(cut.faults):
        return {}
    return {"refIncident": refers(incident.id)}


def _note(cut: str, promised: datetime) -> Note:
    return Note(TOLD, cut, format_instant(promised))


def _line(
    cut: Cut, kind: str, number: int, now: datetime, more: Mapping[str, Any] | None = None
) -> Change:
    return line(
        f"{local_of(cut.id)}:{number}:{kind}", kind, cut.id, MACHINE, now,
        incident=cut.incident, organization=cut.organization, more=more,
    )  # fmt: skip
