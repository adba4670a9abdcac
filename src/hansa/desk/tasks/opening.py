"""What a playbook puts into an incident: tasks, a line for each, their due times. Pure.

The steps come with the incident in one write, so that none is opened without them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hansa.base.times import parse_instant
from hansa.context import Change, Op, Timer, instance_value
from hansa.desk.entities import INCIDENT, listed, prop, refers
from hansa.desk.playbooks import Playbook, Step
from hansa.desk.tasks.model import due_timer, local_of, new_task, step_id, told
from hansa.desk.tasks.work import Work

MACHINE = "machine:desk"
_FROM_INCIDENT = ("location", "severity", "priority")


@dataclass(frozen=True, slots=True)
class Put:
    """Steps that were put: their lines and tasks, timers, and what the incident says of them."""

    changes: tuple[Change, ...] = ()
    timers: tuple[Timer, ...] = ()
    attributes: Mapping[str, Any] | None = None


def with_playbooks(
    changes: Sequence[Change], work: Work, now: datetime
) -> tuple[tuple[Change, ...], tuple[Timer, ...]]:
    """The changes, in which each incident that opens has the tasks of its playbook before it."""
    written: list[Change] = []
    timers: list[Timer] = []
    for change in changes:
        if change.op is Op.CREATE and change.body.get("type") == INCIDENT:
            put = opening(work, change.id, change.body, now)
            written += put.changes
            timers += put.timers
            change = change._replace(body={**change.body, **(put.attributes or {})})
        written.append(change)
    return tuple(written), tuple(timers)


def opening(work: Work, incident: str, body: Mapping[str, Any], now: datetime) -> Put:
    """What the playbook of an incident that opens puts at once; nothing where there is none."""
    playbook = playbook_of(work, body)
    if playbook is None:
        return Put()
    put = put_steps(playbook, playbook.following("", sector_of(body)), incident, body, now)
    return Put(put.changes, put.timers, {**(put.attributes or {}), "playbook": prop(playbook.key)})


def playbook_of(work: Work, body: Mapping[str, Any]) -> Playbook | None:
    """That for the incident's type, else that for the category of the rule that raised it."""
    severity = str(_value(body, "severity") or "")
    kinds = [str(_value(body, name) or "") for name in ("incidentType", "category")]
    return next((one for kind in kinds if (one := work.playbook(kind, severity))), None)


def sector_of(body: Mapping[str, Any]) -> str:
    """The sector of an incident, of which a step may be."""
    return str(_value(body, "sector") or "")


def put_steps(
    playbook: Playbook,
    steps: Iterable[Step],
    incident: str,
    body: Mapping[str, Any],
    now: datetime,
    by: str = MACHINE,
) -> Put:
    """The tasks of these steps, those that only wait for a person left out."""
    changes: list[Change] = []
    timers: list[Timer] = []
    organizations = list(listed(_value(body, "organizations")))
    for step in steps:
        if not step.automatic:
            continue
        task = step_id(incident, playbook.key, step.key)
        about = about_step(playbook, step, body)
        given = new_task(incident, step.organization, step.service, about, by, now)
        local = f"{local_of(incident)}:{playbook.key}:{step.key}:task-sent"
        more = {"due": given["due"]}
        changes += (
            told(local, task, given, "task-sent", by, now, machine=True, more=more),
            Change(Op.CREATE, task, given),
        )
        timers.append(due_timer(task, parse_instant(given["due"]["value"])))
        if step.organization.id not in organizations:
            organizations.append(step.organization.id)
    told_of = {"organizations": refers(organizations)} if organizations else {}
    return Put(tuple(changes), tuple(timers), told_of)


def about_step(playbook: Playbook, step: Step, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a step's task is about: the playbook's words, the incident's place and severity."""
    return {
        "title": {"type": "LanguageProperty", "languageMap": dict(step.what)},
        **about_incident(body),
        "playbook": prop(playbook.key),
        "step": prop(step.key),
    }


def about_incident(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a task has from its incident; anybody may have written other instances beside."""
    given = {name: instance_of(body, name) for name in _FROM_INCIDENT}
    return {name: one for name, one in given.items() if one is not None}


def instance_of(body: Mapping[str, Any], name: str) -> Any:
    """The default instance of an attribute of a body."""
    found = body.get(name)
    if isinstance(found, list):
        return next((one for one in found if "datasetId" not in one), None)
    return found


def _value(body: Mapping[str, Any], name: str) -> Any:
    found = instance_of(body, name)
    return None if found is None else instance_value(found)
