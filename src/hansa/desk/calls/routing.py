"""A call becomes a task of whoever the city's table names for its theme, its house and the hour.

It is sent in the call's own commit, when the call is taken or when the desk says so; where the
table names nobody the call stays the desk's. "Not done" opens the same task again.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hansa.base.problems import BadRequestData
from hansa.base.times import parse_instant
from hansa.context import Change, City, Entity, Op, instance_value
from hansa.desk.calls.finding import BUILDING, one_of
from hansa.desk.calls.model import Calling
from hansa.desk.entities import NULL, prop, refers
from hansa.desk.organizations import Organization
from hansa.desk.outages.gathering import zones_at
from hansa.desk.routing import Because, Choice, Matter, Place
from hansa.desk.tasks.calling import Called, reopen_call, route, send_call, withdraw_call
from hansa.desk.tasks.model import TASK, is_open
from hansa.desk.tasks.opening import Put
from hansa.guard import Grant, View

NOTHING = Put()
_NO_THEME = {"en": "Call", "ru": "Заявка", "uk": "Заявка"}  # until somebody says what it is about
_RETURNED = ("returnedFrom", "returnedAt", "returnReason")
_RESENT = "sent-to-others"  # the reason of a withdrawal that follows from sending it anew


def place_of(building: Entity | None, zones: Mapping[str, Entity]) -> Place:
    """Where a house is, as the table asks for it."""
    if building is None:
        return Place()
    suppliers = {
        str(one.value("resource") or ""): str(one.value("organization"))
        for one in zones.values()
        if one.value("organization")
    }
    return Place(
        building=building.id,
        district=str(building.value("district") or ""),
        zones=tuple(zones),
        keeper=str(building.value("organization") or ""),
        suppliers=suppliers,
    )


def choice_of(calling: Calling, theme: str, place: Place, at: datetime) -> Choice:
    """Who is asked about a theme there and then."""
    found = calling.themes.themes.get(theme)
    matter = Matter("") if found is None else Matter(theme, found.sector, found.resource)
    return route(calling.work, matter, place, at)


def sent_with(
    calling: Calling,
    call: str,
    body: Mapping[str, Any],
    place: Place,
    by: Grant | str,
    now: datetime,
) -> Put:
    """The task of a call that is being taken; nothing where nobody is named, or none is needed."""
    if _value(body, "state") != "new" or not _value(body, "theme"):
        return NOTHING
    choice = choice_of(calling, str(_value(body, "theme")), place, now)
    if choice.organization is None:
        return NOTHING
    called = called_of(calling, call, body)
    return send_call(calling.work, called, choice.organization, choice.because, by, now)


async def sent_now(
    city: City, view: View, calling: Calling, call: Entity, name: str, by: Grant, now: datetime
) -> Put:
    """The task of a call that the desk sends, to `name` or to whom the table names."""
    organization, because = await _asked(city, view, calling, call, name, now)
    called = called_of(calling, call.id, call.document)
    put = send_call(calling.work, called, organization, because, by, now)
    before = await task_of(city, view, call)
    back = NOTHING if before is None else withdraw_call(before, by, now, _RESENT)
    gone = {one: NULL for one in _RETURNED if call.attribute(one) is not None}
    return Put(
        (*back.changes, *put.changes),
        (*back.timers, *put.timers),
        {**(put.attributes or {}), **gone},
    )


async def sent_anew(
    city: City, view: View, calling: Calling, call: Entity, by: Grant | str, now: datetime
) -> Put:
    """The task of a call that waited with others; nothing where the table names nobody."""
    if not call.value("theme"):
        return NOTHING
    choice = await _choice(city, view, calling, call, now)
    if choice.organization is None:
        return NOTHING
    called = called_of(calling, call.id, call.document)
    return send_call(calling.work, called, choice.organization, choice.because, by, now)


def goes_on(task: Entity) -> Put:
    """What a call says whose task is open still; the task is no outage's any more."""
    if not is_open(task):
        return NOTHING
    of_call = {"state": prop("routed"), "organizations": refers(str(task.value("assignedTo")))}
    if task.value("refOutage") is None:
        return Put(attributes=of_call)
    return Put((Change(Op.APPEND, task.id, {"refOutage": NULL}),), (), of_call)


async def again(city: City, view: View, call: Entity, by: Grant, now: datetime) -> Put:
    """The task that was said to be done goes on; nothing where the call had none."""
    before = await task_of(city, view, call)
    return NOTHING if before is None else reopen_call(before, by, now)


def called_of(calling: Calling, call: str, body: Mapping[str, Any]) -> Called:
    """What a task is told of its call: nothing of who called."""
    theme = str(_value(body, "theme") or "")
    found = calling.themes.themes.get(theme)
    return Called(
        id=call,
        kind=str(_value(body, "callKind") or ""),
        theme=theme,
        title=_NO_THEME if found is None else found.words,
        received=parse_instant(str(_value(body, "reportedAt"))),
        service=None if found is None else found.service,
        building=str(_value(body, "refBuilding") or ""),
        address=_value(body, "address"),
        location=_value(body, "location"),
    )


async def _asked(
    city: City, view: View, calling: Calling, call: Entity, name: str, now: datetime
) -> tuple[Organization, Because | None]:
    if name:
        chosen = calling.work.organization(name)
        if chosen is None:
            known = ", ".join(calling.work.organizations)
            raise BadRequestData(
                f"there is no organisation {name}", where="organization", remedy=f"one of {known}"
            )
        return chosen, None
    choice = await _choice(city, view, calling, call, now)
    if choice.organization is None:
        raise BadRequestData(
            "the city's table names nobody for it",
            where="organization",
            rule="routing.yaml of the city's folder",
            remedy="say who does it",
        )
    return choice.organization, choice.because


async def _choice(city: City, view: View, calling: Calling, call: Entity, now: datetime) -> Choice:
    """Whom the table names for a call that stands in the graph."""
    building = await one_of(city, view, str(call.value("refBuilding") or ""), BUILDING)
    zones = {} if building is None else await zones_at(city, view, building)
    return choice_of(calling, str(call.value("theme") or ""), place_of(building, zones), now)


async def task_of(city: City, view: View, call: Entity) -> Entity | None:
    return await one_of(city, view, str(call.value("refTask") or ""), TASK)


def _value(body: Mapping[str, Any], name: str) -> Any:
    found = body.get(name)
    if isinstance(found, list):
        found = next((one for one in found if "datasetId" not in one), None)
    return None if found is None else instance_value(found)
