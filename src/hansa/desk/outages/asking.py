"""What becomes of an outage's task, and the one to who has not said how it stands. Pure.

The latter only where the city says so (`report: {task: true}`), and where the outage has an
incident, under which the organisation sees it.
"""

from collections.abc import Sequence
from datetime import datetime

from hansa.base.ids import urn
from hansa.base.times import parse_instant
from hansa.context import Change, Entity, Op, Unchanged
from hansa.desk.entities import listed, prop, refers
from hansa.desk.outages.announcing import Tending
from hansa.desk.outages.entities import local_of
from hansa.desk.outages.model import MACHINE, Cut, CutState
from hansa.desk.outages.settings import OutageSettings
from hansa.desk.tasks import Work
from hansa.desk.tasks.model import TASK, due_timer, new_task, told
from hansa.desk.tasks.opening import about_incident
from hansa.desk.tasks.states import TaskState


def asked(
    cut: Cut, incident: Entity | None, settings: OutageSettings, work: Work, number: int
) -> Tending:
    """The task with its line and timer; nothing where the city asks for none."""
    organization = work.organization(cut.organization) if cut.organization else None
    if not settings.task or incident is None or organization is None or cut.next_report is None:
        return Tending()
    if incident.value("state") == "closed":
        return Tending()
    now = cut.next_report
    words = {one: str(text) for one, text in settings.texts["report-task"].items()}
    about = {
        **about_incident(incident.document),
        "title": {"type": "LanguageProperty", "languageMap": words},
    }
    task = urn(TASK, f"{local_of(cut.id)}:report:{number}")
    body = new_task(incident.id, organization, work.settings.within, about, MACHINE, now)
    local = f"{local_of(cut.id)}:report:{number}:task-sent"
    more = {"due": body["due"], "refOutage": refers(cut.id)}
    changes = [
        told(local, task, body, "task-sent", MACHINE, now, machine=True, more=more),
        Change(Op.CREATE, task, body),
    ]
    held = listed(incident.value("organizations"))
    if organization.id not in held:
        named = {"organizations": refers((*held, organization.id))}
        changes.append(Change(Op.APPEND, incident.id, named))
    return Tending(
        tuple(changes),
        (Unchanged(incident.id, incident.change),),
        (due_timer(task, parse_instant(body["due"]["value"])),),
    )


def over(tasks: Sequence[Entity], cut: Cut, number: int, now: datetime) -> Tending:
    """What becomes of the open tasks of an outage that is over.

    Ended: they are done. Cancelled: it was none, so what was accepted of a call is that call's
    again, and what was sent for the outage is taken back.
    """
    changes: list[Change] = []
    for task in tasks:
        if cut.state is CutState.ENDED:
            changes += _ended(task, TaskState.DONE, "outage-ended", number, now)
        elif task.value("refCall") is None:
            changes += _ended(task, TaskState.WITHDRAWN, "outage-cancelled", number, now)
    gone = {one.id for one in changes}
    ended = [task for task in tasks if task.id in gone]
    return Tending(
        tuple(changes),
        tuple(Unchanged(task.id, task.change) for task in ended),
        tuple(due_timer(task.id, None) for task in ended),
    )


def _ended(
    task: Entity, state: TaskState, reason: str, number: int, now: datetime
) -> tuple[Change, Change]:
    kind = f"task-{state.value}"
    body = {
        "state": prop(state.value),
        "endedAt": prop(now),
        "overdue": prop(False),
        "paused": prop(False),
        "reason": prop(reason),
    }
    local = f"{task.id.rpartition(':Task:')[2]}:{number}:{kind}"
    more = {"reason": prop(reason)}
    line = told(local, task.id, task.document, kind, MACHINE, now, machine=True, more=more)
    return line, Change(Op.APPEND, task.id, body)
