"""What is ordered about a task: accept, on site, done, return, new time, pause, resume, withdraw.

Each order is one write: the task's new state, a line on the incident with who and when, and the
timer of the due time; it expects the task at the change number the person looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from hansa.base.ids import fresh
from hansa.base.problems import BadRequestData, Conflict, Forbidden, ResourceNotFound
from hansa.base.times import parse_instant
from hansa.context import Change, City, Entity, Op, Query, Timer, TypeIs, Unchanged, parse_q
from hansa.desk.entities import ENTRY, prop
from hansa.desk.errors import ChangedMeanwhile, ReasonRequired
from hansa.desk.tasks.model import TASK, due_timer, limit, limit_of, resumed, told
from hansa.desk.tasks.settings import Reasons, TaskSettings
from hansa.desk.tasks.states import KIND, OF_THE_DESK, OPEN, TaskState, TaskVerb, step
from hansa.desk.tasks.work import Work
from hansa.guard import Grant

ROOM = "tasks"  # of guard/roles.yaml: who works there may answer tasks
_LONGEST = 4000  # characters of a note
_ENDS = (TaskVerb.DONE, TaskVerb.RETURN, TaskVerb.WITHDRAW)


class TaskOrder(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """The body of an order. `expect`: the change number the person looked at."""

    expect: int | None = None
    reason: str = ""
    text: str = ""
    promised: str = ""
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class TaskDone:
    """A task after an order, and the change number it stands at."""

    id: str
    state: str
    change: int


def parse_order(verb: TaskVerb, body: Any, settings: TaskSettings) -> TaskOrder:
    """A checked order; BadRequestData and ReasonRequired name the member at fault."""
    try:
        order = msgspec.convert(body, TaskOrder)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error
    if order.expect is None and verb is not TaskVerb.NOTE:
        raise BadRequestData(
            "an order says which state of the task it was decided on",
            where="expect",
            remedy="send the change number of the task you looked at",
        )
    _check_reason(order, _reasons(verb, settings))
    if verb is TaskVerb.NOTE and not order.text.strip():
        raise BadRequestData("a note has a text", where="text")
    if verb is TaskVerb.NEW_TIME:
        _check_new_time(order)
    if len(order.text) > _LONGEST:
        raise BadRequestData(f"a note has at most {_LONGEST} characters", where="text")
    return order


def _reasons(verb: TaskVerb, settings: TaskSettings) -> Reasons | None:
    return {
        TaskVerb.PAUSE: settings.pause,
        TaskVerb.RETURN: settings.return_,
        TaskVerb.NEW_TIME: settings.new_time,
    }.get(verb)


def _check_reason(order: TaskOrder, reasons: Reasons | None) -> None:
    if reasons is not None and order.reason not in reasons:
        found = f"{order.reason!r} is no reason" if order.reason else "a reason is missing"
        raise ReasonRequired(found, where="reason", remedy=f"one of {', '.join(reasons)}")


def _check_new_time(order: TaskOrder) -> None:
    if not order.promised:
        raise BadRequestData("by when it will be done is missing", where="promised")
    parse_instant(order.promised)
    if not order.approved_by.strip():
        raise BadRequestData("who approved the new time is missing", where="approvedBy")


async def give(
    city: City, grant: Grant, work: Work, task: str, verb: TaskVerb, order: TaskOrder
) -> TaskDone:
    """Carry an order out, as `grant`.

    Raises ResourceNotFound, TaskInAnotherState, ChangedMeanwhile (says who was faster), Forbidden.
    """
    through = city.guard.through(grant, ROOM)
    if verb in OF_THE_DESK and organization_of(city, grant):
        raise Forbidden(
            f"an organisation may not {verb} a task",
            rule="what was sent is taken back by who sent it",
            remedy="return it, with a reason",
        )
    found = await read_task(city, grant, task)
    if order.expect is not None and order.expect != found.change:
        raise await _faster(city, grant, found, order.expect)
    now = city.clock.now()
    after = step(str(found.value("state")), verb, paused=bool(found.value("paused")), where=task)
    body = _body(found, verb, order, after, work, now)
    told_of = _told(found, verb, order, body, grant, now)
    change = [Change(Op.APPEND, found.id, body)] if body else []
    try:
        commit = await city.write(
            through,
            [told_of, *change],
            expect=[Unchanged(found.id, found.change)] if body else [],
            timers=_timers(found, verb, body, now),
        )
    except Conflict as conflict:
        newer = await read_task(city, grant, task)
        if newer.change == found.change:
            raise
        raise await _faster(city, grant, newer, found.change) from conflict
    return TaskDone(task, after.value, commit.outcomes[-1].change if body else found.change)


def organization_of(city: City, grant: Grant) -> str:
    """The organisation that the holder answers for; "" for those of the city's desk."""
    role = city.guard.policy.role(grant.role)
    return grant.organization if role.organization else ""


async def read_task(city: City, grant: Grant, task: str) -> Entity:
    """The task; ResourceNotFound where there is none, or it is another organisation's."""
    page = await city.read(city.guard.view(grant), Query(ids=(task,), types=TypeIs(TASK)))
    if not page.entities:
        raise ResourceNotFound(f"there is no task {task}", where="id")
    return page.entities[0]


def _body(
    found: Entity, verb: TaskVerb, order: TaskOrder, after: TaskState, work: Work, now: datetime
) -> dict[str, Any]:
    """The attributes of the task that the order sets."""
    if verb is TaskVerb.NOTE:
        return {}
    if verb is TaskVerb.NEW_TIME:
        return _new_time(order, found, now)
    if verb is TaskVerb.PAUSE:
        return {
            "paused": prop(True),
            "pausedAt": prop(now),
            "pauseReason": prop(order.reason),
        }
    if verb is TaskVerb.RESUME:
        return _resume(found, work, now)
    body = {"state": prop(after.value)}
    if verb is TaskVerb.ACCEPT:
        body["acceptedAt"] = prop(now)
    if verb is TaskVerb.ON_SITE:
        body["onSiteAt"] = prop(now)
    if verb in _ENDS:
        body |= {"endedAt": prop(now), "overdue": prop(False), "paused": prop(False)}
    if verb is TaskVerb.RETURN:
        body["reason"] = prop(order.reason)
    return body


def _new_time(order: TaskOrder, found: Entity, now: datetime) -> dict[str, Any]:
    promised = parse_instant(order.promised)
    if promised <= now:
        raise BadRequestData("a new time lies ahead", where="promised")
    late = limit(parse_instant(found.value("due")), promised) <= now
    return {
        "promised": prop(promised),
        "approvedBy": prop(order.approved_by.strip()),
        "reason": prop(order.reason),
        "overdue": prop(late),
    }


def _resume(found: Entity, work: Work, now: datetime) -> dict[str, Any]:
    organization = work.organization(str(found.value("assignedTo")))
    since = parse_instant(found.value("pausedAt"))
    due = resumed(organization, parse_instant(found.value("due")), since, now)
    return {"paused": prop(False), "due": prop(due)}


def _timers(
    found: Entity, verb: TaskVerb, body: Mapping[str, Any], now: datetime
) -> Sequence[Timer]:
    if verb in _ENDS or verb is TaskVerb.PAUSE:
        return (due_timer(found.id, None),)
    if verb is TaskVerb.NEW_TIME:
        at = limit(parse_instant(found.value("due")), parse_instant(body["promised"]["value"]))
        return () if found.value("paused") else (due_timer(found.id, at),)
    if verb is TaskVerb.RESUME:
        at = max(limit_of(found), parse_instant(body["due"]["value"]))
        return () if found.value("overdue") else (due_timer(found.id, at),)
    if verb is TaskVerb.REOPEN and found.value("state") not in OPEN:
        return (due_timer(found.id, max(limit_of(found), now)),)
    return ()


def _told(
    found: Entity,
    verb: TaskVerb,
    order: TaskOrder,
    body: Mapping[str, Any],
    grant: Grant,
    now: datetime,
) -> Change:
    more: dict[str, Any] = {}
    if order.text.strip():
        more["note"] = prop(order.text.strip())
    if order.reason:
        more["reason"] = prop(order.reason)
    if verb is TaskVerb.NEW_TIME:
        more |= {"due": body["promised"], "owner": body["approvedBy"]}
    if verb is TaskVerb.RESUME:
        more["due"] = body["due"]
    document = found.document
    return told(fresh(now), found.id, document, KIND[verb], grant, now, machine=False, more=more)


async def _faster(city: City, grant: Grant, found: Entity, expected: int) -> ChangedMeanwhile:
    """The refusal that names who did what since the change number expected."""
    query = Query(types=TypeIs(ENTRY), where=parse_q(f'refTask=="{found.id}"'))
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
