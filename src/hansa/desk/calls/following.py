"""What follows for a call from its timers, and from what others did about it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hansa.base.times import parse_instant
from hansa.context import Change, ChangeKind, Entity, Op, Record, Timer, Unchanged, instance_value
from hansa.desk.calls.model import BY, due_timer, line, local_of
from hansa.desk.calls.states import WAITING, CallState
from hansa.desk.entities import prop
from hansa.desk.outages.model import MACHINE as OUTAGES


@dataclass(frozen=True, slots=True)
class Following:
    """What is to be written for a call."""

    changes: tuple[Change, ...] = ()
    timers: tuple[Timer, ...] = ()
    expect: tuple[Unchanged, ...] = ()


NOTHING = Following()


def ends(record: Record) -> bool:
    """Whether the record says that the work on a call is over."""
    return _state(record) == CallState.DONE


def freed(record: Record) -> bool:
    """Whether an outage that was none has let the call go, so that somebody must be asked."""
    told = record.kind is ChangeKind.UPDATED and record.actor == OUTAGES
    return told and _state(record) == CallState.NEW


def moves(record: Record) -> bool:
    """Whether the record says in what state a call is: a request may have been forwarded."""
    return record.kind is ChangeKind.UPDATED and bool(_state(record))


def _state(record: Record) -> str:
    state = record.fragment.get("state")
    return str(instance_value(state)) if isinstance(state, dict) else ""


def rung(call: Entity, record: Record, now: datetime) -> Following:
    """A due time came, or the day on which a request must be with who is competent."""
    payload: Mapping[str, Any] = record.timer[2] if record.timer is not None else {}
    if "forward" in payload:
        return forwarded(call, record, now)
    if call.value("state") not in WAITING or call.value("overdue") or call.value("refTask"):
        return NOTHING  # a late task says so itself
    if parse_instant(str(payload["due"])) < parse_instant(str(call.value("due"))):
        return NOTHING
    return Following(_told(call, record, "call-overdue", now, {"overdue": prop(True)}))


def settled(call: Entity, _: Record, __: datetime) -> Following:
    """It is done (its outage is over, its task done): what is done is late no more."""
    if call.value("state") in WAITING or not call.value("overdue"):
        return NOTHING
    change = Change(Op.APPEND, call.id, {"overdue": prop(False)})
    return Following((change,), (due_timer(call.id, None),))


def forwarded(call: Entity, record: Record, now: datetime) -> Following:
    """A request lies with the desk past the day of the law; or it lies there no more."""
    limit = call.value("forwardBy")
    if limit is None:
        return NOTHING
    late = call.value("state") == CallState.NEW and parse_instant(str(limit)) <= now
    if late == bool(call.value("forwardOverdue")):
        return NOTHING
    body = {"forwardOverdue": prop(late)}
    if not late:
        return Following((Change(Op.APPEND, call.id, body),))
    return Following(_told(call, record, "call-forward-overdue", now, body))


def _told(
    call: Entity, record: Record, kind: str, now: datetime, body: Mapping[str, Any]
) -> tuple[Change, ...]:
    local = f"{local_of(call.id)}:{record.number}:{kind}"
    told = line(call.id, kind, BY, now, body=call.document, local=local)
    return told, Change(Op.APPEND, call.id, body)
