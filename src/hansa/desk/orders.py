"""What people order: acknowledge, activate, stabilise, close, reopen, assign, note.

Each order is one write: the incident's new state, a timeline entry with who and when, and the
due timer; it expects the incident at the change number the person looked at, so two people
never overwrite each other unseen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from hansa.base.ids import fresh
from hansa.base.problems import BadRequestData, Conflict, ResourceNotFound
from hansa.context import (
    Change,
    City,
    Entity,
    NoneOpen,
    Op,
    Query,
    Timer,
    TypeIs,
    Unchanged,
    parse_q,
)
from hansa.desk.entities import (
    ENTRY,
    INCIDENT,
    due_timer,
    entry,
    incident_key,
    listed,
    prop,
)
from hansa.desk.errors import ChangedMeanwhile, ReasonRequired
from hansa.desk.intake import CONSUMER
from hansa.desk.settings import DeskSettings
from hansa.desk.states import ENTRY_KIND, State, Verb, step
from hansa.guard import Grant

_LONGEST = 4000  # characters of a note


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of an order. `expect`: the change number the person looked at."""

    expect: int | None = None
    reason: str = ""
    text: str = ""
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The incident after an order, and the change number it stands at."""

    id: str
    state: str
    change: int


def parse_order(verb: Verb, body: Any, settings: DeskSettings) -> Order:
    """A checked order; BadRequestData and ReasonRequired name the member at fault."""
    try:
        order = msgspec.convert(body, Order)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error
    if order.expect is None and verb is not Verb.NOTE:
        raise BadRequestData(
            "an order says which state of the incident it was decided on",
            where="expect",
            remedy="send the change number of the incident you looked at",
        )
    if verb is Verb.CLOSE and order.reason not in settings.reasons:
        found = f"{order.reason!r} is no reason" if order.reason else "a reason is missing"
        raise ReasonRequired(found, where="reason", remedy=f"one of {', '.join(settings.reasons)}")
    if verb is Verb.NOTE and not order.text.strip():
        raise BadRequestData("a note has a text", where="text")
    if verb is Verb.ASSIGN and not (order.owner or "").strip():
        raise BadRequestData("somebody must own it", where="owner")
    if len(order.text) > _LONGEST:
        raise BadRequestData(f"a note has at most {_LONGEST} characters", where="text")
    return order


async def give(
    city: City, grant: Grant, settings: DeskSettings, incident: str, verb: Verb, order: Order
) -> Done:
    """Carry an order out, as `grant`.

    Raises ResourceNotFound, WrongState, ChangedMeanwhile (says who was faster), Forbidden.
    """
    through = city.guard.through(grant, "desk")
    found = await _incident(city, grant, incident)
    if order.expect is not None and order.expect != found.change:
        raise await _faster(city, grant, found, order.expect)
    now = city.clock.now()
    after = step(str(found.value("state")), verb, incident)
    body = _body(found, verb, order, after, grant, settings, now)
    told = _told(incident, verb, order, grant, now)
    try:
        commit = await city.write(
            through,
            [told, *_change(found, verb, body)],
            expect=_expect(found, verb, order),
            timers=_timers(found, verb),
        )
    except Conflict as conflict:
        fresh_one = await _incident(city, grant, incident)
        if fresh_one.change == found.change:
            raise
        raise await _faster(city, grant, fresh_one, found.change) from conflict
    return Done(incident, after.value, commit.outcomes[-1].change if body else found.change)


def _body(
    found: Entity,
    verb: Verb,
    order: Order,
    after: State,
    grant: Grant,
    settings: DeskSettings,
    now: datetime,
) -> dict[str, Any]:
    """The attributes of the incident that the order sets."""
    if verb is Verb.NOTE:
        return {}
    if verb is Verb.ASSIGN:
        return {"owner": prop((order.owner or "").strip())}
    body = {"state": prop(after.value)}
    if verb is Verb.ACKNOWLEDGE:
        body |= {"acknowledgedAt": prop(now), "owner": prop(found.value("owner") or grant.actor)}
    if verb is Verb.CLOSE:
        body |= {"closedAt": prop(now), "closeReason": prop(order.reason)}
    if found.value("overdue"):
        body |= {"overdue": prop(False)}
    return body


def _change(found: Entity, verb: Verb, body: Mapping[str, Any]) -> Sequence[Change]:
    if not body:
        return ()
    key = incident_key(listed(found.value("alerts"))[0]) if found.value("alerts") else None
    return (
        Change(
            Op.APPEND,
            found.id,
            body,
            opens=key if verb is Verb.REOPEN else None,
            closes=key if verb is Verb.CLOSE else None,
        ),
    )


def _expect(found: Entity, verb: Verb, order: Order) -> Sequence[Unchanged | NoneOpen]:
    """A note disturbs nobody, so it need not be written on the newest state."""
    if verb is Verb.NOTE and order.expect is None:
        return ()
    return (Unchanged(found.id, found.change),)


def _timers(found: Entity, verb: Verb) -> Sequence[Timer]:
    """Whoever takes or closes an incident has met its due time."""
    if verb in (Verb.ASSIGN, Verb.NOTE) or found.value("due") is None:
        return ()
    return (Timer(CONSUMER, due_timer(found.id), None),)


def _told(incident: str, verb: Verb, order: Order, grant: Grant, now: datetime) -> Change:
    more: dict[str, Any] = {}
    if order.text.strip():
        more["note"] = prop(order.text.strip())
    if verb is Verb.CLOSE:
        more["reason"] = prop(order.reason)
    if verb is Verb.ASSIGN:
        more["owner"] = prop((order.owner or "").strip())
    kind = ENTRY_KIND[verb]
    return entry(fresh(now), incident, kind, grant.actor, now, machine=False, more=more)


async def _incident(city: City, grant: Grant, incident: str) -> Entity:
    query = Query(ids=(incident,), types=TypeIs(INCIDENT))
    page = await city.read(city.guard.view(grant), query)
    if not page.entities:
        raise ResourceNotFound(f"there is no incident {incident}", where="id")
    return page.entities[0]


async def _faster(city: City, grant: Grant, found: Entity, expected: int) -> ChangedMeanwhile:
    """The refusal that names who did what since the change number expected."""
    query = Query(types=TypeIs(ENTRY), where=parse_q(f'refIncident=="{found.id}"'))
    page = await city.read(city.guard.view(grant), query)
    since = sorted((one for one in page.entities if one.change > expected), key=lambda e: e.change)
    done = [{name: one.value(name) for name in ("kind", "by", "at")} for one in since]
    words = "; ".join(f"{one['kind']} by {one['by']} at {one['at']}" for one in done)
    return ChangedMeanwhile(
        f"it stands at change {found.change} and not at {expected}"
        + (f": {words}" if words else ""),
        where="expect",
        state=str(found.value("state")),
        change=found.change,
        done=done,
    )
