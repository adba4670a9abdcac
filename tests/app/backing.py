"""A node with something to lose, for the tests of backup and restore."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from hansa.app import Home, Node
from hansa.app.restoring import Wanted, restore
from hansa.base.clock import Clock
from hansa.base.settings import load_city
from hansa.context import Change, City, Op, Query
from hansa.guard import Grant, View

CITY = """
name: hand-made
title: {en: Hand-made}
zone: Europe/Moscow
world: exercise:hand-made
map: {center: [39.7, 54.6]}
"""
REQUEST = "urn:ngsi-ld:Open311ServiceRequest:"


def folder_of_city(below: Path) -> Path:
    """A city's folder with nothing but its `city.yaml`."""
    folder = below / "city"
    folder.mkdir()
    (folder / "city.yaml").write_text(CITY)
    return folder


@asynccontextmanager
async def opened(folder: Path, home: Path, clock: Clock) -> AsyncIterator[Node]:
    """The node of a city, its rooms asleep."""
    settings = load_city(folder)
    with Home(home).claim(settings.name, settings.folder, settings.world) as claimed:
        node = await Node.open(settings, claimed, clock)
        try:
            yield node
        finally:
            await node.close()


async def restored(wanted: Wanted, clock: Clock) -> Any:
    """Restore as the command does, outside of this loop."""
    return await asyncio.to_thread(restore, wanted, clock)


def request(name: str, street: str, status: str = "open") -> Change:
    """A citizen's request: its street is personal."""
    body = {
        "type": "Open311ServiceRequest",
        "address_string": {"type": "Property", "value": street},
        "status": {"type": "Property", "value": status},
    }
    return Change(Op.UPDATE_OR_CREATE, REQUEST + name, body)


def writer(city: City) -> Grant:
    """Who writes requests."""
    return city.guard.machine("sectors", city.world)


def officer(city: City) -> View:
    """Who reads them, with their personal values."""
    grant = Grant("ann", "duty-officer", "request-handling", city.clock.now(), city.world)
    return city.guard.view(grant)


def answering(city: City) -> Grant:
    """An administrator who answers the person concerned."""
    return replace(city.guard.operator(), role="privacy-officer", purpose="subject-request")


async def streets(city: City) -> dict[str, Any]:
    """Request -> its street, None where it cannot be read."""
    page = await city.read(officer(city), Query())
    return {
        one.id.removeprefix(REQUEST): one.value("address_string")
        for one in page.entities
        if one.id.startswith(REQUEST)
    }
