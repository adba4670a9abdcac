"""Calls as orders find them, what they belong to, and the refusal that names who was faster."""

from dataclasses import replace

from hansa.base.problems import BadRequestData, ResourceNotFound
from hansa.context import City, Entity, Query, TypeIs, parse_q
from hansa.desk.calls.model import CALL, HANDLING
from hansa.desk.entities import ENTRY, INCIDENT
from hansa.desk.errors import ChangedMeanwhile
from hansa.guard import Grant, View

BUILDING, OUTAGE, WORK = "Building", "Outage", "PlannedWork"
ENDED = ("ended", "cancelled")
"""States of an outage or a work that is over."""


def handling(city: City, view: View) -> View:
    """The view for handling a call, in which callers are read; each reading is journalled."""
    return city.guard.view(replace(view.grant, purpose=HANDLING))


async def call_of(city: City, view: View, call: str) -> Entity:
    """The call as the view sees it; ResourceNotFound where it does not."""
    found = await one_of(city, view, call, CALL)
    if found is None:
        raise ResourceNotFound(f"there is no call {call}", where="id")
    return found


async def one_of(city: City, view: View, name: str, *kinds: str) -> Entity | None:
    """The entity of this id, where it is of one of these types and the view sees it."""
    if not name:
        return None
    page = await city.read(view, Query(ids=(name,)))
    found = page.entities[0] if page.entities else None
    return found if found is not None and not {*kinds}.isdisjoint(found.types) else None


async def building_of(city: City, view: View, name: str) -> Entity | None:
    """The house a card names; BadRequestData where there is none, None where it names none."""
    found = await one_of(city, view, name, BUILDING)
    if name and found is None:
        raise BadRequestData(f"there is no house {name}", where="building")
    return found


async def outage_of(city: City, view: View, name: str) -> Entity:
    """An outage or work that a call may belong to; BadRequestData where there is none such."""
    found = await one_of(city, view, name, OUTAGE, WORK)
    if found is None:
        raise BadRequestData(f"there is no outage {name}", where="outage")
    if found.value("state") in ENDED:
        raise BadRequestData("the outage is over", where="outage", remedy="take the call as new")
    return found


async def incident_named(city: City, view: View, name: str) -> Entity:
    """An open incident that a call may be joined to; BadRequestData where there is none such."""
    found = await one_of(city, view, name, INCIDENT)
    if found is None:
        raise BadRequestData(f"there is no incident {name}", where="incident")
    if found.value("state") == "closed":
        raise BadRequestData("the incident is closed", where="incident", remedy="reopen it")
    return found


async def lines_of(city: City, view: View, call: str) -> list[Entity]:
    """The life of a call, oldest first."""
    query = Query(types=TypeIs(ENTRY), where=parse_q(f'refCall=="{call}"'))
    page = await city.read(view, query)
    return sorted(page.entities, key=lambda one: (str(one.value("at")), one.change))


async def faster(city: City, grant: Grant, found: Entity, expected: int) -> ChangedMeanwhile:
    """The refusal that names who did what since the change number expected."""
    lines = await lines_of(city, city.guard.view(grant), found.id)
    since = [one for one in lines if one.change > expected]
    done = [{name: one.value(name) for name in ("kind", "by", "at")} for one in since]
    words = "; ".join(f"{one['kind']} by {one['by']} at {one['at']}" for one in done)
    return ChangedMeanwhile(
        f"it stands at change {found.change} and not at {expected}"
        + (f": {words}" if words else ""),
        where="expect",
        state=str(found.value("state")),
        change=found.change,
        done=done,
    )
