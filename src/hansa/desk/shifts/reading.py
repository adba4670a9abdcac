"""Shifts as the desk's routes answer them: who is on duty, what is due, what was handed over."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hansa.base.times import format_instant, parse_instant
from hansa.context import City, Entity, Order, Path, Query, TypeIs, parse_q, world_member
from hansa.desk.shifts.entities import DUTY, LINE, SHIFT
from hansa.desk.shifts.model import DutyState, Planned, Post, ShiftSettings, ShiftState
from hansa.desk.shifts.plan import next_planned, occurrences, planned
from hansa.desk.shifts.sheet.document import digest_of
from hansa.guard import View

HANDLING = "incident-handling"
_AHEAD = timedelta(hours=12)  # of duties to come, where the plan has no shift
_MOST = 200


async def one_of(city: City, view: View, name: str, kind: str) -> Entity | None:
    """An entity of a type by its id; None where the view has none."""
    page = await city.read(view, Query(ids=(name,), types=TypeIs(kind)))
    return page.entities[0] if page.entities else None


async def last_shift(city: City, view: View, post: str) -> Entity | None:
    """The shift that was taken over last at a post."""
    query = Query(
        types=TypeIs(SHIFT),
        where=parse_q(f'post=="{post}"'),
        order=(Order(Path("takenAt"), descending=True),),
        limit=2,
    )
    page = await city.read(view, query)
    return max(page.entities, key=_recency, default=None)


async def running_shift(city: City, view: View, post: str) -> Entity | None:
    """The shift that runs at a post."""
    found = await last_shift(city, view, post)
    return found if found is not None and found.value("state") == ShiftState.RUNNING else None


async def current(city: City, view: View, settings: ShiftSettings) -> dict[str, Any]:
    """Every post: its plan, the shift that was taken over last, its duties and lines."""
    now = city.clock.now()
    if not view.admits((SHIFT,)):
        return {"now": format_instant(now), **world_member(city.world), "posts": []}
    posts = [await _post(city, view, settings, one, now) for one in settings.posts.values()]
    return {"now": format_instant(now), **world_member(city.world), "posts": posts}


async def on_duty(city: City, view: View, settings: ShiftSettings) -> list[dict[str, Any]]:
    """Who is on duty at each post (nobody: None); nothing for a view that sees no shifts."""
    if not view.admits((SHIFT,)):
        return []
    found = []
    for post in settings.posts.values():
        shift = await running_shift(city, view, post.key)
        told = None if shift is None else _value_of(shift, "onDuty", "onBehalf", "takenAt")
        found.append({"post": post.key, "title": dict(post.title), "shift": told})
    return found


async def shift_document(city: City, view: View, found: Entity) -> dict[str, Any]:
    """One shift with its lines; the frozen sheet says whether it still is what was signed."""
    return {**held(found), "lines": await _lines(city, view, found)}


async def shifts(city: City, view: View, limit: int, offset: int) -> dict[str, Any]:
    """Shifts, the last taken over first, without their sheets."""
    query = Query(
        types=TypeIs(SHIFT),
        order=(Order(Path("takenAt"), descending=True),),
        limit=limit,
        offset=offset,
        count=True,
    )
    page = await city.read(view, query)
    told = [held(one, sheet=False) for one in page.entities]
    return {"now": format_instant(city.clock.now()), "count": page.count, "shifts": told}


def held(shift: Entity, *, sheet: bool = True) -> dict[str, Any]:
    """A shift as plain values."""
    told = _value_of(
        shift,
        *("post", "onDuty", "onBehalf", "state", "takenAt", "plannedFrom", "plannedUntil"),
        *("handedOverAt", "handedOverBy", "previousShift", "digest"),
        *("outgoingSignedBy", "outgoingSignedAt", "incomingSignedBy", "incomingSignedAt"),
    )
    found = shift.value("sheet")
    if sheet and isinstance(found, Mapping):
        told |= {"sheet": found, "intact": digest_of(found) == shift.value("digest")}
    return told


async def _post(
    city: City, view: View, settings: ShiftSettings, post: Post, now: datetime
) -> dict[str, Any]:
    shift = await last_shift(city, view, post.key)
    plan, following = planned(post, now, settings.zone), next_planned(post, now, settings.zone)
    return {
        "post": post.key,
        "title": dict(post.title),
        "roles": list(post.roles),
        "planned": _plan(plan),
        "next": _plan(following),
        "shift": None if shift is None else await shift_document(city, view, shift),
        "duties": await _duties(city, view, post, shift, now),
        "coming": _coming(settings, post, now, _until(shift, plan, now)),
    }


def _until(shift: Entity | None, plan: Planned | None, now: datetime) -> datetime:
    """To when duties to come are told: the end of the shift that runs."""
    end = None if shift is None else shift.value("plannedUntil")
    until = parse_instant(end) if end else None if plan is None else plan.until
    return until if until is not None and until > now else now + _AHEAD


def _coming(
    settings: ShiftSettings, post: Post, now: datetime, until: datetime
) -> Sequence[dict[str, Any]]:
    found = [
        {"duty": duty.key, "title": dict(duty.title), "due": format_instant(moment)}
        for duty in settings.of_post(post.key)
        for moment in occurrences(duty, now, until, settings.zone)
    ]
    return sorted(found, key=lambda one: str(one["due"]))[:_MOST]


async def _duties(
    city: City, view: View, post: Post, shift: Entity | None, now: datetime
) -> list[dict[str, Any]]:
    """Those of the shift, and those of before that wait still."""
    running = shift is not None and shift.value("state") == ShiftState.RUNNING
    begin = now - _AHEAD if shift is None or not running else parse_instant(shift.value("takenAt"))
    since = format_instant(begin.replace(microsecond=0))
    where = f'post=="{post.key}";(due>="{since}"|state=="{DutyState.DUE}")'
    page = await city.read(view, Query(types=TypeIs(DUTY), where=parse_q(where)))
    told = [
        _value_of(
            one,
            *("duty", "title", "due", "missedFrom", "state", "doneBy", "onBehalf", "doneAt"),
            "escalatedTo",
        )
        for one in page.entities
    ]
    return sorted(told, key=lambda one: (str(one["due"]), one["id"]))[-_MOST:]


async def _lines(city: City, view: View, shift: Entity) -> list[dict[str, Any]]:
    """Lines of a shift, oldest first; notes are personal and read for the purpose they serve."""
    query = Query(types=TypeIs(LINE), where=parse_q(f'refShift=="{shift.id}"'))
    handling = city.guard.view(replace(view.grant, purpose=HANDLING))
    page = await city.read(handling, query)
    told = [
        _value_of(one, "kind", "by", "onBehalf", "machine", "at", "text", "note", "subject")
        for one in page.entities
    ]
    return sorted(told, key=lambda one: (str(one["at"]), one["id"]))


def _recency(shift: Entity) -> tuple[str, bool]:
    """Two may be taken over at one moment of a clock that stands; one of them runs."""
    return str(shift.value("takenAt")), shift.value("state") == ShiftState.RUNNING


def _plan(one: Planned | None) -> dict[str, str] | None:
    if one is None:
        return None
    return {"from": format_instant(one.begin), "until": format_instant(one.until)}


def _value_of(entity: Entity, *names: str) -> dict[str, Any]:
    return {
        "id": entity.id,
        "change": entity.change,
        **{name: entity.value(name) for name in names},
    }
