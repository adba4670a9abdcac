"""Tasks as the desk's routes answer them: plain values, with their incidents beside.

A list for a telephone in a cellar: small, and whole in one answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hansa.base.problems import BadRequestData
from hansa.base.times import format_instant
from hansa.context import City, Entity, Order, Path, Query, TypeIs, parse_q, world_member
from hansa.desk.entities import CALL, INCIDENT
from hansa.desk.playbooks import Playbook, Step
from hansa.desk.tasks.model import TASK, is_open, of_incident
from hansa.desk.tasks.orders import organization_of, read_task
from hansa.desk.tasks.states import OPEN, TaskState
from hansa.desk.tasks.work import Work
from hansa.guard import Grant, View

HANDLING = "incident-handling"
CALLING = "call-handling"
_OF_CALL = (
    "number", "state", "callKind", "theme", "address", "location", "injured", "happenedAt",
    "reportedAt", "channel", "reopened",
)  # fmt: skip
_OF_CALLER = {
    "name": "callerName",
    "telephone": "callerTelephone",
    "apartment": "apartment",
}
_PLAIN = (
    "title", "state", "step", "playbook", "priority", "severity", "sentAt", "sentBy", "acceptedAt",
    "onSiteAt", "serviceTime", "due", "promised", "approvedBy", "paused", "overdue", "escalatedTo",
    "location", "note", "callKind", "theme", "address", "reportedAt",
)  # fmt: skip
_WHILE = {"pausedAt": "paused", "pauseReason": "paused"}
_OF_INCIDENT = (
    "title", "severity", "state", "priority", "category", "incidentType", "location", "openedAt",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """Which tasks: of an incident, of an organisation, in these states, only the late ones."""

    incident: str = ""
    organization: str = ""
    states: tuple[str, ...] = ()
    overdue: bool = False
    limit: int = 200
    offset: int = 0


async def tasks(city: City, view: View, work: Work, asked: Asked) -> dict[str, Any]:
    """Tasks in order, with their number and what they belong to."""
    incident = await _incident(city, view, asked.incident) if asked.incident else None
    query = Query(
        types=TypeIs(TASK),
        where=parse_q(q) if (q := _where(work, asked, incident)) else None,
        order=_order(asked),
        limit=asked.limit,
        offset=asked.offset,
        count=True,
    )
    close = bool(asked.incident or organization_of(city, view.grant))
    page = await city.read(city.guard.view(_handling(view)) if close else view, query)
    rows = [row(one) for one in page.entities]
    named = dict.fromkeys(one["incident"] for one in rows if one["incident"])
    called = dict.fromkeys(one["call"] for one in rows if one["call"])
    answer = {
        "now": format_instant(city.clock.now()),
        **world_member(city.world),
        "count": page.count,
        "tasks": rows,
        "incidents": await _incidents(city, view, [*named]),
        "calls": await _calls(city, view, [*called]),
    }
    if asked.incident:
        answer["steps"] = _steps(work, incident, page.entities)
    return answer


async def one_task(city: City, view: View, task: str) -> dict[str, Any]:
    """A task with what it belongs to; ResourceNotFound."""
    found = await read_task(city, _handling(view), task)
    told = row(found)
    return {
        "now": format_instant(city.clock.now()),
        **world_member(city.world),
        "task": told,
        "incidents": await _incidents(city, view, [told["incident"]] if told["incident"] else []),
        "calls": await _calls(city, view, [told["call"]] if told["call"] else []),
        "caller": await _caller(city, view, found),
        "attachments": await _attachments(city, view, task),
    }


async def _calls(city: City, view: View, ids: Sequence[str]) -> Mapping[str, Any]:
    """What the work needs of calls; who called stands with one task alone."""
    if not ids:
        return {}
    plain = replace(view, personal=False, seen={})
    page = await city.read(plain, Query(ids=tuple(ids), types=TypeIs(CALL)))
    return {one.id: {name: one.value(name) for name in _OF_CALL} for one in page.entities}


async def _caller(city: City, view: View, task: Entity) -> Mapping[str, Any] | None:
    """Whom to ring and at which flat, while the task is open; each look is journalled."""
    name = task.value("refCall")
    if name is None or not is_open(task):
        return None
    grant = replace(view.grant, purpose=CALLING)
    if not city.guard.policy.reads_personal(grant):
        return None
    query = Query(ids=(str(name),), types=TypeIs(CALL))
    page = await city.read(city.guard.view(grant), query)
    if not page.entities:
        return None
    call = page.entities[0]
    told = {member: call.value(attribute) for member, attribute in _OF_CALLER.items()}
    return {member: one for member, one in told.items() if one is not None}


async def _attachments(city: City, view: View, task: str) -> list[dict[str, Any]]:
    """Photographs that were brought with the task, oldest first."""
    query = Query(types=TypeIs("Attachment"), where=parse_q(f'refTask=="{task}"'))
    plain = replace(view, personal=False, seen={})
    found = sorted((await city.read(plain, query)).entities, key=lambda one: str(one.value("at")))
    told = ("mediaType", "size", "by", "at")
    return [{"id": one.id, **{name: one.value(name) for name in told}} for one in found]


def row(task: Entity) -> dict[str, Any]:
    """A task as plain values; what was true of a pause or an end is told while it lasts."""
    told: dict[str, Any] = {
        "id": task.id,
        "change": task.change,
        "modifiedAt": format_instant(task.modified_at),
        "incident": task.value("refIncident"),
        "call": task.value("refCall"),
        "outage": task.value("refOutage"),
        "organization": task.value("assignedTo"),
        **{name: task.value(name) for name in _PLAIN},
    }
    paused = {name: task.value(name) for name, flag in _WHILE.items() if task.value(flag)}
    ended = {} if is_open(task) else {"endedAt": task.value("endedAt")}
    reason = task.value("reason") if ended or task.value("promised") else None
    return {**told, "pausedAt": None, "pauseReason": None, "endedAt": None, **paused, **ended} | {
        "reason": reason
    }


def shown_step(step: Step) -> dict[str, Any]:
    """A step of a playbook."""
    return {
        "step": step.key,
        "what": dict(step.what),
        "organization": step.organization.id,
        "within": round(step.service.total_seconds() / 60, 2),
        "after": step.after,
        "automatic": step.automatic,
        "escalate": step.escalate,
    }


def shown_playbook(playbook: Playbook, scale: Sequence[str]) -> dict[str, Any]:
    """A playbook with its steps."""
    return {
        "id": playbook.key,
        "name": dict(playbook.name),
        "types": sorted(playbook.types),
        "severity": scale[playbook.rank] if playbook.rank >= 0 else None,
        "steps": [shown_step(one) for one in playbook.steps],
    }


def _handling(view: View) -> Grant:
    """Notes are personal and are read for the purpose they serve."""
    return replace(view.grant, purpose=HANDLING)


def _where(work: Work, asked: Asked, incident: Entity | None) -> str:
    parts = []
    if asked.incident:
        own = f'refIncident=="{asked.incident}"'
        parts.append(own if incident is None else of_incident(incident))
    if asked.organization:
        found = work.organization(asked.organization)
        parts.append(f'assignedTo=="{found.id if found else asked.organization}"')
    if asked.overdue:
        parts.append("overdue==true")
    if asked.states:
        named = "|".join(f'state=="{one}"' for one in _states(asked.states))
        parts.append(f"({named})")
    return ";".join(parts)


def _order(asked: Asked) -> tuple[Order, ...]:
    """The soonest due first; of what has ended alone, the latest end."""
    if asked.states and "open" not in asked.states and not set(asked.states) & set(OPEN):
        return (Order(Path("endedAt"), descending=True),)
    return (Order(Path("due")), Order(Path("sentAt")))


def _states(given: Sequence[str]) -> tuple[str, ...]:
    if "open" in given:
        return (*OPEN,)
    for state in given:
        if state not in list(TaskState):
            remedy = f"open, or of {', '.join(TaskState)}"
            raise BadRequestData(f"{state!r} is no state", where="state", remedy=remedy)
    return tuple(given)


async def _incidents(city: City, view: View, ids: Sequence[str]) -> Mapping[str, Any]:
    if not ids:
        return {}
    page = await city.read(view, Query(ids=tuple(ids), types=TypeIs(INCIDENT)))
    return {one.id: {name: one.value(name) for name in _OF_INCIDENT} for one in page.entities}


async def _incident(city: City, view: View, name: str) -> Entity | None:
    page = await city.read(view, Query(ids=(name,), types=TypeIs(INCIDENT)))
    return page.entities[0] if page.entities else None


def _steps(work: Work, incident: Entity | None, there: Sequence[Entity]) -> list[dict[str, Any]]:
    """Steps of the incident's playbook, each with the task it became, if it did."""
    name = "" if incident is None else str(incident.value("playbook") or "")
    playbook = work.named(name)
    if playbook is None:
        return []
    became = {(one.value("step"), one.value("assignedTo")): one.id for one in there}
    return [
        {**shown_step(one), "task": became.get((one.key, one.organization.id))}
        for one in playbook.steps
    ]
