"""The incident of an outage: an open one of the same trouble, or one that opens with it.

Of the same trouble is an incident of the city's type for the resource that lies within the
outage, or near one of its houses. So a sensor, a hundred calls and the outage are one incident.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hansa.base.ids import urn
from hansa.base.problems import ResourceNotFound
from hansa.context import (
    Change,
    City,
    Entity,
    Op,
    Query,
    Timer,
    TypeIs,
    Unchanged,
    parse_geo,
    parse_q,
)
from hansa.desk.entities import INCIDENT, entry, listed, local_name, prop, refers
from hansa.desk.escalation import timers
from hansa.desk.model import Known
from hansa.desk.outages.counting import Extent, is_area
from hansa.desk.outages.entities import local_of
from hansa.desk.outages.settings import OutageSettings
from hansa.desk.places import Point, metres, point_of
from hansa.desk.settings import DeskSettings
from hansa.desk.states import State
from hansa.desk.tasks import Work, with_playbooks
from hansa.guard import Grant, View


@dataclass(frozen=True, slots=True)
class Desk:
    """What the desk's own settings say about incidents and work."""

    settings: DeskSettings
    work: Work


@dataclass(frozen=True, slots=True)
class Tied:
    """The incident of a cut and what is written with it; nothing where there is none."""

    incident: str = ""
    changes: tuple[Change, ...] = ()
    expect: tuple[Unchanged, ...] = ()
    timers: tuple[Timer, ...] = ()


async def joinable(
    city: City, view: View, settings: OutageSettings, resource: str, extent: Extent
) -> Entity | None:
    """The open incident of the same trouble; of several the one that was opened last.

    It is of the city's type for the resource, or an alert opened it that the resource explains.
    """
    page = await city.read(
        view, Query(types=TypeIs(INCIDENT), where=parse_q(f'state!="{State.CLOSED}"'))
    )
    found = [one for one in page.entities if _same_trouble(one, settings, resource)]
    inside = await _inside(city, view, extent) if found else frozenset()
    found = [one for one in found if one.id in inside or _near(one, extent, settings.near)]
    return max(found, key=lambda one: str(one.value("openedAt")), default=None)


def _same_trouble(incident: Entity, settings: OutageSettings, resource: str) -> bool:
    kind = settings.supplies[resource].incident_type
    if kind and incident.value("incidentType") == kind:
        return True
    by_alert = incident.value("alerts") is not None
    sector, category = (str(incident.value(one) or "") for one in ("sector", "category"))
    return by_alert and settings.explains(resource, sector, category)


async def named(city: City, view: View, incident: str) -> Entity:
    """The open incident that a person names; ResourceNotFound where there is none."""
    query = Query(ids=(incident,), types=TypeIs(INCIDENT))
    page = await city.read(view, query)
    if not page.entities or page.entities[0].value("state") == State.CLOSED:
        raise ResourceNotFound(f"there is no open incident {incident}", where="incident")
    return page.entities[0]


def joined(incident: Entity, organization: str) -> Tied:
    """What ties a cut to an incident that is open already."""
    held = listed(incident.value("organizations"))
    expect = (Unchanged(incident.id, incident.change),)
    if not organization or organization in held:
        return Tied(incident.id, expect=expect)
    body = {"organizations": refers((*held, organization))}
    return Tied(incident.id, (Change(Op.APPEND, incident.id, body),), expect)


def opened(
    cut: str,
    resource: str,
    extent: Extent,
    organization: str,
    by: str | Grant,
    now: datetime,
    settings: OutageSettings,
    desk: Desk,
) -> Tied:
    """An incident that opens with the cut, its playbook's tasks in it."""
    supply = settings.supplies[resource]
    if not supply.incident_type:
        return Tied()
    severity = settings.severity(resource, len(extent.houses))
    title = {one: str(text) for one, text in settings.texts[f"off-{resource}"].items()}
    known = Known(
        id=urn(INCIDENT, f"outage:{local_of(cut)}"),
        change=0,
        state=State.NEW.value,
        severity=severity,
        alerts=(),
        due=desk.settings.due(severity, now),
        about="",
        opened=now,
        grown=now,
        type=supply.incident_type,
        priority=desk.settings.priority(severity, supply.incident_type),
        sector=supply.resource.sector or "safety",
        category=supply.incident_type,
        place=middle_of(extent.points),
    )
    opening = Change(Op.CREATE, known.id, _body(known, organization, title))
    more = {"severity": prop(severity)}
    told = entry(
        f"{local_name(known.id)}:opened",
        known.id,
        "opened",
        by,
        now,
        machine=isinstance(by, str),
        more=more,
    )
    changes, work_timers = with_playbooks([told, opening], desk.work, now)
    due = timers(known, desk.settings, now, now)
    return Tied(known.id, changes, timers=(*due, *work_timers))


def _body(known: Known, organization: str, title: Mapping[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": INCIDENT,
        "title": {"type": "LanguageProperty", "languageMap": dict(title)},
        "state": prop(known.state),
        "incidentType": prop(known.type),
        "category": prop(known.category),
        "sector": prop(known.sector),
        "severity": prop(known.severity),
        "priority": prop(known.priority),
        "openedAt": prop(known.opened),
    }
    if known.place is not None:
        point = {"type": "Point", "coordinates": [*known.place]}
        body["location"] = {"type": "GeoProperty", "value": point}
    if known.due is not None:
        body |= {"due": prop(known.due), "overdue": prop(False)}
    if organization:
        body["organizations"] = refers(organization)
    return body


def middle_of(points: Sequence[Point]) -> Point | None:
    """The middle of places; None where there are none."""
    if not points:
        return None
    x, y = (sum(one[axis] for one in points) / len(points) for axis in (0, 1))
    return round(x, 6), round(y, 6)


async def _inside(city: City, view: View, extent: Extent) -> frozenset[str]:
    if extent.area is None or not is_area(extent.area):
        return frozenset()
    geo = parse_geo("intersects", extent.area["type"], extent.area["coordinates"])
    page = await city.read(view, Query(types=TypeIs(INCIDENT), geo=geo))
    return frozenset(one.id for one in page.entities)


def _near(incident: Entity, extent: Extent, within: float) -> bool:
    place = point_of(incident.value("location"))
    return place is not None and any(metres(place, one) <= within for one in extent.points)
