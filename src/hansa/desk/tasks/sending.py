"""A person sends a task: a step of the incident's playbook, or what they say themselves.

One write: the task, a line on the incident, its due time, and the organisation among those that
the incident names, by which its dispatcher sees it. What is typed is personal, so it is a note;
the title is the playbook's words, or the incident's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from hansa.base.durations import parse_duration
from hansa.base.ids import check_uri, fresh, urn
from hansa.base.problems import BadRequestData, Conflict, Forbidden, ResourceNotFound
from hansa.base.times import parse_instant
from hansa.context import Change, City, Entity, Op, Query, TypeIs, Unchanged
from hansa.desk.entities import INCIDENT, listed, prop, refers
from hansa.desk.errors import WrongState
from hansa.desk.organizations import Organization
from hansa.desk.playbooks import Playbook, Step
from hansa.desk.tasks.model import TASK, due_timer, new_task, step_id, told
from hansa.desk.tasks.opening import about_incident, about_step
from hansa.desk.tasks.orders import ROOM, TaskDone, organization_of
from hansa.desk.tasks.work import Work
from hansa.guard import Grant

_LONGEST = 4000
_ATTEMPTS = 8
_PRIORITIES = range(1, 5)


class Sending(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of a new task. `step`: of the incident's playbook, which says the rest."""

    incident: str
    organization: str = ""
    step: str = ""
    text: str = ""
    within: str = ""
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a task is to be, before the incident is looked at anew."""

    id: str
    organization: Organization
    service: timedelta
    step: Step | None
    playbook: Playbook | None


def parse_sending(body: Any) -> Sending:
    """A checked task; BadRequestData names the member at fault."""
    try:
        given = msgspec.convert(body, Sending)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error
    check_uri(given.incident, "incident")
    if not given.step and not given.organization:
        raise BadRequestData("somebody must do it", where="organization")
    if len(given.text) > _LONGEST:
        raise BadRequestData(f"a note has at most {_LONGEST} characters", where="text")
    if given.priority is not None and given.priority not in _PRIORITIES:
        raise BadRequestData("priorities are 1, the highest, to 4", where="priority")
    return given


async def send(city: City, grant: Grant, work: Work, given: Sending) -> TaskDone:
    """Send a task, as `grant`; ResourceNotFound, WrongState, AlreadyExists, Forbidden."""
    through = city.guard.through(grant, ROOM)
    if organization_of(city, grant):
        raise Forbidden("an organisation answers tasks and sends none", rule="guard/roles.yaml")
    for attempt in range(1, _ATTEMPTS + 1):
        incident = await _incident(city, grant, given.incident)
        now = city.clock.now()
        wanted = _wanted(work, given, incident, now)
        body = _body(wanted, given, incident, grant, now)
        try:
            commit = await city.write(
                through,
                _changes(wanted, body, given, incident, grant, now),
                expect=[Unchanged(incident.id, incident.change)],
                timers=[due_timer(wanted.id, parse_instant(body["due"]["value"]))],
            )
        except Conflict:
            if attempt == _ATTEMPTS:
                raise
        else:
            change = next(one.change for one in commit.outcomes if one.id == wanted.id)
            return TaskDone(wanted.id, "sent", change)
    raise AssertionError("the last attempt returns or raises")


def _wanted(work: Work, given: Sending, incident: Entity, now: datetime) -> _Wanted:
    given_by = str(incident.value("playbook") or "")
    playbook = work.named(given_by)
    step = playbook.step(given.step) if playbook is not None and given.step else None
    if given.step and step is None:
        raise ResourceNotFound(f"its playbook has no step {given.step}", where="step")
    service = work.settings.within if step is None else step.service
    return _Wanted(
        id=urn(TASK, fresh(now)) if step is None else step_id(incident.id, given_by, step.key),
        organization=_organization(work, given, step),
        service=_duration(given.within) if given.within else service,
        step=step,
        playbook=playbook,
    )


def _organization(work: Work, given: Sending, step: Step | None) -> Organization:
    if not given.organization and step is not None:
        return step.organization
    found = work.organization(given.organization)
    if found is None:
        raise ResourceNotFound(
            f"there is no organisation {given.organization}",
            where="organization",
            remedy=f"one of {', '.join(work.organizations)}",
        )
    return found


def _body(
    wanted: _Wanted, given: Sending, incident: Entity, grant: Grant, now: datetime
) -> dict[str, Any]:
    document = incident.document
    if wanted.step is not None and wanted.playbook is not None:
        about = about_step(wanted.playbook, wanted.step, document)
    else:
        about = {**about_incident(document), "title": document["title"]}
    if given.priority is not None:
        about["priority"] = prop(given.priority)
    if given.text.strip():
        about["note"] = prop(given.text.strip())
    return new_task(incident.id, wanted.organization, wanted.service, about, grant.actor, now)


def _changes(
    wanted: _Wanted,
    body: Mapping[str, Any],
    given: Sending,
    incident: Entity,
    grant: Grant,
    now: datetime,
) -> list[Change]:
    more: dict[str, Any] = {"due": body["due"]}
    if given.text.strip():
        more["note"] = prop(given.text.strip())
    line = told(fresh(now), wanted.id, body, "task-sent", grant, now, machine=False, more=more)
    held = listed(incident.value("organizations"))
    written = [line, Change(Op.CREATE, wanted.id, body)]
    if wanted.organization.id not in held:
        named = {"organizations": refers((*held, wanted.organization.id))}
        written.append(Change(Op.APPEND, incident.id, named))
    return written


def _duration(text: str) -> timedelta:
    try:
        micros = parse_duration(text)
    except ValueError as error:
        raise BadRequestData(str(error), where="within") from error
    if not micros:
        raise BadRequestData("no time is no time to act in", where="within")
    return timedelta(microseconds=micros)


async def _incident(city: City, grant: Grant, incident: str) -> Entity:
    page = await city.read(city.guard.view(grant), Query(ids=(incident,), types=TypeIs(INCIDENT)))
    if not page.entities:
        raise ResourceNotFound(f"there is no incident {incident}", where="incident")
    if page.entities[0].value("state") == "closed":
        raise WrongState("a closed incident takes no tasks", where="incident", remedy="reopen it")
    return page.entities[0]
