"""Breaches of personal data: what happened, and whom the law has told by when.

Each duty of the laws that the city follows becomes a notice with its own time; at that hour a
durable timer marks what was not told. The record is for the supervisory authority (GDPR, art.
33(5)), so nothing of it is deleted and no person is named in it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from hansa.base.ids import fresh, urn
from hansa.base.problems import BadRequestData, Conflict, ResourceNotFound
from hansa.base.times import parse_instant
from hansa.context import Change, City, Entity, Op, Query, Timer, TypeIs, Unchanged
from hansa.desk.entities import listed, prop, refers, said_by
from hansa.desk.privacy.holds import ROOM
from hansa.desk.privacy.model import PrivacySettings
from hansa.guard import Grant

BREACH, NOTICE = "PersonalDataBreach", "BreachNotice"
CONSUMER = "privacy"
_LONGEST = 4000
_MOST_PEOPLE = 1 << 40


class NewBreach(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """What is known when it is noticed; the rest is told later."""

    text: str
    noticed_at: str
    happened_at: str = ""
    data_kinds: tuple[str, ...] = ()
    people_affected: int | None = None
    measures: str = ""


class MoreOfBreach(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """What came to be known since. `expect`: the change number looked at."""

    expect: int
    text: str | None = None
    data_kinds: tuple[str, ...] | None = None
    people_affected: int | None = None
    measures: str | None = None
    close: bool = False


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """When somebody was told, and under which number they keep it."""

    expect: int
    told_at: str
    foreign_number: str = ""


async def open_breach(city: City, grant: Grant, settings: PrivacySettings, wish: NewBreach) -> str:
    """Keep a breach with its notices and their timers; its id."""
    through, now = city.guard.through(grant, ROOM), city.clock.now()
    noticed = parse_instant(wish.noticed_at)
    if noticed > now:
        raise BadRequestData("it cannot have been noticed yet", where="noticedAt")
    _check(wish.text, wish.measures, wish.people_affected)
    if not wish.text.strip():
        raise BadRequestData("say what happened, and name nobody", where="text")
    name = urn(BREACH, fresh(now))
    body: dict[str, Any] = {
        "type": BREACH,
        "text": prop(wish.text.strip()),
        "noticedAt": prop(noticed),
        "state": prop("open"),
        **said_by(grant),
    }
    if wish.happened_at:
        body["happenedAt"] = prop(parse_instant(wish.happened_at))
    body |= _known(wish.data_kinds, wish.people_affected, wish.measures)
    changes, timers = [Change(Op.CREATE, name, body)], []
    for duty in settings.duties:
        notice, due = urn(NOTICE, f"{name.rpartition(':')[2]}-{duty.key}"), duty.due(noticed)
        held = {"type": NOTICE, "refBreach": refers(name), "duty": prop(duty.key)}
        if due is not None:
            held |= {"due": prop(due), "overdue": prop(due <= now)}
            timers.append(Timer(CONSUMER, f"notice {notice}", max(due, now), {"notice": notice}))
        changes.append(Change(Op.CREATE, notice, held))
    await city.write(through, changes, timers=timers)
    return name


def _known(kinds: Sequence[str] | None, people: int | None, measures: str | None) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if kinds:
        body["dataKinds"] = prop(list(kinds))
    if people is not None:
        body["peopleAffected"] = {**prop(people), "unitCode": "C62"}
    if measures:
        body["measures"] = prop(measures.strip())
    return body


def _check(text: str | None, measures: str | None, people: int | None) -> None:
    for name, given in (("text", text), ("measures", measures)):
        if given is not None and len(given) > _LONGEST:
            raise BadRequestData(f"at most {_LONGEST} characters", where=name)
    if people is not None and not 0 <= people <= _MOST_PEOPLE:
        raise BadRequestData("a number of people", where="peopleAffected")


async def tell_more(city: City, grant: Grant, name: str, wish: MoreOfBreach) -> None:
    """Add what came to be known, or close it once everybody was told."""
    through, now = city.guard.through(grant, ROOM), city.clock.now()
    found = await _one(city, grant, BREACH, name)
    _check(wish.text, wish.measures, wish.people_affected)
    body = _known(wish.data_kinds, wish.people_affected, wish.measures)
    if wish.text and wish.text.strip():
        body["text"] = prop(wish.text.strip())
    if wish.close:
        waiting = [one for one in await _notices(city, grant, name) if not one.value("toldAt")]
        if any(one.value("due") for one in waiting):
            raise Conflict(
                "somebody has not been told yet", where="close", remedy="note first who was told"
            )
        body |= {"state": prop("closed"), "closedAt": prop(now)}
    if found.value("state") == "closed" or not body:
        raise Conflict("it is closed, or nothing new was said", where=name)
    await city.write(
        through, [Change(Op.APPEND, name, body)], expect=[Unchanged(name, wish.expect)]
    )


async def told(city: City, grant: Grant, name: str, wish: Told) -> None:
    """Note that somebody was told."""
    through, now = city.guard.through(grant, ROOM), city.clock.now()
    found = await _one(city, grant, NOTICE, name)
    at = parse_instant(wish.told_at)
    if at > now:
        raise BadRequestData("that has not come yet", where="toldAt")
    if found.value("toldAt"):
        raise Conflict("they were told already", where=name)
    due = found.value("due")
    body = {"toldAt": prop(at), **said_by(grant)}
    if due:
        body["overdue"] = prop(at > parse_instant(due))
    if wish.foreign_number.strip():
        body["foreignNumber"] = prop(wish.foreign_number.strip()[:100])
    await city.write(
        through,
        [Change(Op.APPEND, name, body)],
        expect=[Unchanged(name, wish.expect)],
        timers=[Timer(CONSUMER, f"notice {name}", None)],
    )


async def run_late(city: City, grant: Grant, name: str) -> tuple[list[Change], list[Unchanged]]:
    """What a notice's timer comes to: it is overdue, unless it was told meanwhile."""
    page = await city.read(city.guard.view(grant), Query(ids=(name,), types=TypeIs(NOTICE)))
    if not page.entities or page.entities[0].value("toldAt"):
        return [], []
    change = Change(Op.APPEND, name, {"overdue": prop(True)})
    return [change], [Unchanged(name, page.entities[0].change)]


async def shown(city: City, grant: Grant, settings: PrivacySettings) -> list[dict[str, Any]]:
    """Every breach with its notices, the newest first."""
    view = city.guard.view(grant)
    found = (await city.read(view, Query(types=TypeIs(BREACH)))).entities
    notices = (await city.read(view, Query(types=TypeIs(NOTICE)))).entities
    rank = {one.key: number for number, one in enumerate(settings.duties)}
    notices = tuple(sorted(notices, key=lambda one: rank.get(str(one.value("duty")), len(rank))))
    newest = sorted(found, key=lambda one: str(one.value("noticedAt")), reverse=True)
    names = ("text", "happenedAt", "noticedAt", "peopleAffected", "measures", "state", "by")
    return [
        {
            "id": one.id,
            "change": one.change,
            **{name: one.value(name) for name in (*names, "onBehalf", "closedAt")},
            "dataKinds": list(listed(one.value("dataKinds"))),
            "notices": [
                _notice(each, settings, city.clock.now())
                for each in notices
                if each.value("refBreach") == one.id
            ],
        }
        for one in newest
    ]


def _notice(one: Entity, settings: PrivacySettings, now: datetime) -> dict[str, Any]:
    duty = settings.duty(str(one.value("duty")))
    due = one.value("due")
    late = bool(due) and not one.value("toldAt") and parse_instant(due) <= now
    names = ("duty", "due", "toldAt", "by", "onBehalf", "foreignNumber")
    return {
        "id": one.id,
        "change": one.change,
        **{name: one.value(name) for name in names},
        "overdue": late or bool(one.value("overdue")),
        "words": {} if duty is None else duty.words,
        "cites": "" if duty is None else duty.cites,
    }


async def _notices(city: City, grant: Grant, breach: str) -> Sequence[Entity]:
    page = await city.read(city.guard.view(grant), Query(types=TypeIs(NOTICE)))
    return [one for one in page.entities if one.value("refBreach") == breach]


async def _one(city: City, grant: Grant, kind: str, name: str) -> Entity:
    page = await city.read(city.guard.view(grant), Query(ids=(name,), types=TypeIs(kind)))
    if not page.entities:
        raise ResourceNotFound(f"there is no {kind} {name}", where="id")
    return page.entities[0]
