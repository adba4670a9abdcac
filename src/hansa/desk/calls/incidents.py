"""Calls and incidents: people hurt open one at once; a second call of the house joins it.

Thirty people call about one explosion, and the desk shall see one incident with thirty calls.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hansa.base.ids import fresh
from hansa.base.times import format_instant
from hansa.context import Change, City, Entity, Order, Path, Query, Timer, TypeIs, parse_q
from hansa.desk.calls.finding import incident_named
from hansa.desk.calls.model import BY, CALL, Calling
from hansa.desk.entities import entry, prop, refers
from hansa.desk.places import point_of
from hansa.desk.raising import RaiseOrder, opening
from hansa.guard import Grant, View

OPENED, JOINED = "opened-by-call", "call-joined"
_SECTOR = "safety"


@dataclass(frozen=True, slots=True)
class Joined:
    """The incident that a call belongs to, and what is written there for it; "" for none."""

    incident: str = ""
    changes: tuple[Change, ...] = ()
    timers: tuple[Timer, ...] = ()


NONE = Joined()


def joining(call: str, incident: str, by: str | Grant, now: datetime) -> Joined:
    """A line on the incident that says which call is about it too."""
    more = {"refCall": refers(call)}
    machine = isinstance(by, str)
    line = entry(fresh(now), incident, JOINED, by, now, machine=machine, more=more)
    return Joined(incident, (line,))


async def hurt(
    city: City, view: View, calling: Calling, call: str, body: Mapping[str, Any], now: datetime
) -> Joined:
    """People are hurt: the open incident of that house, else a new one, and a line says why."""
    if (there := await _there(city, view, calling, body, now)) is not None:
        return joining(call, there, BY, now)
    theme = calling.themes.themes.get(str(_value(body, "theme") or ""))
    own = calling.settings.injured_type
    kind = theme.incident_type if theme is not None and theme.incident_type else own
    order = RaiseOrder(
        incident_type=kind if kind in calling.desk.types else next(iter(calling.desk.types)),
        severity=calling.settings.injured_severity,
        sector=_SECTOR if theme is None else theme.sector,
        place=point_of(_value(body, "location")),
    )
    more = {"refCall": refers(call)}
    opened = opening(order, BY, calling.desk, calling.work, now, OPENED, more)
    return Joined(opened.id, opened.changes, opened.timers)


async def _there(
    city: City, view: View, calling: Calling, body: Mapping[str, Any], now: datetime
) -> str | None:
    """The open incident of a call with people hurt that came from the same house lately."""
    building = body.get("refBuilding")
    if building is None:
        return None
    since = format_instant(now - calling.settings.join_within)
    q = f'refBuilding=="{building["object"]}";injured==true;enteredAt>="{since}"'
    query = Query(types=TypeIs(CALL), where=parse_q(q), order=(Order(Path("enteredAt")),))
    for one in (await city.read(view, query)).entities:
        if await _open(city, view, one):
            return str(one.value("refIncident"))
    return None


async def _open(city: City, view: View, call: Entity) -> bool:
    page = await city.read(view, Query(ids=(str(call.value("refIncident") or "urn:none:none"),)))
    return bool(page.entities) and page.entities[0].value("state") != "closed"


async def joined_to(
    city: City, view: View, call: str, incident: str, grant: Grant, now: datetime
) -> Joined:
    """The incident that a person joins a call to; BadRequestData where it cannot be."""
    await incident_named(city, view, incident)
    return joining(call, incident, grant, now)


def named(joined: Joined) -> dict[str, Any]:
    """What the call says of its incident."""
    return {"refIncident": refers(joined.incident)} if joined.incident else {}


def _value(body: Mapping[str, Any], name: str) -> Any:
    return body.get(name, prop(None)).get("value")
