"""What is ordered about a task: accept, on site, done, return, new time, pause, resume, withdraw.

Each order is one write: the task's new state, a line on the incident with who and when, and the
timer of the due time; it expects the task at the change number the person looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from hansa.base.ids import fresh
from hansa.base.problems import BadRequestData, Conflict, Forbidden, ResourceNotFound
from hansa.base.times import parse_instant
from hansa.context import Change, City, Entity, Op, Query, TypeIs, Unchanged, parse_q
from hansa.desk.entities import CALL, ENTRY, prop
from hansa.desk.errors import ChangedMeanwhile, ReasonRequired
from hansa.desk.tasks.answering import TaskOrder, answered, timers_of
from hansa.desk.tasks.calling import call_after
from hansa.desk.tasks.model import TASK, told
from hansa.desk.tasks.settings import Reasons, TaskSettings
from hansa.desk.tasks.states import KIND, OF_THE_DESK, TaskState, TaskVerb, step
from hansa.desk.tasks.work import Work
from hansa.guard import Grant

ROOM = "tasks"  # of guard/roles.yaml: who works there may answer tasks
_LONGEST = 4000  # characters of a note
_ATTEMPTS = 8


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
    after = step(str(found.value("state")), verb, paused=bool(found.value("paused")), where=task)
    for attempt in range(1, _ATTEMPTS + 1):
        call = await _call_of(city, through, found)
        try:
            change = await _write(city, through, work, found, call, verb, order, after)
        except Conflict as conflict:
            newer = await read_task(city, grant, task)
            if newer.change != found.change:
                raise await _faster(city, grant, newer, found.change) from conflict
            if call is None or attempt == _ATTEMPTS:
                raise
        else:
            return TaskDone(task, after.value, change)
    raise AssertionError("the last attempt returns or raises")


async def _write(
    city: City,
    through: Grant,
    work: Work,
    found: Entity,
    call: Entity | None,
    verb: TaskVerb,
    order: TaskOrder,
    after: TaskState,
) -> int:
    """One write: the line, the task, and what its call says from now on; the task's change."""
    now = city.clock.now()
    body = answered(found, verb, order, after, work, now)
    told_of = _told(found, verb, order, body, through, now)
    changes, expect = [told_of], []
    if body:
        changes.append(Change(Op.APPEND, found.id, body))
        expect.append(Unchanged(found.id, found.change))
    if body and call is not None and (said := call_after(found, call, verb, body, now)):
        changes.append(Change(Op.APPEND, call.id, said))
        expect.append(Unchanged(call.id, call.change))
    timers = timers_of(found, verb, body, now)
    commit = await city.write(through, changes, expect=expect, timers=timers)
    return commit.outcomes[1].change if body else found.change


async def _call_of(city: City, through: Grant, task: Entity) -> Entity | None:
    """The call that a task is for, as the room sees it: an answer means something for it too."""
    name = task.value("refCall")
    if name is None:
        return None
    query = Query(ids=(str(name),), types=TypeIs(CALL))
    page = await city.read(city.guard.view(through), query)
    return page.entities[0] if page.entities else None


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
