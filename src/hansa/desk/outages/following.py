"""What follows for calls when an outage is confirmed, ends or is refused. Pure.

Confirmed: its calls are known. Ended: they are done, and the desk calls back. Refused: they are
calls like any other again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hansa.base.ids import urn
from hansa.context import Change, Op, Unchanged
from hansa.desk.entities import ENTRY, NULL, prop, refers
from hansa.desk.outages.model import MACHINE, Cut, CutState
from hansa.desk.outages.proposing import UNANSWERED, Answer, Heard, explained

RESTORED = "restored"


def for_calls(cut: Cut, calls: Sequence[Heard], number: int, now: datetime) -> Answer:
    """What the state of a cut means for the calls that are attached to it."""
    changes: list[Change] = []
    expect: list[Unchanged] = []
    for call in calls:
        written = _of_one(cut, call, number, now)
        if written:
            changes += written
            expect.append(Unchanged(call.id, call.change))
    return Answer(tuple(changes), tuple(expect))


def _of_one(cut: Cut, call: Heard, number: int, now: datetime) -> list[Change]:
    if call.state not in UNANSWERED:
        return []
    body: dict[str, Any] = {}
    match cut.state:
        case CutState.CONFIRMED | CutState.RUNNING:
            body = dict(explained(call, cut))
        case CutState.ENDED:
            body = {"state": prop("done")}
        case CutState.CANCELLED:
            body = {"refOutage": NULL}
            if call.state == "known":
                body["state"] = prop("new")
        case _:
            pass
    if not body:
        return []
    change = Change(Op.APPEND, call.id, body)
    return [_line(cut, call, number, now), change] if "state" in body else [change]


def _line(cut: Cut, call: Heard, number: int, now: datetime) -> Change:
    """A line of the call's life: why the machine moved it."""
    kind = RESTORED if cut.state is CutState.ENDED else f"outage-{cut.state}"
    body: dict[str, Any] = {
        "type": ENTRY,
        "refCall": refers(call.id),
        "refOutage": refers(cut.id),
        "kind": prop(kind),
        "by": prop(MACHINE),
        "machine": prop(True),
        "at": prop(now),
    }
    if call.organizations:
        body["organizations"] = refers(call.organizations)
    return Change(Op.UPSERT, urn(ENTRY, f"{call.id.rpartition(':')[2]}:{number}:{kind}"), body)
