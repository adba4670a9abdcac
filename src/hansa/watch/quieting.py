"""Suppressions in the graph and alerts that come under one, or out of it: what is to be written."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from hansa.context import Change, City, Entity, Op, Query, Record, Timer, TypeIs, parse_q
from hansa.guard import View
from hansa.watch.plan import Plan
from hansa.watch.render import marked
from hansa.watch.suppression import (
    ACTIVE,
    PLANNED,
    SUPPRESSION,
    Suppression,
    covering,
    subject_of,
    suppression_of,
)
from hansa.watch.works import WORK, ends_of, suppression_of_work


def is_about(record: Record) -> bool:
    """Whether a record says that suppressions are not what they were: changed, begun, ended."""
    if record.timer is not None:
        return "suppression" in record.timer[2]
    return not {SUPPRESSION, WORK}.isdisjoint(record.types)


async def in_force(city: City, view: View) -> tuple[Suppression, ...]:
    """The suppressions that are or will be in force, in order of their ids."""
    page = await city.read(view, Query(types=TypeIs(SUPPRESSION)))
    now = city.clock.now()
    works = map(suppression_of_work, await running_works(city, view))
    found = [*map(suppression_of, page.entities), *(one for one in works if one is not None)]
    standing = [one for one in found if one.state(now) in (ACTIVE, PLANNED)]
    return tuple(sorted(standing, key=lambda one: one.id))


async def running_works(city: City, view: View) -> Sequence[Entity]:
    """The planned works that run."""
    query = Query(types=TypeIs(WORK), where=parse_q('state=="running"'))
    return (await city.read(view, query)).entities


async def work_timers(
    city: City, view: View, records: Sequence[Record], found: Sequence[Suppression]
) -> list[Timer]:
    """When the works that a batch tells of explain nothing any more."""
    named = {one.entity_id for one in records if one.timer is None and WORK in one.types}
    if not named:
        return []
    page = await city.read(view, Query(ids=tuple(sorted(named)), types=TypeIs(WORK)))
    return ends_of(found, page.entities, city.clock.now())


def open_before(plan: Plan) -> set[str]:
    """The alerts that were open before the batch and still are after it."""
    return {
        state.alert
        for rule, states in plan.before.items()
        for key, state in states.items()
        if state.alert is not None and _stands(plan, rule, key, state.alert)
    }


def _stands(plan: Plan, rule: str, key: str, alert: str) -> bool:
    working: Mapping[str, Any] = plan.states.get(rule, plan.before[rule])
    return key in working and working[key].alert == alert


def turned(alerts: Iterable[Entity], found: Sequence[Suppression], now: datetime) -> list[Change]:
    """The changes of open alerts that come under a suppression or out of it."""
    changes = []
    for alert in alerts:
        by = covering(found, subject_of(alert), now)
        before = alert.value("suppressedBy") if alert.value("suppressed") else None
        if before != by:
            changes.append(Change(Op.APPEND, alert.id, marked(by)))
    return changes
