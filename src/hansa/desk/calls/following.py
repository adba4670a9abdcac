"""What follows for a call from a timer or from the end of its task. Pure.

An end makes a call `done`, not closed: whoever called is called back first.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from hansa.base.times import parse_instant
from hansa.context import Change, Entity, Op, Record, Timer, instance_value
from hansa.desk.calls.model import BY, due_timer, line, local_of
from hansa.desk.calls.states import WAITING, CallState
from hansa.desk.entities import NULL, prop, refers

Answer: TypeAlias = Callable[[Entity, Record, Entity | None, datetime], Sequence[Change]]
"""(call, record, the task, now) -> a line and the change of the call; or nothing."""

_ENDS = ("done", "returned", "withdrawn")


def ends(record: Record) -> bool:
    """Whether the record says that a task, or the work on a call, is over."""
    state = record.fragment.get("state")
    return isinstance(state, dict) and instance_value(state) in _ENDS


def late(call: Entity, record: Record, _: Entity | None, now: datetime) -> list[Change]:
    """A due time came, and the call still waits."""
    payload: Mapping[str, Any] = record.timer[2] if record.timer is not None else {}
    if call.value("state") not in WAITING or call.value("overdue"):
        return []
    if parse_instant(str(payload["due"])) < parse_instant(str(call.value("due"))):
        return []
    return _told(call, record, "call-overdue", now, {"overdue": prop(True)})


def answered(call: Entity, record: Record, task: Entity | None, now: datetime) -> list[Change]:
    """The organisation has done it, or will not: then the desk looks for another."""
    if task is None or call.value("state") != CallState.ROUTED or call.value("refTask") != task.id:
        return []
    more = {"refTask": refers(task.id)}
    if task.value("state") == "done":
        body = {"state": prop(CallState.DONE.value), "overdue": prop(False)}
        return _told(call, record, "call-done", now, body, more)
    if task.value("state") in ("returned", "withdrawn"):
        body = {"state": prop(CallState.NEW.value), "refTask": NULL}
        return _told(call, record, "call-returned", now, body, more)
    return []


def settled(call: Entity, _: Record, __: Entity | None, ___: datetime) -> list[Change]:
    """Somebody else made it done (the outage is over): what is done is late no more."""
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
