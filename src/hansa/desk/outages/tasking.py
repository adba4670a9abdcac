"""The one task that its organisation has of an outage, sent when that is confirmed. Pure.

Thirty calls of one outage are one piece of work. Where the organisation has a task already (it
accepted one of a call before anybody knew of the outage, or the incident's playbook has sent one),
that is the outage's task.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hansa.base.ids import fresh, urn
from hansa.base.times import parse_instant
from hansa.context import Change, Entity, Op, Unchanged
from hansa.desk.entities import prop, refers
from hansa.desk.organizations import Organization
from hansa.desk.outages.incidents import Tied
from hansa.desk.places import Point
from hansa.desk.tasks import Work
from hansa.desk.tasks.model import TASK, due_timer, new_task, told
from hansa.guard import Grant


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the task says: of which outage, who, what (words by language), how severe, where
    (`address`: zones and houses by name; "" where none is known).
    """

    cut: str
    organization: Organization
    title: dict[str, str]
    severity: str
    place: Point | None
    address: str
    by: Grant | str
    now: datetime


def with_task(tied: Tied, wanted: Wanted, there: Sequence[Entity], work: Work) -> Tied:
    """The incident's changes with the outage's task, unless its organisation has one (`there`)."""
    for number, change in enumerate(tied.changes):
        if _is_theirs(change, wanted.organization.id):
            body = {**change.body, "refOutage": refers(wanted.cut)}
            changes = [*tied.changes]
            changes[number] = change._replace(body=body)
            return replace(tied, changes=tuple(changes))
    if there:
        return _named(tied, there[0], wanted.cut)
    return _sent(tied, wanted, work)


def _is_theirs(change: Change, organization: str) -> bool:
    """Whether it is a task that the incident's playbook sends to them in the same write."""
    made = change.op is Op.CREATE and change.body.get("type") == TASK
    return made and change.body["assignedTo"]["object"] == organization


def _named(tied: Tied, task: Entity, cut: str) -> Tied:
    body: dict[str, Any] = {}
    if task.value("refOutage") != cut:
        body["refOutage"] = refers(cut)
    if tied.incident and task.value("refIncident") is None:
        body["refIncident"] = refers(tied.incident)
    if not body:
        return tied
    change = Change(Op.APPEND, task.id, body)
    expect = (*tied.expect, Unchanged(task.id, task.change))
    return replace(tied, changes=(*tied.changes, change), expect=expect)


def _sent(tied: Tied, wanted: Wanted, work: Work) -> Tied:
    about: dict[str, Any] = {
        "title": {"type": "LanguageProperty", "languageMap": wanted.title},
        "severity": prop(wanted.severity),
        "refOutage": refers(wanted.cut),
    }
    if wanted.place is not None:
        point = {"type": "Point", "coordinates": [*wanted.place]}
        about["location"] = {"type": "GeoProperty", "value": point}
    if wanted.address:
        about["address"] = prop(wanted.address)
    by, now = wanted.by, wanted.now
    machine = isinstance(by, str)
    who = by if isinstance(by, str) else by.actor
    subject, task = tied.incident or wanted.cut, urn(TASK, fresh(now))
    body = new_task(subject, wanted.organization, work.settings.within, about, who, now)
    more = {"due": body["due"]}
    line = told(fresh(now), task, body, "task-sent", by, now, machine=machine, more=more)
    timer = due_timer(task, parse_instant(body["due"]["value"]))
    return replace(
        tied,
        changes=(*tied.changes, line, Change(Op.CREATE, task, body)),
        timers=(*tied.timers, timer),
    )
