"""What follows for calls when an outage is confirmed, ends or is refused. Pure.

Confirmed: its calls are known. Ended: they are done, and the desk calls back. Refused: they are
calls like any other again, and the keeper of calls sends each to whom the table names.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hansa.context import Change, Op, Unchanged
from hansa.desk.entities import NULL, prop
from hansa.desk.outages.model import Cut, CutState
from hansa.desk.outages.proposing import UNANSWERED, Answer, Heard, explained, line_of

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
    kind, body = f"outage-{cut.state}", dict[str, Any]()
    match cut.state:
        case CutState.CONFIRMED | CutState.RUNNING:
            body = dict(explained(call, cut))
        case CutState.ENDED:
            kind, body = RESTORED, {"state": prop("done")}
        case CutState.CANCELLED:
            body = {"refOutage": NULL, "state": prop("new")}
        case _:
            return []
    told = line_of(call, cut.id, kind, number, now)
    return [told, Change(Op.APPEND, call.id, body)] if body else [told]
