"""A task as the graph holds it: id, timer, body; and when it is late."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hansa.base.ids import urn
from hansa.base.times import format_instant, parse_instant
from hansa.context import Change, Entity, Timer
from hansa.desk.clocks import due as due_at
from hansa.desk.clocks import worked
from hansa.desk.entities import concerning, entry, listed, prop, refers
from hansa.desk.organizations.model import Organization
from hansa.desk.tasks.states import OPEN
from hansa.guard import Grant

TASK = "Task"
CONSUMER = "tasks"
_MINUTE = timedelta(minutes=1)


def local_of(incident: str) -> str:
    """The part of an incident's id that is its own."""
    return incident.rpartition(":Incident:")[2]


def step_id(incident: str, playbook: str, step: str) -> str:
    """The id of the task of a playbook's step: each step is put once into an incident."""
    return urn(TASK, f"{local_of(incident)}:{playbook}:{step}")


def due_timer(task: str, at: datetime | None) -> Timer:
    """Tells that a task is late; None takes it back."""
    payload = None if at is None else {"task": task, "due": format_instant(at)}
    return Timer(CONSUMER, f"due {task}", at, payload)


def of_incident(incident: Entity) -> str:
    """The query for the tasks of an incident, those of what was merged into it too."""
    names = (incident.id, *listed(incident.value("duplicates")))
    quoted = ",".join(f'"{one}"' for one in names)
    return f"refIncident=={quoted}"


def is_open(task: Entity) -> bool:
    """Whether somebody still has to do it."""
    return task.value("state") in OPEN


def limit(due: datetime, promised: datetime | None) -> datetime:
    """From when on a task is late: a new time that was approved counts where it is later."""
    return due if promised is None else max(due, promised)


def limit_of(task: Entity) -> datetime:
    """The same of a task that stands in the graph."""
    promised = task.value("promised")
    return limit(
        parse_instant(task.value("due")), None if promised is None else parse_instant(promised)
    )


def resumed(
    organization: Organization | None, due: datetime, since: datetime, now: datetime
) -> datetime:
    """The due time after a pause: what was left then is left now. What was late stays late."""
    if due <= since:
        return due
    if organization is None:  # it left the folder: its clock is nobody's, so it runs on
        return now + (due - since)
    left = worked(organization.calendar, since, due)
    return due_at(organization.calendar, now, left)


def new_task(
    subject: str,
    organization: Organization,
    service: timedelta,
    about: Mapping[str, Any],
    by: str,
    now: datetime,
) -> dict[str, Any]:
    """The body of a task that is sent now; `about`: attributes that say what and where.

    `subject`: the incident or the call that it is for.
    """
    due = due_at(organization.calendar, now, service)
    told = {**about, "serviceTime": prop(minutes(service))}
    return due_task(subject, organization, due, told, by, now)


def minutes(service: timedelta) -> float:
    """A service time as a task holds it."""
    return round(service / _MINUTE, 2)


def due_task(
    subject: str,
    organization: Organization,
    due: datetime,
    about: Mapping[str, Any],
    by: str,
    now: datetime,
) -> dict[str, Any]:
    """The body of a task whose due time is known."""
    return {
        "type": TASK,
        **about,
        **concerning(subject),
        "assignedTo": refers(organization.id),
        "state": prop("sent"),
        "sentAt": prop(now),
        "sentBy": prop(by),
        "due": prop(due),
        "overdue": prop(late_by(due, now)),
        "paused": prop(False),
    }


def late_by(due: datetime, now: datetime) -> bool:
    """Whether the due time is over."""
    return due < now


def subject_of(body: Mapping[str, Any]) -> str:
    """The incident that a task is for, else its call, else its outage."""
    named = (body.get(name) for name in ("refIncident", "refCall", "refOutage"))
    return str(next(one for one in named if one)["object"])


def told(
    local: str,
    task: str,
    body: Mapping[str, Any],
    kind: str,
    by: str | Grant,
    now: datetime,
    *,
    machine: bool,
    more: Mapping[str, Any] | None = None,
) -> Change:
    """A line, on all that the task is for, that tells of it; the organisation may see it."""
    concerns = {
        **{name: one for name in ("refCall", "refOutage") if (one := body.get(name))},
        "refTask": refers(task),
        "organizations": body["assignedTo"],
        "text": body["title"],
        **(more or {}),
    }
    return entry(local, subject_of(body), kind, by, now, machine=machine, more=concerns)
