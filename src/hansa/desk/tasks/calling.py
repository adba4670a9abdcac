"""Tasks of calls: sent with the call in its own commit, and what their answers mean for it. Pure.

A task of a call has no incident. What it tells of the call is what the work needs; who called
stands with the call alone. A repair is due by the theme's service time on the organisation's own
clock; a written request by the law's days, where the city has such a law.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hansa.base.ids import fresh, urn
from hansa.base.times import parse_instant
from hansa.context import Change, Entity, Op
from hansa.desk.clocks import due as due_at
from hansa.desk.entities import NULL, prop, refers
from hansa.desk.errors import WrongState
from hansa.desk.organizations.model import Organization
from hansa.desk.routing import Because, Choice, Matter, Place, choose, due_by_law
from hansa.desk.tasks.model import TASK, due_task, due_timer, limit_of, minutes, told
from hansa.desk.tasks.opening import Put
from hansa.desk.tasks.states import OPEN, TaskState, TaskVerb
from hansa.desk.tasks.work import Work
from hansa.guard import Grant

REQUEST = "request"  # of callKind: on the clock of the law
_ROUTED, _NEW, _DONE = "routed", "new", "done"  # of the call
_GOING = (_ROUTED, _NEW, _DONE)  # in another state a call no longer hears of its task


@dataclass(frozen=True, slots=True)
class Called:
    """What a task is told of its call. `service`: of the theme; `title`: the theme's words."""

    id: str
    kind: str
    theme: str
    title: Mapping[str, str]
    received: datetime
    service: timedelta | None = None
    building: str = ""
    address: Any = None
    location: Any = None
    priority: int | None = None


def route(work: Work, matter: Matter, place: Place, at: datetime) -> Choice:
    """Who is asked about a call, by the city's table; nobody: a person chooses."""
    return choose(work.routing, matter, place, at)


def due_of_call(work: Work, called: Called, organization: Organization, now: datetime) -> datetime:
    """By when it is done: of a request by law from the day it came in, of a repair from now on."""
    if called.kind == REQUEST and work.law is not None:
        return due_by_law(work.law, called.theme, called.received)
    return due_at(organization.calendar, now, _service(work, called))


def _service(work: Work, called: Called) -> timedelta:
    if called.service is not None:
        return called.service
    settings = work.settings
    return settings.request_within if called.kind == REQUEST else settings.within


def send_call(
    work: Work,
    called: Called,
    organization: Organization,
    because: Because | None,
    by: Grant | str,
    now: datetime,
) -> Put:
    """A task of a call. `attributes`: what the call says from now on; write all in one commit."""
    task = urn(TASK, fresh(now))
    about = _about(called, because)
    due = due_of_call(work, called, organization, now)
    if called.kind != REQUEST or work.law is None:
        about["serviceTime"] = prop(minutes(_service(work, called)))
    machine = isinstance(by, str)
    who = by if isinstance(by, str) else by.actor
    body = due_task(called.id, organization, due, about, who, now)
    more: dict[str, Any] = {"due": body["due"]}
    line = told(fresh(now), task, body, "task-sent", by, now, machine=machine, more=more)
    of_call = {
        "state": prop(_ROUTED),
        "refTask": refers(task),
        "organizations": refers([organization.id]),
        "due": prop(due),
        "overdue": body["overdue"],
    }
    return Put((line, Change(Op.CREATE, task, body)), (due_timer(task, due),), of_call)


def _about(called: Called, because: Because | None) -> dict[str, Any]:
    given = {
        "callKind": called.kind,
        "theme": called.theme,
        "address": called.address,
        "priority": called.priority,
        "reportedAt": called.received,
        "because": None if because is None else because.document(),
    }
    about = {name: prop(one) for name, one in given.items() if one}
    about["title"] = {"type": "LanguageProperty", "languageMap": dict(called.title)}
    if called.building:
        about["refBuilding"] = refers(called.building)
    if called.location:
        about["location"] = {"type": "GeoProperty", "value": called.location}
    return about


def withdraw_call(task: Entity, by: Grant, now: datetime, reason: str) -> Put:
    """The task is taken back, because its call was struck, corrected or attached elsewhere."""
    if task.value("state") not in OPEN:
        return Put()
    body = {
        "state": prop(TaskState.WITHDRAWN.value),
        "endedAt": prop(now),
        "overdue": prop(False),
        "paused": prop(False),
        "reason": prop(reason),
    }
    more = {"reason": prop(reason)}
    line = told(
        fresh(now), task.id, task.document, "task-withdrawn", by, now, machine=False, more=more
    )
    return Put((line, Change(Op.APPEND, task.id, body)), (due_timer(task.id, None),))


def reopen_call(task: Entity, by: Grant, now: datetime) -> Put:
    """Who called says that it is not done: the task goes on. `attributes`: of the call.

    Its due time stays: what was promised was not kept.
    """
    if task.value("state") != TaskState.DONE:
        return Put()
    body = {
        "state": prop(TaskState.ACCEPTED.value),
        "reopenedAt": prop(again(task, "reopenedAt", now)),
    }
    line = told(fresh(now), task.id, task.document, "task-reopened", by, now, machine=False)
    of_call = {
        "state": prop(_ROUTED),
        "refTask": refers(task.id),
        "organizations": refers([str(task.value("assignedTo"))]),
        "due": prop(limit_of(task)),
        "overdue": prop(limit_of(task) <= now),
    }
    timer = due_timer(task.id, max(limit_of(task), now))
    return Put((line, Change(Op.APPEND, task.id, body)), (timer,), of_call)


def again(task: Entity, name: str, now: datetime) -> list[str]:
    """The moments of a list, with this one."""
    held = task.value(name)
    before = held if isinstance(held, list) else [held] if held else []
    return [*before, prop(now)["value"]]


def call_after(
    task: Entity, call: Entity, verb: TaskVerb, body: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """What an answer means for the call; nothing once the call went another way.

    What has ended is not opened again then: WrongState.
    """
    if call.value("state") not in _GOING or call.value("refTask") not in (None, task.id):
        if verb is TaskVerb.REOPEN and task.value("state") not in OPEN:
            raise _gone(task, call)
        return {}
    if verb is TaskVerb.DONE:
        return {"state": prop(_DONE), "overdue": prop(False)}
    if verb is TaskVerb.RETURN:
        returned = {"returnedFrom": refers(str(task.value("assignedTo"))), "returnedAt": prop(now)}
        return {**_back(call), **returned, "returnReason": body["reason"]}
    if verb is TaskVerb.WITHDRAW:
        return _back(call)
    if verb is TaskVerb.REOPEN and task.value("state") not in (*OPEN, TaskState.DONE):
        return _again_theirs(task, call)
    if verb is TaskVerb.REOPEN and task.value("state") == TaskState.DONE:
        return {"state": prop(_ROUTED)}
    if verb in (TaskVerb.NEW_TIME, TaskVerb.RESUME):
        due = body.get("promised") or body["due"]
        return {"due": due, "overdue": prop(parse_instant(due["value"]) <= now)}
    return {}


def _gone(task: Entity, call: Entity) -> WrongState:
    return WrongState(
        f"its call is {call.value('state')} by now, and not this task's",
        where=task.id,
        remedy="the desk opens the call again, or sends it anew",
    )


def _back(call: Entity) -> dict[str, Any]:
    """The call is the desk's again; who had it no longer needs to know who called."""
    gone = [name for name in ("refTask", "organizations") if call.attribute(name) is not None]
    return {"state": prop(_NEW), "overdue": prop(False), **dict.fromkeys(gone, NULL)}


def _again_theirs(task: Entity, call: Entity) -> dict[str, Any]:
    """What was returned or taken back goes on, unless the desk has sent it to others since."""
    gone = ("returnedFrom", "returnedAt", "returnReason")
    return {
        "state": prop(_ROUTED),
        "refTask": refers(task.id),
        "organizations": refers([str(task.value("assignedTo"))]),
        **dict.fromkeys([one for one in gone if call.attribute(one) is not None], NULL),
    }
