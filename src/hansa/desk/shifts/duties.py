"""What follows when a duty falls due, or was not done in time: changes and timers. Pure.

A durable timer per duty rings at its next time; what was slept through while the node stood
still is written too, as missed, so that the sheet says it and nobody has to guess.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hansa.base.times import format_instant
from hansa.context import Change, Entity, Note, Op, Timer
from hansa.desk.entities import prop, refers
from hansa.desk.shifts.entities import DUTY, duty_id, line
from hansa.desk.shifts.model import Duty, DutyState
from hansa.desk.shifts.plan import next_occurrence, occurrences

CONSUMER = "shifts"
SPACE = "desk:duties"  # notes: duty -> the time its timer is set for
MACHINE = "machine:desk"
_MOST = 48  # of one duty that was slept through: two days of an hourly one


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be written."""

    changes: tuple[Change, ...] = ()
    timers: tuple[Timer, ...] = ()
    notes: tuple[Note, ...] = ()


def awaited(duty: Duty, after: datetime, zone: ZoneInfo) -> Outcome:
    """The timer of the next time after a moment."""
    due = next_occurrence(duty, after, zone)
    at = format_instant(due)
    timer = Timer(CONSUMER, f"due {duty.key}", due, {"due": duty.key, "at": at})
    return Outcome(timers=(timer,), notes=(Note(SPACE, duty.key, at),))


def given_up(duty: str) -> Outcome:
    """A duty that the city's file no longer has."""
    return Outcome(timers=(Timer(CONSUMER, f"due {duty}", None),), notes=(Note(SPACE, duty, None),))


def fallen_due(
    duty: Duty,
    at: datetime,
    now: datetime,
    zone: ZoneInfo,
    shift: str | None,
    known: Collection[str] = (),
) -> Outcome:
    """The timer set for `at` has rung: that time and those slept through since, and the next."""
    times = (at, *occurrences(duty, at, now, zone))[-_MOST:]
    fresh = [one for one in times if duty_id(duty.key, one) not in known]
    following = awaited(duty, max(now, at), zone)
    return Outcome(
        tuple(_occurrence(duty, one, shift) for one in fresh),
        (*following.timers, *(_deadline(duty, one) for one in fresh)),
        following.notes,
    )


def not_done(duty: Entity, escalate: str, now: datetime) -> Outcome:
    """Its time is over: a line says so, and the role that wants to know is named."""
    if duty.value("state") != DutyState.DUE:
        return Outcome()
    body: dict[str, Any] = {"state": prop(DutyState.MISSED.value)}
    if escalate:
        body["escalatedTo"] = prop(escalate)
    told = line(
        "duty-missed",
        now,
        {"by": prop(MACHINE)},
        shift=duty.value("refShift"),
        post=str(duty.value("post")),
        subject=duty.id,
        text=duty.value("title"),
        machine=True,
        local=f"{duty.id.rpartition(':Duty:')[2]}:missed",
    )
    return Outcome((told, Change(Op.APPEND, duty.id, body)))


def ids_of(duty: Duty, at: datetime, now: datetime, zone: ZoneInfo) -> Sequence[str]:
    """The entities that `fallen_due` may write."""
    return [duty_id(duty.key, one) for one in (at, *occurrences(duty, at, now, zone))[-_MOST:]]


def _occurrence(duty: Duty, due: datetime, shift: str | None) -> Change:
    body: dict[str, Any] = {
        "type": DUTY,
        "duty": prop(duty.key),
        "title": {"type": "LanguageProperty", "languageMap": dict(duty.title)},
        "post": prop(duty.post),
        "due": prop(due),
        "missedFrom": prop(due + duty.within),
        "state": prop(DutyState.DUE.value),
    }
    if shift is not None:
        body["refShift"] = refers(shift)
    return Change(Op.CREATE, duty_id(duty.key, due), body)


def _deadline(duty: Duty, due: datetime) -> Timer:
    name = duty_id(duty.key, due)
    return Timer(CONSUMER, missed_timer(name), due + duty.within, {"missed": name})


def missed_timer(duty: str) -> str:
    """The key of the timer that tells that an occurrence was not done in time."""
    return f"missed {duty}"
