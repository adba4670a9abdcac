"""Writes the organisations of the city's folder into the graph, what differs and no more.

One that left the folder stays, for its past tasks name it; it is marked as taking none.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from hansa.base.problems import Conflict
from hansa.context import Change, City, Entity, Op, Query, TypeIs, Unchanged, instance_value
from hansa.desk.entities import prop
from hansa.desk.organizations.model import ORGANIZATION, Organization

_ATTEMPTS = 8


async def keep_organizations(city: City, organizations: Mapping[str, Organization]) -> None:
    """Bring the graph to what the folder says, in one write."""
    grant = city.guard.machine("desk", city.world)
    for attempt in range(1, _ATTEMPTS + 1):
        page = await city.read(city.guard.view(grant), Query(types=TypeIs(ORGANIZATION)))
        held = {one.id: one for one in page.entities}
        changes = tuple(_changes(organizations, held))
        expect = [Unchanged(one.id, held[one.id].change) for one in changes if one.id in held]
        try:
            if changes:
                await city.write(grant, changes, expect=expect)
        except Conflict:
            if attempt == _ATTEMPTS:
                raise
        else:
            return


def _changes(
    organizations: Mapping[str, Organization], held: Mapping[str, Entity]
) -> Iterable[Change]:
    wanted = {one.id: _body(one) for one in organizations.values()}
    for name, body in wanted.items():
        if name not in held or _differs(held[name], body):
            yield Change(Op.UPSERT, name, body)
    for name, entity in held.items():
        if name not in wanted and entity.value("active"):
            yield Change(Op.APPEND, name, {"active": prop(False)})


def _body(one: Organization) -> dict[str, Any]:
    return {
        "type": ORGANIZATION,
        "name": {"type": "LanguageProperty", "languageMap": dict(one.name)},
        "kind": prop(one.kind),
        "telephone": prop(one.telephone),
        "sectors": prop(list(one.sectors)),
        "calendar": prop(one.calendar.key),
        "active": prop(True),
    }


def _differs(entity: Entity, body: Mapping[str, Any]) -> bool:
    return any(
        entity.value(name) != instance_value(given)
        for name, given in body.items()
        if name != "type"
    )
