"""Incidents as orders find them, and the refusal that names who was faster."""

from hansa.base.problems import ResourceNotFound
from hansa.context import City, Entity, Query, TypeIs, parse_q
from hansa.desk.entities import ENTRY, INCIDENT
from hansa.desk.errors import ChangedMeanwhile
from hansa.guard import Grant


async def incident_of(city: City, grant: Grant, incident: str) -> Entity:
    """The incident as `grant` sees it; ResourceNotFound where it does not."""
    query = Query(ids=(incident,), types=TypeIs(INCIDENT))
    page = await city.read(city.guard.view(grant), query)
    if not page.entities:
        raise ResourceNotFound(f"there is no incident {incident}", where="id")
    return page.entities[0]


async def faster(
    city: City, grant: Grant, found: Entity, expected: int, where: str = "expect"
) -> ChangedMeanwhile:
    """The refusal that names who did what since the change number expected."""
    query = Query(types=TypeIs(ENTRY), where=parse_q(f'refIncident=="{found.id}"'))
    page = await city.read(city.guard.view(grant), query)
    since = sorted((one for one in page.entities if one.change > expected), key=lambda e: e.change)
    done = [{name: one.value(name) for name in ("kind", "by", "at")} for one in since]
    words = "; ".join(f"{one['kind']} by {one['by']} at {one['at']}" for one in done)
    return ChangedMeanwhile(
        f"it stands at change {found.change} and not at {expected}"
        + (f": {words}" if words else ""),
        where=where,
        state=str(found.value("state")),
        change=found.change,
        done=done,
    )
