"""What people order about an open outage or work: confirm, promise, report, area, end, cancel.

Each is one write that expects what the person looked at: the new state, a line with who and when
(and why, where a promise changes), open keys, timers. What it means for calls the machine does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from hansa.base.ids import fresh
from hansa.base.problems import BadRequestData, Conflict
from hansa.base.times import format_instant
from hansa.context import Change, Entity, NoneOpen, Note, Op, Timer, Unchanged
from hansa.desk.entities import NULL, on_behalf, prop, refers
from hansa.desk.outages import incidents
from hansa.desk.outages.entities import (
    REFUSED,
    TOLD,
    begin_timer,
    counted,
    holding,
    line,
    released,
    report_timer,
)
from hansa.desk.outages.errors import OpenAlready
from hansa.desk.outages.finding import check_places, check_seen, holders, one_of
from hansa.desk.outages.incidents import Tied
from hansa.desk.outages.model import CONSUMER, OUTAGE, Cut, CutState, cut_of, keys_of
from hansa.desk.outages.opening import (
    LONGEST,
    CutDone,
    Office,
    area_of,
    check_free,
    check_own,
    next_report,
    tie,
)
from hansa.desk.outages.states import ENTRY_KIND, CutVerb, step
from hansa.desk.outages.wishes import CutOrder, check_reason, moment
from hansa.guard import Grant

_ATTEMPTS = 8  # a storm counts calls meanwhile
_CARRIES_PROMISE = (CutVerb.CONFIRM, CutVerb.PROMISE, CutVerb.REPORT)


@dataclass
class _Writing:
    """What one order comes to."""

    body: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    beside: list[Change] = field(default_factory=list)
    expect: list[Unchanged | NoneOpen] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    incident: str = ""


@dataclass(frozen=True, slots=True)
class _Given:
    """An order with all that it is carried out upon."""

    office: Office
    grant: Grant
    found: Entity
    cut: Cut
    verb: CutVerb
    order: CutOrder
    after: CutState
    now: datetime


async def give(office: Office, grant: Grant, name: str, verb: CutVerb, order: CutOrder) -> CutDone:
    """Carry an order out, as `grant`.

    Raises ResourceNotFound, WrongState, ReasonRequired, OpenAlready, ChangedMeanwhile, Forbidden.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return await _given(office, grant, name, verb, order)
        except Conflict as conflict:
            if attempt == _ATTEMPTS or isinstance(conflict, OpenAlready):
                raise
            found = await one_of(office.city, office.city.guard.view(grant), name)
            await check_seen(office.city, grant, found, order.expect)
    raise AssertionError("the last attempt returns or raises")


async def _given(
    office: Office, grant: Grant, name: str, verb: CutVerb, order: CutOrder
) -> CutDone:
    city = office.city
    found = await one_of(city, city.guard.view(grant), name)
    await check_seen(city, grant, found, order.expect)
    cut = cut_of(found)
    check_own(city, grant, cut.organization)
    given = _Given(office, grant, found, cut, verb, order, step(cut, verb), city.clock.now())
    writing = await _writing(given)
    commit = await city.write(
        city.guard.through(grant, CONSUMER),
        [_told(given, writing), *_changes(given, writing)],
        expect=[Unchanged(found.id, found.change), *writing.expect],
        timers=writing.timers,
        notes=writing.notes,
    )
    changed = [one.change for one in commit.outcomes if one.id == name]
    return CutDone(name, given.after.value, max(changed, default=found.change), writing.incident)


async def _writing(given: _Given) -> _Writing:
    writing = _Writing(incident=given.cut.incident)
    if given.verb in _CARRIES_PROMISE:
        _promise(given, writing)
        _report(given, writing)
    match given.verb:
        case CutVerb.CONFIRM:
            await _confirm(given, writing)
        case CutVerb.AREA:
            await _area(given, writing)
        case CutVerb.END | CutVerb.CANCEL:
            await _over(given, writing)
        case _:
            pass
    return writing


def _promise(given: _Given, writing: _Writing) -> None:
    """A new promised end; why is asked for where one was promised before."""
    cut, order = given.cut, given.order
    promised = moment(order.promised_end, "promisedEnd")
    if promised is None or promised == cut.promised:
        return
    start = cut.starts or given.now
    if promised <= given.now or promised > max(start, given.now) + LONGEST:
        raise BadRequestData("a promised end lies ahead, within a year", where="promisedEnd")
    if cut.promised is not None:
        check_reason(order, given.office.settings)
        writing.body["promiseChanges"] = prop(cut.promise_changes + 1)
    if cut.first_promised is None:
        writing.body["firstPromisedEnd"] = prop(cut.promised or promised)
    writing.body["promisedEnd"] = writing.more["promisedEnd"] = prop(promised)
    if order.reason:
        writing.more["reason"] = prop(order.reason)
    writing.notes.append(Note(TOLD, cut.id, format_instant(promised)))


def _report(given: _Given, writing: _Writing) -> None:
    """Whoever tells how it stands has reported; the next report is due in its turn."""
    if given.after is CutState.ANNOUNCED:
        return
    told = writing.body.get("promisedEnd")
    promised = moment(told["value"], "promisedEnd") if told else given.cut.promised
    due = next_report(given.office.settings, promised, given.now)
    writing.body |= {
        "reportedAt": prop(given.now),
        "nextReportAt": prop(due),
        "reportOverdue": prop(False),
    }
    writing.timers.append(report_timer(given.cut.id, due))


async def _confirm(given: _Given, writing: _Writing) -> None:
    """A proposal is true: an incident opens or is joined."""
    office, cut, order = given.office, given.cut, given.order
    organization = order.organization or cut.organization
    writing.body |= {
        "state": prop(given.after.value),
        "confirmedBy": prop(given.grant.actor),
        "confirmedAt": prop(given.now),
        **on_behalf(given.grant),
    }
    if order.cause:
        writing.body["cause"] = prop(order.cause)
    if order.organization:
        writing.body["organization"] = refers(order.organization)
    view = office.city.guard.view(given.grant)
    extent = await office.houses.extent(cut.zones, cut.buildings)
    if cut.by_network:
        place = given.found.value("location")
        extent = replace(extent, points=() if cut.place is None else (cut.place,), area=place)
    else:
        writing.body |= counted(extent, given.now, given.found)
    wanted = await incidents.named(office.city, view, order.incident) if order.incident else None
    where = await office.houses.told(cut.zones, cut.buildings)
    tied = await tie(office, given.grant, cut.id, cut.resource, extent, organization, where, wanted)
    _take(writing, tied)


def _take(writing: _Writing, tied: Tied) -> None:
    if tied.incident:
        writing.incident = tied.incident
        writing.body["refIncident"] = refers(tied.incident)
    writing.beside += tied.changes
    writing.expect += tied.expect
    writing.timers += tied.timers


async def _area(given: _Given, writing: _Writing) -> None:
    """Other zones or houses: counted anew, and the open keys go with them."""
    office, cut, order = given.office, given.cut, given.order
    zones, buildings = order.zones or (), order.buildings or ()
    view = office.city.guard.view(given.grant)
    await check_places(office.city, view, cut.resource, zones, buildings)
    extent = await office.houses.extent(zones, buildings)
    named = area_of(zones, buildings)
    other = ("zones", "buildings", "housesFrom")
    gone = {name: NULL for name in other if given.found.value(name)}
    writing.body |= gone | named | counted(extent, given.now, given.found)
    if cut.happening:
        old, new = keys_of(cut.resource, cut.zones), keys_of(cut.resource, zones)
        held = await holders(office.city, given.grant, old)
        give = [key for key in old if key not in new and held[key] == cut.id]
        take = tuple(key for key in new if held.get(key) != cut.id)
        await check_free(office, given.grant, take)
        writing.beside += holding(cut.id, take, give)
        writing.expect += [NoneOpen(key) for key in take]


async def _over(given: _Given, writing: _Writing) -> None:
    """Ended or cancelled: keys are given back, nobody need report any more."""
    cut, now = given.cut, given.now
    writing.body |= {"state": prop(given.after.value), "reportOverdue": prop(False)}
    if given.verb is CutVerb.END:
        ended = moment(given.order.ended_at, "endedAt", now) or now
        if ended > now or (cut.starts is not None and ended < cut.starts):
            raise BadRequestData("it ended between its begin and now", where="endedAt")
        writing.body["endedAt"] = prop(ended)
    elif given.cut.state is CutState.PROPOSED:
        keys = keys_of(cut.resource, cut.zones)
        writing.notes += [Note(REFUSED, key, format_instant(now)) for key in keys]
    if given.found.value("nextReportAt") is not None:
        writing.body["nextReportAt"] = NULL
    held = await holders(given.office.city, given.grant, keys_of(cut.resource, cut.zones))
    writing.beside += released(cut, held)
    writing.timers += [report_timer(cut.id, None)]
    if cut.kind != OUTAGE:
        writing.timers.append(begin_timer(cut.id, None))


def _changes(given: _Given, writing: _Writing) -> Sequence[Change]:
    own = [Change(Op.APPEND, given.cut.id, writing.body)] if writing.body else []
    return (*own, *writing.beside)


def _told(given: _Given, writing: _Writing) -> Change:
    order = given.order
    more: Mapping[str, Any] = writing.more
    if order.text.strip():
        more = {**more, "note": prop(order.text.strip())}
    organization = order.organization or given.cut.organization
    return line(
        fresh(given.now), ENTRY_KIND[given.verb], given.cut.id, given.grant, given.now,
        incident=writing.incident, organization=organization, more=more,
    )  # fmt: skip
