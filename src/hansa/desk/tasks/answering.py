"""What an order sets of a task, and its due timer. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from hansa.base.problems import BadRequestData
from hansa.base.times import format_instant, parse_instant
from hansa.context import Entity, Timer
from hansa.desk.entities import prop
from hansa.desk.errors import WrongState
from hansa.desk.routing import Law, latest_by_law
from hansa.desk.tasks.calling import REQUEST, again
from hansa.desk.tasks.model import due_timer, limit, limit_of, resumed
from hansa.desk.tasks.states import OPEN, TaskState, TaskVerb
from hansa.desk.tasks.work import Work

_ENDS = (TaskVerb.DONE, TaskVerb.RETURN, TaskVerb.WITHDRAW)


class TaskOrder(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """The body of an order. `expect`: the change number the person looked at."""

    expect: int | None = None
    reason: str = ""
    text: str = ""
    promised: str = ""
    approved_by: str = ""


def answered(
    found: Entity, verb: TaskVerb, order: TaskOrder, after: TaskState, work: Work, now: datetime
) -> dict[str, Any]:
    """The attributes of the task that the order sets."""
    if verb is TaskVerb.NOTE:
        return {}
    if verb is TaskVerb.NEW_TIME:
        return _new_time(order, found, work, now)
    if verb is TaskVerb.PAUSE:
        _check_may_pause(found, work)
        return {
            "paused": prop(True),
            "pausedAt": prop(now),
            "pauseReason": prop(order.reason),
        }
    if verb is TaskVerb.RESUME:
        return _resume(found, work, now)
    body = {"state": prop(after.value)}
    if verb is TaskVerb.ACCEPT:
        body["acceptedAt"] = prop(now)
    if verb is TaskVerb.ON_SITE:
        body["onSiteAt"] = prop(now)
    if verb in _ENDS:
        body |= {"endedAt": prop(now), "overdue": prop(False), "paused": prop(False)}
    if verb is TaskVerb.RETURN:
        body |= {
            "reason": prop(order.reason),
            "returnedAt": prop(again(found, "returnedAt", now)),
        }
    if verb is TaskVerb.REOPEN and found.value("state") == TaskState.DONE:
        body["reopenedAt"] = prop(again(found, "reopenedAt", now))
    return body


def _by_law(found: Entity, work: Work) -> Law | None:
    return work.law if found.value("callKind") == REQUEST else None


def _check_may_pause(found: Entity, work: Work) -> None:
    if _by_law(found, work) is not None:
        raise WrongState(
            "the days that the law gives for a written request do not stand still",
            where=found.id,
            rule="law.yaml of the city's folder",
            remedy="give a new time, with a reason",
        )


def _check_extension(found: Entity, law: Law, promised: datetime) -> None:
    received, due = parse_instant(found.value("reportedAt")), parse_instant(found.value("due"))
    latest = latest_by_law(law, received, due)
    if promised > latest:
        raise BadRequestData(
            f"the law lets it be put off to {format_instant(latest)} at most",
            where="promised",
            rule="law.yaml of the city's folder",
        )
    once = law.extension is not None and found.value("extendedAt") is not None
    if once and promised > limit_of(found):
        raise WrongState(
            "the law lets it be put off once, and that has been done",
            where=found.id,
            rule="law.yaml of the city's folder: extension",
            remedy="answer it, or give a sooner time",
        )


def _new_time(order: TaskOrder, found: Entity, work: Work, now: datetime) -> dict[str, Any]:
    promised = parse_instant(order.promised)
    if promised <= now:
        raise BadRequestData("a new time lies ahead", where="promised")
    if (law := _by_law(found, work)) is not None:
        _check_extension(found, law, promised)
    late = limit(parse_instant(found.value("due")), promised) <= now
    body = {
        "promised": prop(promised),
        "approvedBy": prop(order.approved_by.strip()),
        "reason": prop(order.reason),
        "overdue": prop(late),
    }
    if _says_anew(found, promised):  # the same time told again is no other promise
        body["extendedAt"] = prop(again(found, "extendedAt", now))
    return body


def _says_anew(found: Entity, promised: datetime) -> bool:
    held = found.value("promised")
    return held is None or parse_instant(held) != promised


def _resume(found: Entity, work: Work, now: datetime) -> dict[str, Any]:
    organization = work.organization(str(found.value("assignedTo")))
    since = parse_instant(found.value("pausedAt"))
    due = resumed(organization, parse_instant(found.value("due")), since, now)
    return {"paused": prop(False), "due": prop(due)}


def timers_of(
    found: Entity, verb: TaskVerb, body: Mapping[str, Any], now: datetime
) -> Sequence[Timer]:
    if verb in _ENDS or verb is TaskVerb.PAUSE:
        return (due_timer(found.id, None),)
    if verb is TaskVerb.NEW_TIME:
        at = limit(parse_instant(found.value("due")), parse_instant(body["promised"]["value"]))
        return () if found.value("paused") else (due_timer(found.id, at),)
    if verb is TaskVerb.RESUME:
        at = max(limit_of(found), parse_instant(body["due"]["value"]))
        return () if found.value("overdue") else (due_timer(found.id, at),)
    if verb is TaskVerb.REOPEN and found.value("state") not in OPEN:
        return (due_timer(found.id, max(limit_of(found), now)),)
    return ()
