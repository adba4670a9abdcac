"""One incident with all that it rests on, in one answer: the page opens without a second look."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hansa.base.problems import ResourceNotFound
from hansa.base.times import format_instant
from hansa.console.situation import held
from hansa.context import City, Entity, Query, TypeIs, parse_q
from hansa.guard import View

HANDLING = "incident-handling"
_MOST_SOURCES = 50


async def incident(city: City, view: View, entity_id: str) -> dict[str, Any]:
    """The incident, its alerts, the entities they rest on, its timeline newest first.

    Raises ResourceNotFound where there is none or the view does not see it.
    """
    number = city.last_change
    found = await _by_ids(city, view, (entity_id,))
    if not found or "Incident" not in found[0].types:
        raise ResourceNotFound(f"there is no incident {entity_id}", where="id")
    alerts = await _by_ids(city, view, _targets(found[0], "alerts"))
    named = [name for alert in alerts for name in _targets(alert, "alertSource")]
    sources = await _by_ids(city, view, tuple(dict.fromkeys(named))[:_MOST_SOURCES])
    # what was merged into it, and what into that before: their lines are its too
    merged = await _by_ids(city, view, _targets(found[0], "duplicates"))
    ids = [entity_id, *(one.id for one in merged)]
    return {
        "number": number,
        "now": format_instant(city.clock.now()),
        "incident": held(city, found[0]),
        "alerts": [held(city, one) for one in alerts],
        "sources": [held(city, one) for one in sources],
        "duplicates": [held(city, one) for one in merged],
        "timeline": [held(city, one) for one in await _of(city, view, "TimelineEntry", ids)],
        "attachments": [
            _without_key(held(city, one)) for one in await _of(city, view, "Attachment", ids)
        ],
    }


async def _of(city: City, view: View, kind: str, ids: Sequence[str]) -> Sequence[Entity]:
    """What belongs to incidents, newest first.

    Notes and names of files are personal, so they are read for the purpose they serve.
    """
    names = ",".join(f'"{one}"' for one in ids)
    query = Query(types=TypeIs(kind), where=parse_q(f"refIncident=={names}"))
    page = await city.read(_handling(city, view), query)
    return sorted(page.entities, key=lambda one: one.change, reverse=True)


def _without_key(told: dict[str, Any]) -> dict[str, Any]:
    """An attachment as it is listed: without what opens it."""
    return told | {"entity": {k: v for k, v in told["entity"].items() if k != "secret"}}


def _handling(city: City, view: View) -> View:
    role = city.guard.policy.roles.get(view.grant.role)
    if role is None or HANDLING not in role.personal:
        return view
    return city.guard.view(replace(view.grant, purpose=HANDLING))


async def _by_ids(city: City, view: View, ids: Sequence[str]) -> Sequence[Entity]:
    if not ids:
        return ()
    found = await city.read(view, Query(ids=tuple(ids)))
    place = {name: index for index, name in enumerate(ids)}
    return sorted(found.entities, key=lambda one: place[one.id])


def _targets(entity: Entity, name: str) -> tuple[str, ...]:
    value = entity.value(name, ())
    return (value,) if isinstance(value, str) else tuple(value)
