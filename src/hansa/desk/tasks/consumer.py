"""The task of the desk that follows tasks: late ones, steps that wait, the end of all.

One consumer in the order of the log, so that two organisations that end the last two tasks at
once leave one line. It also brings the city's organisations into the graph when it begins.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from hansa.base.problems import AlreadyExists, Conflict, ResourceNotFound, ViewEnded
from hansa.context import (
    ChangeKind,
    City,
    Cursor,
    Entity,
    Query,
    Record,
    TypeIs,
    Unchanged,
    instance_value,
    parse_q,
)
from hansa.desk.contacts import seed_contacts
from hansa.desk.entities import CALL, INCIDENT
from hansa.desk.organizations import keep_organizations
from hansa.desk.tasks.following import NOTHING, Following, closed, ended, late, left, retyped
from hansa.desk.tasks.model import CONSUMER, TASK, of_incident
from hansa.desk.tasks.states import OPEN
from hansa.desk.tasks.work import Work
from hansa.guard import Grant, View

_CHOOSING = frozenset({"incidentType", "severity"})  # what a playbook is chosen by
_CURSOR_EVERY = 1000
_ATTEMPTS = 8
_log = structlog.get_logger("hansa.desk.tasks")


async def follow_tasks(city: City, work: Work) -> None:
    """Follow tasks for ever. Cancel to stop; nothing is lost and nothing is done twice."""
    await keep_organizations(city, work.organizations)
    await seed_contacts(city, work.contacts, work.staff)
    while True:
        grant = city.guard.machine(CONSUMER, city.world)
        view = city.guard.view(grant)
        follower = _Follower(city, work, grant, view, await city.cursor(CONSUMER))
        try:
            async for batch in city.changes(view, CONSUMER):
                await follower.handle(batch)
        except ViewEnded:
            _log.info("the view ended; tasks are followed with a new one")


class _Follower:
    """One city's tasks, as far as the machine answers."""

    def __init__(self, city: City, work: Work, grant: Grant, view: View, cursor: int) -> None:
        self._city = city
        self._work = work
        self._grant = grant
        self._view = view
        self._cursor = cursor

    async def handle(self, batch: Sequence[Record]) -> None:
        """Answer one record at a time, each in a write with the cursor."""
        for record in batch:
            if _tells(record):
                await self._answer(record)
        if batch[-1].number - self._cursor >= _CURSOR_EVERY:
            await self._write(NOTHING, batch[-1].number)

    async def _answer(self, record: Record) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            following = await self._following(record)
            if not following.changes:
                return
            try:
                await self._write(following, record.number)
            except (AlreadyExists, Conflict, ResourceNotFound) as problem:
                if attempt == _ATTEMPTS:
                    raise
                _log.info("a task changed meanwhile; answering anew", problem=str(problem))
            else:
                return

    async def _write(self, following: Following, number: int) -> None:
        await self._city.write(
            self._grant,
            following.changes,
            expect=[Unchanged(*one) for one in following.expect.items()],
            cursor=Cursor(CONSUMER, number),
            timers=following.timers,
        )
        self._cursor = number

    async def _following(self, record: Record) -> Following:
        now = self._city.clock.now()
        if record.timer is not None:
            payload: Mapping[str, Any] = record.timer[2]
            task = await self._one(str(payload["task"]), TASK)
            return NOTHING if task is None else await self._late(task, payload, record, now)
        if INCIDENT in record.types:
            return await self._of_incident(record, now)
        if CALL in record.types:
            return await self._of_call(record, now)
        task = await self._one(record.entity_id, TASK)
        if task is None or task.value("refIncident") is None:
            return NOTHING
        incident = await self._one(str(task.value("refIncident")), INCIDENT)
        if incident is None:
            return NOTHING
        others = await self._tasks_of(incident)
        return ended(task, incident, others, self._work, record.number, now)

    async def _late(
        self, task: Entity, payload: Mapping[str, Any], record: Record, now: datetime
    ) -> Following:
        name = task.value("refCall")
        call = None if name is None else await self._one(str(name), CALL)
        return late(task, payload, self._work, record.number, now, call)

    async def _of_incident(self, record: Record, now: datetime) -> Following:
        incident = await self._one(record.entity_id, INCIDENT)
        if incident is None:
            return NOTHING
        tasks = await self._tasks_of(incident)
        if incident.value("state") == "closed":
            return closed(incident, tasks, record.number, now)
        return retyped(incident, tasks, self._work, now)

    async def _of_call(self, record: Record, now: datetime) -> Following:
        call = await self._one(record.entity_id, CALL)
        if call is None:
            return NOTHING
        query = Query(types=TypeIs(TASK), where=parse_q(f'refCall=="{call.id}"'))
        tasks = (await self._city.read(self._view, query)).entities
        return left(call, tasks, await self._of_outage(call), record.number, now)

    async def _of_outage(self, call: Entity) -> Sequence[Entity]:
        """The tasks of the outage that a call is of."""
        outage = call.value("refOutage")
        if outage is None:
            return ()
        query = Query(types=TypeIs(TASK), where=parse_q(f'refOutage=="{outage}"'))
        return (await self._city.read(self._view, query)).entities

    async def _one(self, name: str, kind: str) -> Entity | None:
        page = await self._city.read(self._view, Query(ids=(name,), types=TypeIs(kind)))
        return page.entities[0] if page.entities else None

    async def _tasks_of(self, incident: Entity) -> Sequence[Entity]:
        """Of the incident, and of those merged into it."""
        query = Query(types=TypeIs(TASK), where=parse_q(of_incident(incident)))
        return (await self._city.read(self._view, query)).entities


def _tells(record: Record) -> bool:
    """Timers, tasks that ended, incidents that closed or may go by another playbook, calls that
    went another way.
    """
    if record.timer is not None:
        return True
    if record.kind is not ChangeKind.UPDATED:
        return False
    if INCIDENT in record.types and not record.fragment.keys().isdisjoint(_CHOOSING):
        return True
    state = record.fragment.get("state")
    if not isinstance(state, dict):
        return False
    value = instance_value(state)
    if CALL in record.types:
        return value not in ("new", "routed")
    return (TASK in record.types and value not in OPEN) or (
        INCIDENT in record.types and value == "closed"
    )
