"""What follows for a call from its timer, and from being done without the desk. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from hansa.base.times import parse_instant
from hansa.context import Change, Entity, Op, Record, Timer, instance_value
from hansa.desk.calls.model import BY, due_timer, line, local_of
from hansa.desk.calls.states import WAITING, CallState
from hansa.desk.entities import prop

Answer: TypeAlias = Callable[[Entity, Record, datetime], Sequence[Change]]
"""(call, record, now) -> a line and the change of the call; or nothing."""


def ends(record: Record) -> bool:
    """Whether the record says that the work on a call is over."""
    state = record.fragment.get("state")
    return isinstance(state, dict) and instance_value(state) == CallState.DONE


def late(call: Entity, record: Record, now: datetime) -> list[Change]:
    """A due time came, and the call still waits."""
    payload: Mapping[str, Any] = record.timer[2] if record.timer is not None else {}
    if call.value("state") not in WAITING or call.value("overdue") or call.value("refTask"):
        return []  # a late task says so itself
    if parse_instant(str(payload["due"])) < parse_instant(str(call.value("due"))):
        return []
    return _told(call, record, "call-overdue", now, {"overdue": prop(True)})


def settled(call: Entity, _: Record, __: datetime) -> list[Change]:
    """It is done (its outage is over, its task done): what is done is late no more."""
    if call.value("state") in WAITING or not call.value("overdue"):
        return []
    return [Change(Op.APPEND, call.id, {"overdue": prop(False)})]


def _told(
    call: Entity,
    record: Record,
    kind: str,
    now: datetime,
    body: Mapping[str, Any],
    more: Mapping[str, Any] | None = None,
) -> list[Change]:
    local = f"{local_of(call.id)}:{record.number}:{kind}"
    told = line(call.id, kind, BY, now, body=call.document, more=more, local=local)
    return [told, Change(Op.APPEND, call.id, body)]


def silenced(call: Entity, changes: Sequence[Change]) -> Sequence[Timer]:
    """What is done is late no more."""
    body = changes[-1].body
    done = "overdue" in body and not instance_value(body["overdue"])
    return (due_timer(call.id, None),) if done else ()
