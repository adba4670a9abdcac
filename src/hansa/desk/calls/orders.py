"""What is ordered about a call: attach, detach, theme, incident, done, callback, close, reopen,
strike, note.

Each order is one write: the call's new state, a line with who and when, and its timer; it expects
the call at the change number the person looked at, so two people never overwrite each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from hansa.base.problems import BadRequestData, Conflict
from hansa.base.times import parse_instant
from hansa.context import Change, City, Entity, Op, Timer, Unchanged, instance_value
from hansa.desk.calls import incidents, routing
from hansa.desk.calls.card import check_theme
from hansa.desk.calls.errors import CallInAnotherState
from hansa.desk.calls.finding import call_of, faster, outage_of
from hansa.desk.calls.model import Calling, due_timer, line, times_reopened
from hansa.desk.calls.states import KIND, WAITING, CallBack, CallState, CallVerb, called_back, step
from hansa.desk.calls.taking import ROOM, service_of, themed
from hansa.desk.entities import NULL, prop, refers
from hansa.desk.errors import ReasonRequired
from hansa.desk.orders import LONGEST
from hansa.desk.tasks.opening import Put
from hansa.desk.themes import CallKind
from hansa.guard import Grant, View

_UNREACHABLE = "unreachable"  # a reason that needs its tries


class CallOrder(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """The body of an order. `expect`: the change number the person looked at."""

    expect: int | None = None
    text: str = ""
    outage: str = ""
    incident: str = ""
    theme: str = ""
    result: CallBack | None = None
    reason: str = ""
    organization: str = ""


@dataclass(frozen=True, slots=True)
class CallDone:
    """A call after an order, and the change number it stands at."""

    id: str
    state: str
    change: int


@dataclass(frozen=True, slots=True)
class _Given:
    """An order with all that it is carried out upon."""

    found: Entity
    verb: CallVerb
    order: CallOrder
    after: CallState
    grant: Grant
    calling: Calling
    now: datetime
    joined: incidents.Joined = incidents.NONE
    put: Put = routing.NOTHING


_NEEDS: Mapping[CallVerb, str] = {
    CallVerb.ATTACH: "outage",
    CallVerb.INCIDENT: "incident",
    CallVerb.THEME: "theme",
    CallVerb.CALLBACK: "result",
    CallVerb.STRIKE: "text",
    CallVerb.NOTE: "text",
}


def parse_order(verb: CallVerb, body: Any, calling: Calling) -> CallOrder:
    """A checked order; BadRequestData and ReasonRequired name the member at fault."""
    try:
        order = msgspec.convert(body, CallOrder)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error
    if order.expect is None and verb is not CallVerb.NOTE:
        raise BadRequestData(
            "an order says which state of the call it was decided on",
            where="expect",
            remedy="send the change number of the call you looked at",
        )
    if len(order.text) > LONGEST:
        raise BadRequestData(f"a note has at most {LONGEST} characters", where="text")
    needed = _NEEDS.get(verb)
    if needed is not None and not str(getattr(order, needed) or "").strip():
        raise BadRequestData(f"to {verb} a call, {needed} is needed", where=needed)
    if verb is CallVerb.THEME:
        check_theme(order.theme, calling)
    return order


async def give(
    city: City, grant: Grant, calling: Calling, call: str, verb: CallVerb, order: CallOrder
) -> CallDone:
    """Carry an order out, as `grant`.

    Raises ResourceNotFound, CallInAnotherState, ChangedMeanwhile (says who was faster), Forbidden.
    """
    through = city.guard.through(grant, ROOM)
    view = city.guard.view(grant)
    found = await call_of(city, view, call)
    if order.expect is not None and order.expect != found.change:
        raise await faster(city, grant, found, order.expect)
    given = _Given(found, verb, order, _after(found, verb, order), grant, calling, city.clock.now())
    _check_close(given)
    if verb is CallVerb.ATTACH:
        await outage_of(city, view, order.outage)
    if verb is CallVerb.INCIDENT:
        joined = await incidents.joined_to(city, view, call, order.incident, grant, given.now)
        given = replace(given, joined=joined)
    given = replace(given, put=await _task(city, view, given))
    body = body_of(given)
    changes = [_told(given), *given.joined.changes, *given.put.changes]
    if body:
        changes.append(Change(Op.APPEND, call, body))
    try:
        commit = await city.write(
            through,
            changes,
            expect=[Unchanged(call, found.change)] if body else [],
            timers=(*_timers(given, body), *given.put.timers),
        )
    except Conflict as conflict:
        newer = await call_of(city, view, call)
        if newer.change == found.change:
            raise
        raise await faster(city, grant, newer, found.change) from conflict
    change = commit.outcomes[-1].change if body else found.change
    state = instance_value(body["state"]) if "state" in body else given.after.value
    return CallDone(call, str(state), change)


async def _task(city: City, view: View, given: _Given) -> Put:
    """What the order means for a task: a new one, or the one that goes on."""
    found, order, who, now = given.found, given.order, given.grant, given.now
    if given.verb is CallVerb.ROUTE:
        calling = given.calling
        return await routing.sent_now(city, view, calling, found, order.organization, who, now)
    if given.verb is not CallVerb.REOPEN and order.result is not CallBack.NOT_DONE:
        return routing.NOTHING
    if found.value("refOutage") is not None:  # no longer one of many: a task of its own
        return await routing.sent_anew(city, view, given.calling, found, who, now)
    return await routing.again(city, view, found, who, now)


def _after(found: Entity, verb: CallVerb, order: CallOrder) -> CallState:
    after = step(str(found.value("state")), verb, found.id)
    if verb is CallVerb.CALLBACK and order.result is not None:
        return called_back(after, order.result)
    return after


def _check_close(given: _Given) -> None:
    """Without a call back a call is closed with a reason of the city, and after its tries."""
    if given.verb is not CallVerb.CLOSE:
        return
    reasons, reason = given.calling.settings.reasons, given.order.reason
    if reason not in reasons:
        found = f"{reason!r} is no reason" if reason else "a reason is missing"
        remedy = f"call back first, or one of {', '.join(reasons)}"
        raise ReasonRequired(found, where="reason", remedy=remedy)
    tries, needed = int(given.found.value("callBackTries") or 0), given.calling.settings.tries
    if reason == _UNREACHABLE and tries < needed:
        raise CallInAnotherState(
            f"called back {tries} of {needed} times",
            where=given.found.id,
            rule="calls.yaml: callBackTries",
            remedy="call back again, later",
        )


def body_of(given: _Given) -> dict[str, Any]:
    """The attributes of the call that the order sets."""
    match given.verb:
        case CallVerb.NOTE:
            return {}
        case CallVerb.THEME:
            return themed(given.order.theme, given.calling) | _due_anew(given)
        case CallVerb.INCIDENT:
            return incidents.named(given.joined)
        case CallVerb.CALLBACK:
            return _called_back(given)
        case CallVerb.ROUTE:
            return dict(given.put.attributes or {})
        case _:
            return _state(given)


def _state(given: _Given) -> dict[str, Any]:
    state, verb = {"state": prop(given.after.value)}, given.verb
    if verb is CallVerb.ATTACH:
        return state | {"refOutage": refers(given.order.outage), **_with_others(given)}
    if verb is CallVerb.DETACH:
        return state | {"refOutage": NULL, "apart": prop(True)}
    if verb is CallVerb.REOPEN:
        return state | _begun_anew(given)
    if verb is CallVerb.CLOSE:
        ended = {"closedAt": prop(given.now), "closeReason": prop(given.order.reason)}
        return state | ended | _not_late(given)
    return state | _not_late(given)


def _with_others(given: _Given) -> dict[str, Any]:
    return {} if given.found.attribute("apart") is None else {"apart": NULL}


def _called_back(given: _Given) -> dict[str, Any]:
    result = given.order.result
    assert result is not None  # noqa: S101 - parse_order refused it
    body = {"callBack": prop(result.value), "calledBackAt": prop(given.now)}
    if result is CallBack.UNREACHABLE:
        tries = int(given.found.value("callBackTries") or 0) + 1
        return body | {"callBackTries": prop(tries)}
    body["state"] = prop(given.after.value)
    if result is CallBack.NOT_DONE:
        return body | _begun_anew(given)  # its task may go on, and then it is routed
    ended = {"closedAt": prop(given.now), "closeReason": prop(result.value)}
    return body | ended | _not_late(given)


def _begun_anew(given: _Given) -> dict[str, Any]:
    """Counted; what it was attached to is over, and it joins no other by itself. Its task goes on,
    else its time runs anew.
    """
    counted = {
        "reopened": prop(times_reopened(given.found) + 1),
        "callBackTries": prop(0),
        "refOutage": NULL,
        "apart": prop(True),
    }
    if given.put.attributes:
        return counted | dict(given.put.attributes)
    anew = {"due": prop(given.now + _service(given)), "overdue": prop(False)}
    return counted | {"refTask": NULL} | anew


def _service(given: _Given) -> Any:
    kind = CallKind(str(given.found.value("callKind") or CallKind.REPAIR))
    theme = given.order.theme or str(given.found.value("theme") or "")
    return service_of(theme, kind, given.calling)


def _due_anew(given: _Given) -> dict[str, Any]:
    """Another theme has another time, from when it was said; of what waits no more, none."""
    if given.found.value("state") not in WAITING:
        return {}
    due = parse_instant(str(given.found.value("reportedAt"))) + _service(given)
    return {"due": prop(due), "overdue": prop(due <= given.now)}


def _not_late(given: _Given) -> dict[str, Any]:
    return {"overdue": prop(False)} if given.found.value("overdue") else {}


def _timers(given: _Given, body: Mapping[str, Any]) -> Sequence[Timer]:
    """The due time is for what is still to be done."""
    if "due" in body:
        at = parse_instant(str(body["due"]["value"]))
        return (due_timer(given.found.id, at if at > given.now else None),)
    if "state" in body and given.after not in WAITING:
        return (due_timer(given.found.id, None),)
    return ()


def _told(given: _Given) -> Change:
    order, verb = given.order, given.verb
    more: dict[str, Any] = {}
    if order.text.strip():
        more["note"] = prop(order.text.strip())
    if verb is CallVerb.CLOSE:
        more["reason"] = prop(order.reason)
    if verb is CallVerb.CALLBACK and order.result is not None:
        more["reason"] = prop(order.result.value)
    if verb is CallVerb.ATTACH:
        more["refOutage"] = refers(order.outage)
    document = given.found.document
    return line(given.found.id, KIND[verb], given.grant, given.now, body=document, more=more)
