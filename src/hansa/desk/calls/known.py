"""What the card shows once the address is known: what is off or planned, who called, who serves.

All of it for one house and now, in one answer, because the caller is waiting.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hansa.base.problems import BadRequestData
from hansa.base.times import format_instant
from hansa.context import City, Entity, Order, Path, Query, TypeIs, parse_q, world_member
from hansa.desk.calls.finding import BUILDING, OUTAGE, WORK, one_of
from hansa.desk.calls.model import CALL, Calling
from hansa.desk.calls.reading import row
from hansa.desk.calls.taking import address_of
from hansa.desk.contacts import telephones
from hansa.desk.entities import INCIDENT
from hansa.desk.outages.gathering import zones_at
from hansa.desk.outages.known import plain
from hansa.desk.places import metres, point_of
from hansa.guard import View, telephone

_LATELY = timedelta(hours=24)
_FORMER = 10  # calls by a telephone that are shown beside a card
_MOST = 50  # calls of a house in a day; a storm is counted, not listed
_INCIDENT = ("title", "severity", "state", "incidentType", "openedAt", "location")


async def known_at(city: City, view: View, calling: Calling, building: str) -> dict[str, Any]:
    """All that is known of the house; what it knows not of is empty."""
    found = await one_of(city, view, building, BUILDING)
    zones = [] if found is None else [*(await zones_at(city, view, found)).values()]
    now = city.clock.now()
    calls = await _calls(city, view, building, now)
    off = await _off(city, view, calling, building)
    return {
        "now": format_instant(now),
        **world_member(city.world),
        "building": None if found is None else _building(found, [one.id for one in zones]),
        "outages": [one for one in off if one["kind"] == OUTAGE],
        "works": [one for one in off if one["kind"] == WORK],
        "calls": [row(one) for one in calls[:_MOST]],
        "callsCount": len(calls),
        "incidents": await _incidents(city, view, calling, found),
        "serves": await _serves(city, view, calling, found, zones),
    }


async def known_of(city: City, view: View, text: str) -> dict[str, Any]:
    """The calls that came by a telephone before, the newest first; who called is not among it.

    The search is exact, by a keyed mark, and journalled. Forbidden without a purpose for it.
    """
    digits = telephone(text)
    if not digits:
        raise BadRequestData(
            "nobody can be found by that", where="telephone", rule="five digits or more"
        )
    found = await city.guard.vault.find(view.grant, "callerTelephone", digits.encode())
    ids = tuple(dict.fromkeys(one.entity_id for one in found))
    plain = replace(view, personal=False, seen={})
    order = (Order(Path("reportedAt"), descending=True),)
    query = Query(ids=ids, types=TypeIs(CALL), where=parse_q('state!="struck"'), order=order)
    calls = (await city.read(plain, query)).entities if ids else ()
    return {
        "now": format_instant(city.clock.now()),
        **world_member(city.world),
        "calls": [row(one) for one in calls[:_FORMER]],
        "count": len(calls),
    }


def _building(found: Entity, zones: Sequence[str]) -> dict[str, Any]:
    return {
        "id": found.id,
        "address": address_of(found),
        "district": found.value("district"),
        "zones": list(zones),
        "organization": found.value("organization"),
    }


async def _off(city: City, view: View, calling: Calling, building: str) -> list[dict[str, Any]]:
    """Outages and works, sure ones first, each with the sentence to read out."""
    found = await calling.outages.known(view, building)
    return [
        {
            **plain(one),
            "say": {
                language: await calling.outages.told(view, one, language)
                for language in city.settings.languages
            },
        }
        for one in found
    ]


async def _calls(city: City, view: View, building: str, now: datetime) -> Sequence[Entity]:
    since = format_instant(now - _LATELY)
    q = f'refBuilding=="{building}";reportedAt>="{since}";state!="struck"'
    order = (Order(Path("reportedAt"), descending=True),)
    query = Query(types=TypeIs(CALL), where=parse_q(q), order=order)
    return (await city.read(view, query)).entities


async def _incidents(
    city: City, view: View, calling: Calling, building: Entity | None
) -> list[dict[str, Any]]:
    """Open incidents nearby, the nearest first: the call may be about one."""
    here = None if building is None else point_of(building.value("location"))
    if here is None:
        return []
    query = Query(types=TypeIs(INCIDENT), where=parse_q('state!="closed"'))
    found = []
    for one in (await city.read(view, query)).entities:
        there = point_of(one.value("location"))
        away = None if there is None else metres(here, there)
        if away is not None and away <= calling.settings.nearby:
            told = {name: one.value(name) for name in _INCIDENT}
            found.append({"id": one.id, "metres": round(away), **told})
    return sorted(found, key=lambda one: int(one["metres"]))


async def _serves(
    city: City, view: View, calling: Calling, building: Entity | None, zones: Sequence[Entity]
) -> list[dict[str, Any]]:
    """Who supplies the house with what and who manages it, with their duty telephones."""
    asked = [(str(one.value("resource") or ""), one.value("organization")) for one in zones]
    if building is not None:
        asked.append(("house", building.value("organization")))
    found = []
    numbers = await telephones(city, view, calling.work.staff)
    for what, name in dict.fromkeys(asked):
        organization = calling.work.organization(str(name)) if name else None
        if organization is not None:
            found.append(
                {
                    "for": what,
                    "organization": organization.id,
                    "name": dict(organization.name),
                    "telephone": numbers[organization.id],
                }
            )
    return found
