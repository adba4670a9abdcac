"""Outages and works as orders and the machine find them, and what holds their zones."""

from collections.abc import Iterable, Sequence

from hansa.base.problems import BadRequestData, ResourceNotFound
from hansa.context import City, Entity, Query, TypeAny, TypeIs, parse_q
from hansa.desk.entities import CALL, ENTRY
from hansa.desk.errors import ChangedMeanwhile
from hansa.desk.outages.gathering import BUILDING, ZONE
from hansa.desk.outages.model import KINDS, OPEN
from hansa.desk.tasks.model import TASK
from hansa.desk.tasks.states import OPEN as UNDONE
from hansa.desk.tasks.states import TaskState
from hansa.guard import Grant, View

ANY = TypeAny(tuple(TypeIs(kind) for kind in KINDS))


async def one_of(city: City, view: View, name: str) -> Entity:
    """The outage or work of an id; ResourceNotFound where the view has none."""
    page = await city.read(view, Query(ids=(name,), types=ANY))
    if not page.entities:
        raise ResourceNotFound(f"there is no outage or work {name}", where="id")
    return page.entities[0]


async def open_ones(city: City, view: View) -> Sequence[Entity]:
    """Every outage and work that is not over, in order of their ids."""
    states = ",".join(f'"{one}"' for one in sorted(OPEN))
    page = await city.read(view, Query(types=ANY, where=parse_q(f"state=={states}")))
    return sorted(page.entities, key=lambda one: one.id)


async def holders(city: City, grant: Grant, keys: Iterable[str]) -> dict[str, str | None]:
    """Who holds each open key."""
    return {key: await city.holder(city.world, grant.tenant, key) for key in keys}


async def open_tasks(city: City, view: View, cut: str) -> Sequence[Entity]:
    """The tasks of an outage that somebody still has to do, the first sent first."""
    return await _tasks(city, view, f'refOutage=="{cut}"')


async def their_tasks(
    city: City, view: View, cut: str, incident: str, organization: str
) -> Sequence[Entity]:
    """The open tasks that an organisation has of an outage: its own, else one that they accepted
    of a call (it becomes the outage's in a moment), else those of its incident that are of no
    outage: one incident may have several, and each has a task.
    """
    theirs = f'assignedTo=="{organization}"'
    if found := await _tasks(city, view, f'refOutage=="{cut}";{theirs}'):
        return found
    if accepted := await _accepted(city, view, cut, organization):
        return accepted
    if not incident:
        return ()
    found = await _tasks(city, view, f'refIncident=="{incident}";{theirs}')
    return [one for one in found if one.value("refOutage") is None]


async def _accepted(city: City, view: View, cut: str, organization: str) -> Sequence[Entity]:
    page = await city.read(view, Query(types=TypeIs(CALL), where=parse_q(f'refOutage=="{cut}"')))
    names = tuple(str(one.value("refTask")) for one in page.entities if one.value("refTask"))
    if not names:
        return ()
    found = await city.read(view, Query(ids=names, types=TypeIs(TASK)))
    return sorted(
        (
            one
            for one in found.entities
            if one.value("assignedTo") == organization
            and one.value("state") in UNDONE
            and one.value("state") != TaskState.SENT
        ),
        key=lambda one: (str(one.value("acceptedAt")), one.id),
    )


async def _tasks(city: City, view: View, where: str) -> Sequence[Entity]:
    states = ",".join(f'"{one}"' for one in UNDONE)
    query = Query(types=TypeIs(TASK), where=parse_q(f"state=={states};{where}"))
    page = await city.read(view, query)
    return sorted(page.entities, key=lambda one: (str(one.value("sentAt")), one.id))


async def check_places(
    city: City, view: View, resource: str, zones: Sequence[str], buildings: Sequence[str]
) -> None:
    """BadRequestData where a zone or house is unknown, or a zone is of another resource."""
    for where, kind, names in (("zones", ZONE, zones), ("buildings", BUILDING, buildings)):
        if not names:
            continue
        page = await city.read(view, Query(ids=tuple(names), types=TypeIs(kind)))
        found = {one.id: one for one in page.entities}
        if missing := [one for one in names if one not in found]:
            raise BadRequestData(f"there is no {kind} {missing[0]}", where=where)
        wrong = [one for one in found.values() if kind == ZONE and _other(one, resource)]
        if wrong:
            raise BadRequestData(
                f"{wrong[0].id} is a zone of {wrong[0].value('resource')}", where=where
            )


def _other(zone: Entity, resource: str) -> bool:
    return zone.value("resource") not in (None, resource)


async def check_seen(city: City, grant: Grant, found: Entity, expected: int) -> None:
    """ChangedMeanwhile names who did what since the change number expected.

    That a call more was counted is nothing that anybody decided, and in a storm it never ends.
    """
    if found.change == expected:
        return
    query = Query(types=TypeIs(ENTRY), where=parse_q(f'refOutage=="{found.id}"'))
    page = await city.read(city.guard.view(grant), query)
    since = sorted(
        (one for one in page.entities if one.change > expected and one.value("refCall") is None),
        key=lambda one: one.change,
    )
    if not since and expected < found.change:
        return
    done = [{name: one.value(name) for name in ("kind", "by", "at")} for one in since]
    words = "; ".join(f"{one['kind']} by {one['by']} at {one['at']}" for one in done)
    raise ChangedMeanwhile(
        f"it stands at change {found.change} and not at {expected}"
        + (f": {words}" if words else ""),
        where="expect",
        state=str(found.value("state")),
        change=found.change,
        done=done,
    )
