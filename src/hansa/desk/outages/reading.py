"""Outages and works as the desk's routes answer them: open, coming, and one with its past."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hansa.base.times import format_instant
from hansa.context import City, Entity, Query, TypeIs, parse_q, world_member
from hansa.desk.entities import ENTRY, listed
from hansa.desk.organizations import ORGANIZATION
from hansa.desk.outages.entities import of_calls
from hansa.desk.outages.finding import ANY, one_of
from hansa.desk.outages.gathering import BUILDING, ZONE
from hansa.desk.outages.known import Outages, plain
from hansa.desk.outages.model import OPEN, cut_of
from hansa.desk.outages.settings import OutageSettings
from hansa.guard import View

HANDLING = "incident-handling"
_LATELY = timedelta(hours=24)  # of what is over
_MOST = 500
_CALL = ("number", "state", "reportedAt", "theme", "address")
_LINE = ("kind", "by", "onBehalf", "machine", "at", "reason", "promisedEnd", "note", "owner")


async def many(city: City, view: View, *, days: int = 1) -> dict[str, Any]:
    """What is open or comes, and what ended lately, with the names that it needs."""
    now = city.clock.now()
    since = format_instant(now - _LATELY * days)
    states = ",".join(f'"{one}"' for one in sorted(OPEN))
    where = f'state=={states}|endedAt>="{since}"'
    page = await city.read(view, Query(types=ANY, where=parse_q(where)))
    found = [plain(cut_of(one)) for one in sorted(page.entities, key=_newest)][:_MOST]
    return {
        "now": format_instant(now),
        **world_member(city.world),
        "outages": found,
        "names": await _names(city, view, found),
    }


def _newest(entity: Entity) -> tuple[str, str]:
    return str(entity.value("startsAt") or ""), entity.id


async def one(
    city: City, view: View, outages: Outages, name: str, languages: Sequence[str]
) -> dict[str, Any]:
    """One with its history, promises, calls, and what is read out about it."""
    entity = await one_of(city, view, name)
    cut = cut_of(entity)
    found = plain(cut)
    lines = await _lines(city, view, name)
    promises = [line for line in lines if line["promisedEnd"] is not None]
    return {
        "now": format_instant(city.clock.now()),
        **world_member(city.world),
        "outage": found,
        "lines": lines,
        "promises": promises,
        "attached": await _calls(city, view, name),
        "quieted": await _quieted(city, view, name),
        "sentences": {one: await outages.told(view, cut, one) for one in languages},
        "names": await _names(city, view, [found]),
        "location": entity.value("location"),
    }


async def _lines(city: City, view: View, name: str) -> list[dict[str, Any]]:
    """Its lines, newest first; notes are personal and read for the purpose they serve."""
    query = Query(types=TypeIs(ENTRY), where=parse_q(f'refOutage=="{name}"'))
    handling = city.guard.view(replace(view.grant, purpose=HANDLING))
    page = await city.read(handling, query)
    own = [each for each in page.entities if each.value("refCall") is None]
    told = [
        {"id": each.id, "change": each.change, **{key: each.value(key) for key in _LINE}}
        | {"organizations": listed(each.value("organizations"))}
        for each in own
    ]
    return sorted(told, key=lambda each: (str(each["at"]), each["change"]), reverse=True)


async def _calls(city: City, view: View, name: str) -> list[dict[str, Any]]:
    """The calls attached to it, as far as one may see calls; who called is not among it."""
    query = Query(types=TypeIs("Call"), where=parse_q(of_calls([name])))
    page = await city.read(replace(view, personal=False, seen={}), query)
    told = [{"id": each.id, **{key: each.value(key) for key in _CALL}} for each in page.entities]
    return sorted(told, key=lambda each: (str(each["reportedAt"]), each["id"]))


async def _quieted(city: City, view: View, name: str) -> list[dict[str, Any]]:
    """The open alerts that wake nobody because a work explains them."""
    where = parse_q(f'state=="open";suppressed==true;suppressedBy=="{name}"')
    page = await city.read(view, Query(types=TypeIs("Alert"), where=where))
    return [{"id": each.id, "title": each.value("title")} for each in page.entities]


async def _names(
    city: City, view: View, found: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Names of the organisations, zones, houses and networks' faults that are referred to."""
    organizations = {one["organization"] for one in found if one["organization"]}
    zones = {zone for one in found for zone in one["zones"]}
    houses = {house for one in found for house in one["buildings"]}
    faults = {fault for one in found for fault in one["faults"]}
    return {
        "organizations": await _named(city, view, ORGANIZATION, organizations),
        "zones": await _named(city, view, ZONE, zones),
        "buildings": await _named(city, view, BUILDING, houses),
        "faults": await _named(city, view, "", faults),
    }


async def _named(city: City, view: View, kind: str, ids: set[str]) -> dict[str, Any]:
    if not ids:
        return {}
    types = TypeIs(kind) if kind else None
    page = await city.read(view, Query(ids=tuple(sorted(ids)), types=types))
    if kind != BUILDING:
        return {one.id: one.value("name") for one in page.entities}
    return {
        one.id: f"{one.value('street') or ''} {one.value('houseNumber') or ''}".strip()
        for one in page.entities
    }


async def choices(city: City, view: View, settings: OutageSettings) -> dict[str, Any]:
    """What the form offers: resources, causes, reasons, and the city's zones."""
    page = await city.read(view, Query(types=TypeIs(ZONE)))
    zones = [
        {name: one.value(name) for name in ("name", "resource", "organization")} | {"id": one.id}
        for one in sorted(page.entities, key=lambda each: str(each.value("name")))
    ]
    return {
        "resources": [
            {"name": name, "words": supply.resource.words, "incidentType": supply.incident_type}
            for name, supply in settings.supplies.items()
        ],
        "causes": settings.causes,
        "reasons": settings.reasons,
        "proposal": {
            "calls": settings.calls,
            "minutes": settings.within.total_seconds() / 60,
        },
        "reportMinutes": settings.every.total_seconds() / 60,
        "zones": zones,
    }
