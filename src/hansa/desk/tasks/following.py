"""What follows from a change of a task or its incident, beside what somebody ordered. Pure.

Late: said on the incident and put before the next role. A step done: the steps that wait for it
are sent. The last one done: the timeline says so. The incident of another type, or severer: it
goes by another playbook, whose steps come beside what was sent. The incident closed: what is
still open is withdrawn, so that nobody drives out to what is over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hansa.base.times import parse_instant
from hansa.context import Change, Entity, Op, Timer
from hansa.desk.entities import NULL, entry, listed, prop, refers
from hansa.desk.playbooks import Playbook, Step
from hansa.desk.tasks.model import due_timer, is_open, limit_of, local_of, told
from hansa.desk.tasks.opening import playbook_of, put_steps, sector_of
from hansa.desk.tasks.states import TaskState
from hansa.desk.tasks.work import Work

BY = "machine:tasks"
_AWAY = ("known", "closed", "struck")  # states of a call in which no organisation works on it
CLOSED = "incident-closed"  # reasons of a withdrawal that only the machine gives
JOINED = "joined-outage"
JOINS = "task-joined-outage"  # the line of a task that is an outage's from now on


@dataclass(frozen=True, slots=True)
class Following:
    """What is to be written: lines, tasks, timers; `expect`: what it rests on."""

    changes: tuple[Change, ...] = ()
    expect: Mapping[str, int] = field(default_factory=dict)
    timers: tuple[Timer, ...] = ()


NOTHING = Following()


def late(
    task: Entity,
    payload: Mapping[str, Any],
    work: Work,
    number: int,
    now: datetime,
    call: Entity | None = None,
) -> Following:
    """A due time came: the task is late, unless it ended, stands still or has a new time.

    So is the call that it is for.
    """
    if not is_open(task) or task.value("paused") or task.value("overdue"):
        return NOTHING
    if parse_instant(str(payload["due"])) < limit_of(task):
        return NOTHING
    step = work.step(str(task.value("playbook") or ""), str(task.value("step") or ""))
    role = work.settings.escalate if step is None else step.escalate
    more = {"escalatedTo": prop(role), "due": prop(limit_of(task))}
    local = f"{task.id.rpartition(':Task:')[2]}:{number}:task-overdue"
    line = told(local, task.id, task.document, "task-overdue", BY, now, machine=True, more=more)
    changes = [
        line,
        Change(Op.APPEND, task.id, {"overdue": prop(True), "escalatedTo": prop(role)}),
    ]
    expect = {task.id: task.change}
    if call is not None and call.value("refTask") == task.id:
        changes.append(Change(Op.APPEND, call.id, {"overdue": prop(True)}))
        expect[call.id] = call.change
    return Following(tuple(changes), expect)


def ended(
    task: Entity, incident: Entity, others: Sequence[Entity], work: Work, number: int, now: datetime
) -> Following:
    """A task ended: the steps that waited for it begin; or all are done, and a line says so."""
    if is_open(task) or incident.value("state") == "closed":
        return NOTHING
    playbook = work.named(str(task.value("playbook") or ""))
    if playbook is not None and task.value("state") == TaskState.DONE:
        there = {(one.value("step"), one.value("assignedTo")) for one in others}
        sector = sector_of(incident.document)
        waiting = [
            one
            for one in playbook.following(str(task.value("step")), sector)
            if (one.key, one.organization.id) not in there and one.automatic
        ]
        if waiting:
            return _begin(playbook, waiting, incident, now)
    if not any(is_open(one) for one in others) and _done(others):
        organizations = listed(incident.value("organizations"))
        local = f"{local_of(incident.id)}:{number}:tasks-done"
        more = {"organizations": refers(organizations)} if organizations else {}
        line = entry(local, incident.id, "tasks-done", BY, now, machine=True, more=more)
        return Following((line,))
    return NOTHING


def _begin(playbook: Playbook, steps: Sequence[Step], incident: Entity, now: datetime) -> Following:
    put = put_steps(playbook, steps, incident.id, incident.document, now, BY)
    held = listed(incident.value("organizations"))
    named = put.attributes or {}
    changes = list(put.changes)
    if named and listed(named["organizations"]["object"]) != held:
        changes.append(Change(Op.APPEND, incident.id, named))
    return Following(tuple(changes), {incident.id: incident.change}, put.timers)


def _done(tasks: Sequence[Entity]) -> bool:
    """All that was not taken back is done, and something is."""
    counting = [one for one in tasks if one.value("state") != TaskState.WITHDRAWN]
    return bool(counting) and all(one.value("state") == TaskState.DONE for one in counting)


def retyped(incident: Entity, tasks: Sequence[Entity], work: Work, now: datetime) -> Following:
    """An incident goes by another playbook than before: its steps begin, what was sent stays.

    A step of the same name for the same organisation is the same step.
    """
    playbook = playbook_of(work, incident.document)
    if playbook is None or playbook.key == incident.value("playbook"):
        return NOTHING
    there = {(one.value("step"), one.value("assignedTo")) for one in tasks}
    begin = playbook.following("", sector_of(incident.document))
    steps = [s for s in begin if (s.key, s.organization.id) not in there]
    begun = _begin(playbook, steps, incident, now)
    named = Change(Op.APPEND, incident.id, {"playbook": prop(playbook.key)})
    return Following((*begun.changes, named), {incident.id: incident.change}, begun.timers)


def closed(incident: Entity, tasks: Sequence[Entity], number: int, now: datetime) -> Following:
    """An incident was closed: its open tasks are withdrawn. Those of a merged one go on."""
    if incident.value("state") != "closed" or incident.value("mergedInto") is not None:
        return NOTHING
    return _withdrawn([one for one in tasks if is_open(one)], CLOSED, number, now)


def left(
    call: Entity, tasks: Sequence[Entity], of_outage: Sequence[Entity], number: int, now: datetime
) -> Following:
    """A call went another way (an outage holds it, the desk ended it): its open task is over.

    So nobody drives out to what another already does, and who had it no longer sees who called.
    What an organisation has accepted becomes its task of the outage (`of_outage`: those it has).
    """
    state = call.value("state")
    outage = str(call.value("refOutage") or "") if state == "known" else ""
    theirs = call.value("refTask") if state == "routed" else None
    going = [
        one for one in tasks if is_open(one) and one.id != theirs and one.value("refOutage") is None
    ]
    kept = _accepted(going, of_outage) if outage else ()
    reason = JOINED if outage else f"call-{state}"
    found = _withdrawn([one for one in going if one not in kept], reason, number, now, outage)
    found = _more(found, _of_outage(kept, outage, number, now))
    stays = kept or any(one.value("refOutage") == outage and is_open(one) for one in tasks)
    if state not in _AWAY or call.value("organizations") is None or (outage and stays):
        return found
    hidden = Change(Op.APPEND, call.id, {"organizations": NULL})
    expect = {**found.expect, call.id: call.change}
    return Following((*found.changes, hidden), expect, found.timers)


def _accepted(going: Sequence[Entity], there: Sequence[Entity]) -> tuple[Entity, ...]:
    """What is kept: the first of each organisation that has accepted, and has none there yet."""
    held = {one.value("assignedTo") for one in there if is_open(one)}
    kept: dict[Any, Entity] = {}
    for one in going:
        if one.value("state") != TaskState.SENT and one.value("assignedTo") not in held:
            kept.setdefault(one.value("assignedTo"), one)
    return tuple(kept.values())


def _of_outage(kept: Sequence[Entity], outage: str, number: int, now: datetime) -> Following:
    """Tasks of a call that are the outage's from now on."""
    changes: list[Change] = []
    for task in kept:
        local = f"{task.id.rpartition(':Task:')[2]}:{number}:{JOINS}"
        body = {"refOutage": refers(outage)}
        document = {**task.document, **body}
        changes += (
            told(local, task.id, document, JOINS, BY, now, machine=True),
            Change(Op.APPEND, task.id, body),
        )
    return Following(tuple(changes), {one.id: one.change for one in kept})


def _more(one: Following, other: Following) -> Following:
    return Following(
        (*one.changes, *other.changes),
        {**one.expect, **other.expect},
        (*one.timers, *other.timers),
    )


def _withdrawn(
    going: Sequence[Entity], reason: str, number: int, now: datetime, outage: str = ""
) -> Following:
    changes: list[Change] = []
    for task in going:
        local = f"{task.id.rpartition(':Task:')[2]}:{number}:task-withdrawn"
        more = {"reason": prop(reason), **({"refOutage": refers(outage)} if outage else {})}
        body = {
            "state": prop(TaskState.WITHDRAWN.value),
            "endedAt": prop(now),
            "overdue": prop(False),
            "paused": prop(False),
            "reason": prop(reason),
        }
        changes += (
            told(local, task.id, task.document, "task-withdrawn", BY, now, machine=True, more=more),
            Change(Op.APPEND, task.id, body),
        )
    return Following(
        tuple(changes),
        {one.id: one.change for one in going},
        tuple(due_timer(one.id, None) for one in going),
    )
