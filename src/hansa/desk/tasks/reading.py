"""Tasks as the desk's routes answer them: plain values, with their incidents beside.

A list for a telephone in a cellar: small, and whole in one answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hansa.base.problems import BadRequestData
from hansa.base.times import format_instant
from hansa.context import City, Entity, Order, Path, Query, TypeIs, parse_q, world_member
from hansa.desk.entities import INCIDENT
from hansa.desk.playbooks import Playbook, Step
from hansa.desk.tasks.model import TASK, is_open, of_incident
from hansa.desk.tasks.orders import organization_of, read_task
from hansa.desk.tasks.states import OPEN, TaskState
from hansa.desk.tasks.work import Work
from hansa.guard import Grant, View

HANDLING = "incident-handling"
_PLAIN = (
    "title", "state", "step", "playbook", "priority", "severity", "sentAt", "sentBy", "acceptedAt",
    "onSiteAt", "serviceTime", "due", "promised", "approvedBy", "paused", "overdue", "escalatedTo",
    "location", "note",
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
    named = dict.fromkeys(one["incident"] for one in rows)
    answer = {
        "now": format_instant(city.clock.now()),
        **world_member(city.world),
        "count": page.count,
        "tasks": rows,
        "incidents": await _incidents(city, view, [*named]),
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
        "incidents": await _incidents(city, view, [told["incident"]]),
    }


def row(task: Entity) -> dict[str, Any]:
    """A task as plain values; what was true of a pause or an end is told while it lasts."""
    told: dict[str, Any] = {
        "id": task.id,
        "change": task.change,
        "modifiedAt": format_instant(task.modified_at),
        "incident": task.value("refIncident"),
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
