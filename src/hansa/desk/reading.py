"""Incidents as the desk's own routes answer them: one answer for all that one looks at.

Every entity comes with when it was true, how old that is, and which source says so, because
no value is shown without its age.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from hansa.base.problems import ResourceNotFound
from hansa.base.times import format_instant, parse_instant
from hansa.context import City, Entity, Query, TypeIs, parse_q, world_member
from hansa.desk.attachments import attached_to
from hansa.desk.entities import ENTRY, INCIDENT, listed
from hansa.guard import View

HANDLING = "incident-handling"
MOST_ENTITIES = 200  # of those an incident rests on; a storm may name thousands


async def one_incident(city: City, view: View, incident: str) -> dict[str, Any]:
    """The incident, its timeline (oldest first) with that of those merged into it, its alerts,
    the entities they rest on.

    Raises ResourceNotFound where there is none or the view does not see it.
    """
    found = await _by_ids(city, view, [incident])
    if not found or INCIDENT not in found[0].types:
        raise ResourceNotFound(f"there is no incident {incident}", where="id")
    alerts = await _by_ids(city, view, listed(found[0].value("alerts")))
    named = (one for alert in alerts for one in listed(alert.value("alertSource")))
    entities = await _by_ids(city, view, list(dict.fromkeys(named))[:MOST_ENTITIES])
    merged = await merged_with(city, view, found[0])
    ids = [incident, *(one.id for one in merged)]
    lines = await _timeline(city, view, ids)
    attached = await attached_to(city, handling(city, view), ids)
    now = city.clock.now()
    return {
        "now": format_instant(now),
        "incident": held(city, found[0], now),
        "duplicates": [held(city, one, now) for one in merged],
        "timeline": [held(city, one, now) for one in lines],
        "attachments": [without_key(held(city, one, now)) for one in attached],
        "alerts": [held(city, one, now) for one in alerts],
        "entities": [held(city, one, now) for one in entities],
    }


def held(city: City, entity: Entity, now: datetime) -> dict[str, Any]:
    """An entity with its change number, when it was true, its age in seconds, its sources."""
    observed = _newest(entity) or entity.modified_at
    return {
        "entity": {**entity.document, **world_member(city.world)},
        "change": entity.change,
        "modifiedAt": format_instant(entity.modified_at),
        "observedAt": format_instant(observed),
        "age": max(round((now - observed).total_seconds()), 0),
        "sources": _sources(entity),
    }


def _newest(entity: Entity) -> datetime | None:
    times = (
        instance["observedAt"]
        for given in entity.document.values()
        for instance in (given if isinstance(given, list) else [given])
        if isinstance(instance, dict) and "observedAt" in instance
    )
    return max((parse_instant(one) for one in times), default=None)


def _sources(entity: Entity) -> list[str]:
    """The data sources that own attributes of the entity."""
    stamps: Iterable[Any] = entity.system.values()
    owners = {stamp[3] for stamp in stamps if isinstance(stamp, list) and len(stamp) > 3}
    return sorted(owner for owner in owners if owner)


async def merged_with(city: City, view: View, incident: Entity) -> Sequence[Entity]:
    """The incidents that were merged into this one, and those merged into them before."""
    return await _by_ids(city, view, listed(incident.value("duplicates")))


def handling(city: City, view: View) -> View:
    """The view for handling an incident, where notes and names of files are read."""
    return city.guard.view(replace(view.grant, purpose=HANDLING))


def without_key(told: dict[str, Any]) -> dict[str, Any]:
    """An attachment as it is listed: without what opens it."""
    return told | {"entity": {k: v for k, v in told["entity"].items() if k != "secret"}}


async def _timeline(city: City, view: View, incidents: Sequence[str]) -> Sequence[Entity]:
    """Entries of incidents; notes are personal and are read for the purpose they serve."""
    names = ",".join(f'"{one}"' for one in incidents)
    query = Query(types=TypeIs(ENTRY), where=parse_q(f"refIncident=={names}"))
    page = await city.read(handling(city, view), query)
    return sorted(page.entities, key=lambda one: (str(one.value("at")), one.change))


async def _by_ids(city: City, view: View, ids: Sequence[str]) -> Sequence[Entity]:
    if not ids:
        return ()
    page = await city.read(view, Query(ids=tuple(ids)))
    place = {name: index for index, name in enumerate(ids)}
    return sorted(page.entities, key=lambda one: place[one.id])
