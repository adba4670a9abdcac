"""Suppressions in the graph and alerts that come under one, or out of it: what is to be written."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from hansa.context import Change, City, Entity, Op, Query, Record, TypeIs
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


def is_about(record: Record) -> bool:
    """Whether a record says that suppressions are not what they were: changed, begun, ended."""
    if record.timer is not None:
        return "suppression" in record.timer[2]
    return SUPPRESSION in record.types


async def in_force(city: City, view: View) -> tuple[Suppression, ...]:
    """The suppressions that are or will be in force, in order of their ids."""
    page = await city.read(view, Query(types=TypeIs(SUPPRESSION)))
    now = city.clock.now()
    found = sorted(map(suppression_of, page.entities), key=lambda one: one.id)
    return tuple(one for one in found if one.state(now) in (ACTIVE, PLANNED))


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
        if bool(alert.value("suppressed")) is not (by is not None):
            changes.append(Change(Op.APPEND, alert.id, marked(by)))
    return changes
