"""A city with houses, themes and calls, its desk at work, and what is said of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from hansa.base.settings import CitySettings
from hansa.context import Change, City, Entity, Op, Query, TypeIs
from hansa.desk import (
    Addresses,
    Calling,
    DeskSettings,
    Outages,
    Work,
    follow_outages,
    keep_calls,
    load_calls,
    load_outages,
    load_themes,
    office_of,
)
from hansa.desk.outages.gathering import Houses
from hansa.guard import Grant

HOUSE = "urn:ngsi-ld:Building:lesnaya-5"
ZONE = "urn:ngsi-ld:SupplyZone:north"
OUTAGE = "urn:ngsi-ld:Outage:1"
ROADS = "urn:ngsi-ld:Organization:roads"
WATERWORKS = "urn:ngsi-ld:Organization:waterworks"

THEMES = """
themes:
  no-water: {words: {en: No water}, sector: water, resource: coldWater, serviceMinutes: 120}
  gas: {words: {en: Smell of gas}, sector: energy, incidentType: gas, serviceMinutes: 15}
  road: {words: {en: Hole in the road}, sector: transport, kind: request}
"""
DESK = """
types: {gas: {words: {en: Gas}}}
"""
CALLS = """
themes: {water: no-water}
reasons: {unreachable: {en: Not reached}, informed: {en: Informed}}
"""


def calling_of(settings: CitySettings, city: City, desk: DeskSettings, work: Work) -> Calling:
    """What the folder of the city says of calls."""
    (settings.folder / "themes.yaml").write_text(THEMES)
    (settings.folder / "calls.yaml").write_text(CALLS)
    languages = settings.languages
    themes = load_themes(settings.folder, city.vocabulary, languages, desk.types)
    calls = load_calls(settings.folder, languages, desk, themes)
    outages = load_outages(settings.folder, city.vocabulary, languages, desk.types)
    return Calling(calls, desk, work, themes, Outages(city, outages, Houses(Addresses(city))))


def value(given: Any) -> dict[str, Any]:
    return {"type": "Property", "value": given}


def refers(given: Any) -> dict[str, Any]:
    return {"type": "Relationship", "object": given}


def house() -> Change:
    """A house of one zone, kept by the waterworks."""
    point = {"type": "Point", "coordinates": [39.7, 54.6]}
    body = {
        "type": "Building",
        "street": value("Lesnaya"),
        "houseNumber": value("5"),
        "zones": refers(ZONE),
        "organization": refers(WATERWORKS),
        "location": {"type": "GeoProperty", "value": point},
    }
    return Change(Op.CREATE, HOUSE, body)


def zone() -> Change:
    """Supplied with cold water by the waterworks."""
    body = {
        "type": "SupplyZone",
        "name": value("North"),
        "resource": value("coldWater"),
        "organization": refers(WATERWORKS),
    }
    return Change(Op.CREATE, ZONE, body)


def outage(state: str = "confirmed") -> Change:
    """No cold water in the zone."""
    body = {
        "type": "Outage",
        "resource": value("coldWater"),
        "state": value(state),
        "zones": refers(ZONE),
        "startsAt": value("2026-03-10T05:00:00Z"),
        "promisedEnd": value("2026-03-10T09:00:00Z"),
    }
    return Change(Op.CREATE, OUTAGE, body)


def machine(city: City, room: str) -> Grant:
    return city.guard.machine(room, city.world)


@asynccontextmanager
async def at_work(city: City, calling: Calling) -> AsyncIterator[None]:
    """The keeper of calls and the clock's timers as they run in a node."""
    here = asyncio.current_task()
    assert here is not None

    def fail(task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            here.cancel()  # the test shall not wait for what will never come

    settings, addresses = calling.outages.settings, Addresses(city)
    office = office_of(city, settings, calling.desk, calling.work, addresses)
    jobs = (
        keep_calls(city, calling),
        follow_outages(office, calling.themes),
        city.run_timers(),
    )
    tasks = [asyncio.create_task(job) for job in jobs]
    for task in tasks:
        task.add_done_callback(fail)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def held(city: City, grant: Grant, kind: str) -> dict[str, Entity]:
    """Every entity of a type, by id."""
    page = await city.read(city.guard.view(grant), Query(types=TypeIs(kind)))
    return {one.id: one for one in page.entities}


async def until(city: City, grant: Grant, call: str, **values: Any) -> Entity:
    """The call once its attributes have these values; the log tells when."""
    while True:
        number = city.last_change
        found = (await held(city, grant, "Call")).get(call)
        if found is not None and all(found.value(key) == want for key, want in values.items()):
            return found
        await city.news.beyond(number)
