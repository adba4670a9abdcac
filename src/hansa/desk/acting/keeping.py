"""The task of the appointments: their begin and end, as lines and as the word they stand under.

The rights themselves go by the clock in guard; here the city is told of it.
"""

import structlog

from hansa.base.problems import Conflict, ViewEnded
from hansa.base.times import parse_instant
from hansa.context import Change, City, Cursor, Entity, Op, Query, Record, TypeIs, Unchanged
from hansa.desk.acting.model import APPOINTMENT, AppointmentState, state_at
from hansa.desk.acting.orders import CONSUMER, ROOM
from hansa.desk.entities import prop, said_by
from hansa.desk.shifts.entities import line
from hansa.guard import Grant, View

_ATTEMPTS = 8
_KINDS = {
    AppointmentState.IN_FORCE: "appointment-began",
    AppointmentState.ENDED: "appointment-ended",
}
_log = structlog.get_logger("hansa.desk")


async def keep_appointments(city: City) -> None:
    """Tell of every begin and end for ever. Cancel to stop; nothing is told twice."""
    while True:
        grant = city.guard.machine(ROOM, city.world)
        view = city.guard.view(grant)
        try:
            if not await city.cursor(CONSUMER):  # nothing was set for it before the first start
                await city.write(grant, [], cursor=Cursor(CONSUMER, city.last_change))
            async for batch in city.changes(view, CONSUMER, rings=True):
                for record in batch:
                    await _answer(city, grant, record)
        except ViewEnded:
            _log.info("the view ended; appointments are kept with a new one")


async def _answer(city: City, grant: Grant, record: Record) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        changes, expect = await _told(city, grant, record)
        try:
            await city.write(grant, changes, expect=expect, cursor=Cursor(CONSUMER, record.number))
        except Conflict:  # it was revoked meanwhile; look again
            if attempt == _ATTEMPTS:
                raise
        else:
            return


async def _told(city: City, grant: Grant, record: Record) -> tuple[list[Change], list[Unchanged]]:
    name = "" if record.timer is None else str(record.timer[2]["appointment"])
    view: View = city.guard.view(grant)
    page = await city.read(view, Query(ids=(name,), types=TypeIs(APPOINTMENT)))
    if not page.entities:
        return [], []
    found = page.entities[0]
    state = _state(city, found)
    kind = _KINDS.get(state)
    if kind is None:
        return [], []
    told = line(
        kind,
        city.clock.now(),
        said_by(grant.actor),
        subject=name,
        machine=True,
        local=f"{name.rpartition(':')[2]}:{kind}",
    )
    changes = [told]
    if found.value("state") != state:
        changes.append(Change(Op.APPEND, name, {"state": prop(state.value)}))
    return changes, [Unchanged(name, found.change)]


def _state(city: City, found: Entity) -> AppointmentState:
    begin, end = parse_instant(found.value("actingFrom")), parse_instant(found.value("actingUntil"))
    return state_at(begin, end, bool(found.value("revokedAt")), city.clock.now())
