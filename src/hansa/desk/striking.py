"""Striking a timeline entry: a correcting entry is written, the struck one stays readable.

An entry is struck while a correcting entry that is not itself struck names it; so a strike is taken
back by striking it. Only the author of an entry, or a duty officer, may strike it.
"""

from typing import Any

import msgspec

from hansa.base.ids import check_uri, fresh
from hansa.base.problems import BadRequestData, Conflict, Forbidden, ResourceNotFound
from hansa.context import Change, City, Entity, NoneOpen, Op, Query, TypeIs
from hansa.desk.entities import ENTRY, entry, prop, refers
from hansa.desk.errors import WrongState
from hansa.desk.finding import incident_of
from hansa.desk.orders import LONGEST, Done
from hansa.guard import Grant

STRUCK = "struck"  # the kind of the correcting entry
_IN_CHARGE = "duty-officer"


class StrikeOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`entry`: the line at fault; `text`: why it is."""

    entry: str
    text: str


def parse_strike(body: Any) -> StrikeOrder:
    """A checked order; BadRequestData names the member at fault."""
    try:
        order = msgspec.convert(body, StrikeOrder)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error
    if not 0 < len(order.text.strip()) <= LONGEST:
        raise BadRequestData(f"a reason has 1 to {LONGEST} characters", where="text")
    return order


async def strike(city: City, grant: Grant, incident: str, order: StrikeOrder) -> Done:
    """Write the correcting entry. Raises ResourceNotFound, Forbidden, WrongState."""
    through = city.guard.through(grant, _room(city, grant))
    found = await incident_of(city, grant, incident)
    line = await _line(city, grant, incident, check_uri(order.entry, "entry"))
    if grant.actor != line.value("by") and grant.role != _IN_CHARGE:
        raise Forbidden(
            f"{line.value('by')} wrote the line",
            where="entry",
            rule="a line is struck by its author or by the duty officer",
        )
    now = city.clock.now()
    told = entry(
        fresh(now),
        incident,
        STRUCK,
        grant,
        now,
        machine=False,
        more={"strikes": refers(line.id), "note": prop(order.text.strip()), **_seen_by(line)},
    )
    told = told._replace(opens=_key(line.id))
    before = line.value("strikes")
    # striking a strike gives the line it struck back: nothing holds it any more
    freed = () if before is None else (Change(Op.APPEND, line.id, {}, closes=_key(str(before))),)
    try:
        await city.write(through, [told, *freed], expect=(NoneOpen(_key(line.id)),))
    except Conflict as conflict:
        raise WrongState(
            "the line is struck already",
            where=line.id,
            remedy="strike the line that struck it, to take that back",
        ) from conflict
    return Done(incident, str(found.value("state")), found.change)


def _room(city: City, grant: Grant) -> str:
    """The room whose lines the role writes: a dispatcher corrects what it wrote about its task."""
    return "tasks" if "desk" not in city.guard.policy.role(grant.role).works else "desk"


def _seen_by(line: Entity) -> dict[str, Any]:
    """Who sees a line sees that it was struck."""
    seen = line.attribute("organizations")
    return {} if seen is None else {"organizations": seen}


async def _line(city: City, grant: Grant, incident: str, name: str) -> Entity:
    query = Query(ids=(name,), types=TypeIs(ENTRY))
    page = await city.read(city.guard.view(grant), query)
    if not page.entities or page.entities[0].value("refIncident") != incident:
        raise ResourceNotFound(f"the incident has no line {name}", where="entry")
    return page.entities[0]


def _key(line: str) -> str:
    """Held by the entry that strikes a line."""
    return f"struck:{line}"
