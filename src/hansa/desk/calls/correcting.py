"""A card that was filled wrongly: another stands for it, and the wrong one stays readable.

Both change in one write, so that a call is never struck without its correction, nor there twice.
"""

from dataclasses import replace
from typing import Any

import msgspec

from hansa.base.problems import BadRequestData, Conflict
from hansa.context import Change, City, Entity, Op, Unchanged
from hansa.desk.calls.card import Card, parse_card
from hansa.desk.calls.finding import call_of, faster
from hansa.desk.calls.model import Calling, due_timer, line
from hansa.desk.calls.states import KIND, CallState, CallVerb, step
from hansa.desk.calls.taking import ROOM, Taken, Written, numbered, write_up
from hansa.desk.entities import prop, refers
from hansa.guard import Grant


def parse_correction(body: Any, calling: Calling, now: Any) -> tuple[int, Card]:
    """The change number it was decided on, and the card as it should be."""
    if not isinstance(body, dict) or not isinstance(body.get("expect"), int):
        raise BadRequestData(
            "an order says which state of the call it was decided on",
            where="expect",
            remedy="send the change number of the call you looked at",
        )
    card = {name: one for name, one in body.items() if name != "expect"}
    return body["expect"], parse_card(card, calling, now)


async def correct(
    city: City, grant: Grant, calling: Calling, call: str, expect: int, card: Card
) -> Taken:
    """Keep the right card and strike the wrong one. Raises as `orders.give` does."""
    through = city.guard.through(grant, ROOM)
    found = await call_of(city, city.guard.view(grant), call)
    if expect != found.change:
        raise await faster(city, grant, found, expect)
    step(str(found.value("state")), CallVerb.STRIKE, call)
    incident = str(found.value("refIncident") or "")
    if incident and not card.incident:  # what was opened for it stays its own
        card = msgspec.structs.replace(card, incident=incident)
    same = _same(found, card)
    written = await write_up(city, grant, calling, card, grant, send=not same)
    struck = {
        "state": prop(CallState.STRUCK.value),
        "correctedBy": refers(written.id),
        "overdue": prop(False),
    }
    told = line(
        call,
        KIND[CallVerb.STRIKE],
        grant,
        city.clock.now(),
        body=found.document,
        more={"refOther": refers(written.id)},
    )
    whole: Written = replace(
        written,
        body={
            **_kept(found, same=same),
            **_without(written.body, card, same=same),
            "corrects": refers(call),
        },
        changes=(
            told,
            *written.changes,
            *(_task(found, written.id) if same else ()),
            Change(Op.APPEND, call, struck),
        ),
        timers=(*written.timers, due_timer(call, None)),
    )
    try:
        return await numbered(
            city, through, calling, whole, expect=(Unchanged(call, found.change),)
        )
    except Conflict as conflict:
        newer = await call_of(city, city.guard.view(grant), call)
        if newer.change == found.change:
            raise
        raise await faster(city, grant, newer, found.change) from conflict


_HISTORY = ("reopened", "callBack", "calledBackAt", "callBackTries")
_GOES_ON = (
    *_HISTORY, "state", "refOutage", "refTask", "organizations", "due", "closedAt", "closeReason",
)  # fmt: skip
_BEGINNING = ("state", "reopened", "due", "organizations", "refTask")


def _same(found: Entity, card: Card) -> bool:
    """Whether it is about the same at the same house: then whoever works on it goes on.

    Else it is sent anew, and who had the wrong card hears that it was struck.
    """
    where = str(found.value("refBuilding") or "")
    return card.theme == str(found.value("theme") or "") and card.building == where


def _kept(found: Entity, *, same: bool) -> dict[str, Any]:
    """What has become of the call goes on with its correction."""
    held = {name: found.attribute(name) for name in (_GOES_ON if same else _HISTORY)}
    return {name: one for name, one in held.items() if one is not None}


def _without(body: dict[str, Any], card: Card, *, same: bool) -> dict[str, Any]:
    """What the new card says, less what only says that nothing has become of it yet."""
    beginning = _BEGINNING if same and not card.outage else ("reopened",)
    return {name: one for name, one in body.items() if name not in beginning}


def _task(found: Entity, correction: str) -> tuple[Change, ...]:
    """The task of the call is the task of its correction."""
    task = found.value("refTask")
    return (Change(Op.APPEND, str(task), {"refCall": refers(correction)}),) if task else ()
