"""The city's level as a person sets it: confirms what the system proposes, or says otherwise.

One entity `CityStatus`; its history is who set which level when, and what was proposed to them.
`confirmedLevel` is what a person set, `proposedLevel` what the system proposes (`keeping`), and
`level` the one in force: a person's stands until more is proposed than that person had seen.
Like every order it expects the state that the person looked at. The reason is free text that
names people, so it is personal and stays in the city.
"""

from typing import Any

import msgspec

from hansa.base.ids import urn
from hansa.base.problems import BadRequestData, Conflict
from hansa.base.times import format_instant
from hansa.context import Change, City, Entity, Op, Query, TypeIs, Unchanged
from hansa.desk.entities import on_behalf, prop
from hansa.desk.errors import ReasonRequired
from hansa.guard import Grant, View

STATUS = "CityStatus"
LEVEL = urn(STATUS, "city")
ROOM = "level"  # of guard/roles.yaml: who works there may set the level
_LONGEST = 4000  # characters of a reason
_STEPS = range(1, 6)
_PROPOSED = ("proposedLevel", "proposedAt", "criteria")
_TOLD = ("level", *_PROPOSED, "confirmedLevel", "confirmedBy", "confirmedAt")


class LevelOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`expect`: the change number looked at, 0 where there was none; `proposed`: what was seen."""

    expect: int
    level: int
    proposed: int
    reason: str = ""


def parse_level(body: Any) -> LevelOrder:
    """A checked order; BadRequestData and ReasonRequired name the member at fault."""
    try:
        order = msgspec.convert(body, LevelOrder)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error
    for name in ("level", "proposed"):
        if getattr(order, name) not in _STEPS:
            raise BadRequestData("the scale has the levels 1 to 5", where=name)
    if len(order.reason) > _LONGEST:
        raise BadRequestData(f"a reason has at most {_LONGEST} characters", where="reason")
    if order.level != order.proposed and not order.reason.strip():
        raise ReasonRequired(
            f"level {order.level} is not the proposed {order.proposed}, and a reason is missing",
            where="reason",
            remedy="say why the proposed level is not set",
        )
    return order


async def standing(city: City, view: View) -> dict[str, Any]:
    """The level in force, proposed and set; `change` 0 and nothing where there is none yet.

    `knownAt`: a report of that moment, or a later one, has it.
    """
    found = await _found(city, view)
    if found is None:
        return {**dict.fromkeys((*_TOLD, "knownAt")), "change": 0}
    told = {name: found.value(name) for name in _TOLD}
    return {**told, "knownAt": format_instant(found.modified_at), "change": found.change}


async def set_level(city: City, grant: Grant, order: LevelOrder) -> dict[str, Any]:
    """Set the level, as `grant`. Raises Forbidden, and Conflict where somebody was faster."""
    through = city.guard.through(grant, ROOM)
    view = city.guard.view(grant)
    found = await _found(city, view)
    body = {
        "type": STATUS,
        **_proposal(found),
        "level": prop(order.level),
        "confirmedLevel": prop(order.level),
        "proposedThen": prop(order.proposed),
        "confirmedBy": prop(grant.actor),
        **on_behalf(grant),
        "confirmedAt": prop(city.clock.now()),
    }
    if order.reason.strip():
        body["note"] = prop(order.reason.strip())
    try:
        await city.write(
            through, [Change(Op.UPSERT, LEVEL, body)], expect=(Unchanged(LEVEL, order.expect),)
        )
    except Conflict as conflict:
        now = await standing(city, view)
        raise Conflict(
            f"level {now['level']} was set by {now['confirmedBy'] or 'the system'} meanwhile",
            where="expect",
            remedy="look at it again and decide anew",
        ) from conflict
    return await standing(city, view)


def _proposal(found: Entity | None) -> dict[str, Any]:
    """What the system proposes, kept; a reason given before is not: it was for another level."""
    if found is None:
        return {}
    told = {name: found.attribute(name) for name in _PROPOSED}
    return {name: one for name, one in told.items() if one is not None}


async def _found(city: City, view: View) -> Entity | None:
    page = await city.read(view, Query(ids=(LEVEL,), types=TypeIs(STATUS)))
    return page.entities[0] if page.entities else None
