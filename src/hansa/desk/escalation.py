"""Who hears of an incident that nobody takes, and when: durable timers and their answer. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hansa.base.times import format_instant
from hansa.context import Change, Op, Timer
from hansa.desk.entities import CONSUMER, MACHINE, due_timer, entry, local_name, prop
from hansa.desk.model import NOTHING, Known, Response
from hansa.desk.rules import EscalationStep, When
from hansa.desk.settings import DeskSettings
from hansa.desk.states import State


def timers(
    incident: Known, settings: DeskSettings, since: datetime, now: datetime, was: str = ""
) -> tuple[Timer, ...]:
    """All timers of an incident that nobody has taken since then: its due time, its steps.

    `was`: the severity it had; what its timers told by now is not told again.
    """
    due = incident.due
    found = [] if due is None or due <= now else [_due(incident.id, due)]
    for index, step in enumerate(settings.escalation):
        start = since if step.when is When.UNACKNOWLEDGED else due
        if start is None or not step.concerns(incident.severity):
            continue
        at = start + step.after
        if at > now or (was and not step.concerns(was)):
            found.append(_step(incident.id, index, step, max(at, now)))
    return tuple(found)


def silence(incident: str, settings: DeskSettings) -> tuple[Timer, ...]:
    """The timers of an incident taken back: somebody took it, or it is over."""
    keys = [due_timer(incident), *(_key(incident, n) for n, _ in enumerate(settings.escalation))]
    return tuple(Timer(CONSUMER, key, None) for key in keys)


def escalated(incident: Known, payload: Mapping[str, Any], number: int, now: datetime) -> Response:
    """A step's time came: the role hears of it, unless somebody has taken the incident."""
    if incident.state != State.NEW:
        return NOTHING
    role = prop(str(payload["escalate"]))
    local = f"{local_name(incident.id)}:{number}:escalated-to"
    line = entry(
        local, incident.id, "escalated-to", MACHINE, now, machine=True, more={"escalatedTo": role}
    )
    return Response(incident, (line, Change(Op.APPEND, incident.id, {"escalatedTo": role})))


def _due(incident: str, due: datetime) -> Timer:
    payload = {"incident": incident, "due": format_instant(due)}
    return Timer(CONSUMER, due_timer(incident), due, payload)


def _step(incident: str, index: int, step: EscalationStep, at: datetime) -> Timer:
    payload = {"incident": incident, "escalate": step.to}
    return Timer(CONSUMER, _key(incident, index), at, payload)


def _key(incident: str, index: int) -> str:
    return f"escalate {index} {incident}"
