"""A call as the desk writes it, with its task in its own commit."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hansa.context import Change, City, Entity, Op, Query, TypeIs
from hansa.desk import Work
from hansa.desk.routing import Matter, Place
from hansa.desk.tasks.calling import Called, route, send_call
from hansa.guard import Grant

HOUSE = "urn:ngsi-ld:Building:b-1"
ROUTING = """
rows:
  - {themes: [no-water], organization: waterworks}
  - {themes: [charges, pothole], organization: roads}
"""
LAW = "requests: {term: {days: 30}, atMost: {days: 45}}\n"


def call_id(name: str) -> str:
    return f"urn:ngsi-ld:Call:{name}"


def called(name: str, now: datetime, theme: str = "no-water", kind: str = "repair") -> Called:
    return Called(
        id=call_id(name),
        kind=kind,
        theme=theme,
        title={"en": "No water"},
        received=now,
        service=timedelta(hours=2),
        building=HOUSE,
        address="Example street, 1",
    )


async def take(city: City, work: Work, grant: Grant, name: str = "one", **more: Any) -> str:
    """Take a call and send its task: one commit. The id of the task."""
    now = city.clock.now()
    given = called(name, now, **more)
    choice = route(work, Matter(given.theme), Place(HOUSE), now)
    assert choice.organization is not None
    put = send_call(work, given, choice.organization, choice.because, grant, now)
    body: Mapping[str, Any] = {
        "type": "Call",
        "callKind": value(given.kind),
        "theme": value(given.theme),
        "refBuilding": {"type": "Relationship", "object": HOUSE},
        "callerName": value("Maria Example"),
        "callerTelephone": value("+7 000"),
        "apartment": value("12"),
        "words": value("nothing comes out of the tap"),
        **(put.attributes or {}),
    }
    through = city.guard.through(grant, "calls")
    made = [*put.changes, Change(Op.CREATE, given.id, body)]
    await city.write(through, made, timers=put.timers)
    return next(one.id for one in made if one.body.get("type") == "Task")


def value(given: Any) -> dict[str, Any]:
    return {"type": "Property", "value": given}


async def the_call(city: City, grant: Grant, name: str = "one") -> Entity:
    page = await city.read(
        city.guard.view(grant), Query(ids=(call_id(name),), types=TypeIs("Call"))
    )
    return page.entities[0]
