"""What people order about one incident: acknowledge, activate, stabilise, close, reopen, assign,
prioritise, retype, note.

Each order is one write: the incident's new state, a timeline entry with who and when, and its
timers; it expects the incident at the change number the person looked at, so two people never
overwrite each other unseen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from hansa.base.ids import fresh
from hansa.base.problems import BadRequestData, Conflict
from hansa.context import Change, City, Entity, NoneOpen, Op, Timer, Unchanged
from hansa.desk.deskfile import PRIORITIES
from hansa.desk.entities import NULL, entry, incident_key, listed, prop
from hansa.desk.errors import ReasonRequired, WrongState
from hansa.desk.escalation import silence
from hansa.desk.finding import faster, incident_of
from hansa.desk.settings import DeskSettings
from hansa.desk.states import ENTRY_KIND, State, Verb, step
from hansa.guard import Grant

LONGEST = 4000  # characters of a note
_BESIDE = frozenset({Verb.ASSIGN, Verb.PRIORITISE, Verb.RETYPE, Verb.NOTE})  # leave the state


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """The body of an order. `expect`: the change number the person looked at.

    `priority` None: as the city's table says.
    """

    expect: int | None = None
    reason: str = ""
    text: str = ""
    owner: str | None = None
    priority: int | None = None
    incident_type: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """The incident after an order, and the change number it stands at."""

    id: str
    state: str
    change: int


@dataclass(frozen=True, slots=True)
class _Given:
    """An order with all that it is carried out upon."""

    found: Entity
    verb: Verb
    order: Order
    after: State
    grant: Grant
    settings: DeskSettings
    now: datetime

    @property
    def actor(self) -> str:
        return self.grant.actor


def parse_order(verb: Verb, body: Any, settings: DeskSettings) -> Order:
    """A checked order; BadRequestData and ReasonRequired name the member at fault."""
    try:
        order = msgspec.convert(body, Order)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error
    if order.expect is None and verb is not Verb.NOTE:
        raise BadRequestData(
            "what the order was decided on is missing",
            where="expect",
            remedy="send the change number of the incident you looked at",
        )
    if len(order.text) > LONGEST:
        raise BadRequestData(f"a note has at most {LONGEST} characters", where="text")
    _check(verb, order, settings)
    return order


def _check(verb: Verb, order: Order, settings: DeskSettings) -> None:
    """What the verb itself needs."""
    if verb is Verb.CLOSE and order.reason not in settings.reasons:
        found = f"{order.reason!r} is no reason" if order.reason else "a reason is missing"
        raise ReasonRequired(found, where="reason", remedy=f"one of {', '.join(settings.reasons)}")
    if verb is Verb.NOTE and not order.text.strip():
        raise BadRequestData("a note has a text", where="text")
    if verb is Verb.ASSIGN and not (order.owner or "").strip():
        raise BadRequestData("somebody must own it", where="owner")
    if verb is Verb.PRIORITISE and order.priority not in (None, *PRIORITIES):
        raise BadRequestData("priorities are 1 to 4", where="priority")
    if verb is Verb.RETYPE and order.incident_type not in settings.types:
        raise BadRequestData(
            f"{order.incident_type!r} is no type of incident",
            where="incidentType",
            remedy=f"one of {', '.join(settings.types)}",
        )


async def give(
    city: City, grant: Grant, settings: DeskSettings, incident: str, verb: Verb, order: Order
) -> Done:
    """Carry an order out, as `grant`.

    Raises ResourceNotFound, WrongState, ChangedMeanwhile (says who was faster), Forbidden.
    """
    through = city.guard.through(grant, "desk")
    found = await incident_of(city, grant, incident)
    if order.expect is not None and order.expect != found.change:
        raise await faster(city, grant, found, order.expect)
    after = _after(found, verb)
    given = _Given(found, verb, order, after, grant, settings, city.clock.now())
    body = _body(given)
    try:
        commit = await city.write(
            through,
            [_told(given), *_change(given, body)],
            expect=_expect(given),
            timers=_timers(given),
        )
    except Conflict as conflict:
        fresh_one = await incident_of(city, grant, incident)
        if fresh_one.change == found.change:
            raise
        raise await faster(city, grant, fresh_one, found.change) from conflict
    return Done(incident, after.value, commit.outcomes[-1].change if body else found.change)


def _after(found: Entity, verb: Verb) -> State:
    if verb is Verb.REOPEN and (other := found.value("mergedInto")):
        raise WrongState(f"it was merged into {other}", where=found.id, remedy="unmerge it instead")
    return step(str(found.value("state")), verb, found.id)


def _body(given: _Given) -> dict[str, Any]:
    """The attributes of the incident that the order sets."""
    order = given.order
    match given.verb:
        case Verb.NOTE:
            return {}
        case Verb.ASSIGN:
            return {"owner": prop((order.owner or "").strip())}
        case Verb.PRIORITISE:
            return _priority(given)
        case Verb.RETYPE:
            return _type(given)
        case _:
            return _state(given)


def _state(given: _Given) -> dict[str, Any]:
    found, verb, now = given.found, given.verb, given.now
    body = {"state": prop(given.after.value)}
    if verb is Verb.ACKNOWLEDGE:
        body |= {"acknowledgedAt": prop(now), "owner": prop(found.value("owner") or given.actor)}
    if verb is Verb.CLOSE:
        body |= {"closedAt": prop(now), "closeReason": prop(given.order.reason)}
    if found.value("overdue"):
        body |= {"overdue": prop(False)}
    return body


def _priority(given: _Given) -> dict[str, Any]:
    """A person's, or again the table's."""
    wanted = given.order.priority
    if wanted is not None:
        return {"priority": prop(wanted), "prioritisedBy": prop(given.actor)}
    table = given.settings.priority(
        str(given.found.value("severity", "")), str(given.found.value("incidentType", ""))
    )
    return {"priority": prop(table), "prioritisedBy": NULL}


def _type(given: _Given) -> dict[str, Any]:
    """Another type; the priority follows the table where no person set it."""
    found, wanted = given.found, given.order.incident_type
    body = {"incidentType": prop(wanted)}
    if found.value("prioritisedBy") is None:
        table = given.settings.priority(str(found.value("severity", "")), wanted)
        body["priority"] = prop(table)
    return body


def _change(given: _Given, body: Mapping[str, Any]) -> Sequence[Change]:
    if not body:
        return ()
    alerts = listed(given.found.value("alerts"))
    key = incident_key(alerts[0]) if alerts else None
    return (
        Change(
            Op.APPEND,
            given.found.id,
            body,
            opens=key if given.verb is Verb.REOPEN else None,
            closes=key if given.verb is Verb.CLOSE else None,
        ),
    )


def _expect(given: _Given) -> Sequence[Unchanged | NoneOpen]:
    """A note disturbs nobody, so it need not be written on the newest state."""
    if given.verb is Verb.NOTE and given.order.expect is None:
        return ()
    return (Unchanged(given.found.id, given.found.change),)


def _timers(given: _Given) -> Sequence[Timer]:
    """Whoever takes or closes an incident has met its due time, and nobody else need hear."""
    return () if given.verb in _BESIDE else silence(given.found.id, given.settings)


def _told(given: _Given) -> Change:
    order, verb = given.order, given.verb
    more: dict[str, Any] = {}
    if order.text.strip():
        more["note"] = prop(order.text.strip())
    if verb is Verb.CLOSE:
        more["reason"] = prop(order.reason)
    if verb is Verb.ASSIGN:
        more["owner"] = prop((order.owner or "").strip())
    if verb is Verb.PRIORITISE and order.priority is not None:
        more["priority"] = prop(order.priority)
    if verb is Verb.RETYPE:
        more["incidentType"] = prop(order.incident_type)
    kind, now = ENTRY_KIND[verb], given.now
    return entry(fresh(now), given.found.id, kind, given.grant, now, machine=False, more=more)
