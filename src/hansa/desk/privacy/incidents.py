"""Incidents that a person's call opened: what is kept with them of the person, and what stays.

An incident which only this person's calls are about is told by them: its notes and photographs (a
flat, a face) go with the person when the person asks. One that other calls are about too stays, and
who erases is told of it, to look through by hand. A rule of retention speaks of calls alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hansa.context import City, Entity, Query, TypeIs, parse_q
from hansa.guard import Grant, View

OPENED = "opened-by-call"  # the line that an incident begins with; desk.calls writes it
_SPEAKING = ("TimelineEntry", "Task", "Attachment")


@dataclass(frozen=True, slots=True)
class Told:
    """One incident: whether it is told by the person alone, and the entities that speak of it."""

    id: str
    alone: bool
    speaking: tuple[str, ...]
    attachments: int


async def incidents_of(city: City, grant: Grant, named: Sequence[str]) -> tuple[Told, ...]:
    """The incidents that the person's calls are about, in order of their ids."""
    calls = [one for one in named if ":Call:" in one]
    if not calls:
        return ()
    view = replace(city.guard.view(grant), personal=False, seen={})
    found = (await city.read(view, Query(ids=tuple(calls), types=TypeIs("Call")))).entities
    incidents = sorted({str(one.value("refIncident")) for one in found if one.value("refIncident")})
    return tuple([await _told(city, view, one, {*calls}) for one in incidents])


async def _told(city: City, view: View, incident: str, calls: set[str]) -> Told:
    about = await _related(city, view, "Call", incident)
    spoken = [one for kind in _SPEAKING for one in await _related(city, view, kind, incident)]
    opened = any(one.value("kind") == OPENED for one in spoken)
    return Told(
        incident,
        opened and {one.id for one in about} <= calls,
        tuple(sorted(one.id for one in spoken)),
        sum(one.types[0] == "Attachment" for one in spoken),
    )


async def _related(city: City, view: View, kind: str, incident: str) -> Sequence[Entity]:
    query = Query(types=TypeIs(kind), where=parse_q(f'refIncident=="{incident}"'))
    return (await city.read(view, query)).entities
