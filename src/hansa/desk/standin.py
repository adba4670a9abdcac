"""Who ends incidents in a replay, where nobody sits at the desk: a machine, and it says so.

The past does not tell when its people closed an incident; the data tell when the trouble was
over. So an incident that nobody took is closed when the last of its alerts is cleared, by
`machine:replay` and with a reason of its own. What a person of today took is theirs to close.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from hansa.base.problems import Conflict, ViewEnded
from hansa.context import (
    Change,
    ChangeKind,
    City,
    Cursor,
    Entity,
    Op,
    Query,
    Record,
    Timer,
    Unchanged,
    instance_value,
)
from hansa.desk.entities import CONSUMER as DESK
from hansa.desk.entities import ENTRY, due_timer, entry, incident_key, listed, prop
from hansa.desk.settings import DeskSettings
from hansa.desk.states import State
from hansa.guard import Grant, View

ACTOR = "machine:replay"
CONSUMER = "desk-replay"
REASON = "data-cleared"
_ATTEMPTS = 8
_WORDS = {
    "en": "all its alerts cleared (a replay, nobody at the desk)",
    "ru": "все сигналы сняты (повтор, за столом никого)",
    "uk": "усі сигнали знято (повтор, за столом нікого)",
}


def for_replay(settings: DeskSettings) -> DeskSettings:
    """The desk with words for the reason that only the stand-in gives."""
    return replace(settings, machine_reasons={REASON: _WORDS})


async def stand_in(city: City) -> None:
    """Close what nobody took and whose alerts are over, for ever. Cancel to stop."""
    while True:
        grant = replace(city.guard.machine("desk", city.world), actor=ACTOR)
        view = city.guard.view(grant)
        try:
            async for batch in city.changes(view, CONSUMER):
                await _answer(city, grant, view, batch)
        except ViewEnded:
            continue


async def _answer(city: City, grant: Grant, view: View, batch: Sequence[Record]) -> None:
    """The desk's own line comes first: it says that an alert of the incident was cleared."""
    for record in batch:
        if incident := _cleared(record):
            for _ in range(_ATTEMPTS):
                with suppress(Conflict):  # somebody was faster; look again
                    await _close(city, grant, view, incident, record.number)
                    break


async def _close(city: City, grant: Grant, view: View, incident: str, number: int) -> None:
    found = await _read(city, view, [incident])
    if not found or found[0].value("state") != State.NEW or found[0].value("owner"):
        return
    alerts = listed(found[0].value("alerts"))
    if any(one.value("state") != "cleared" for one in await _read(city, view, alerts)):
        return
    now = city.clock.now()
    body: dict[str, Any] = {
        "state": prop(State.CLOSED.value),
        "closedAt": prop(now),
        "closeReason": prop(REASON),
        "overdue": prop(False),
    }
    local = f"{incident.rpartition(':Incident:')[2]}:{found[0].change}:closed"
    told = entry(local, incident, "closed", ACTOR, now, machine=True, more={"reason": prop(REASON)})
    key = incident_key(alerts[0]) if alerts else None
    await city.write(
        grant,
        [told, Change(Op.APPEND, incident, body, closes=key)],
        expect=[Unchanged(incident, found[0].change)],
        timers=[Timer(DESK, due_timer(incident), None)],
        cursor=Cursor(CONSUMER, number),
    )


def _cleared(record: Record) -> str:
    """The incident of a line that tells of a cleared alert; "" for any other change."""
    if record.kind is not ChangeKind.CREATED or ENTRY not in record.types:
        return ""
    if _value(record, "kind") != "cleared":
        return ""
    return str(_value(record, "refIncident") or "")


def _value(record: Record, name: str) -> Any:
    instance = record.fragment.get(name)
    return None if instance is None else instance_value(instance)


async def _read(city: City, view: View, ids: Sequence[str]) -> Sequence[Entity]:
    return (await city.read(view, Query(ids=tuple(ids)))).entities if ids else ()
