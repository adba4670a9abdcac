"""Holds: what must not be erased though its time is over, or though somebody asked for it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from hansa.base.ids import check_uri, fresh, urn
from hansa.base.problems import BadRequestData, Conflict, ResourceNotFound
from hansa.base.times import format_instant, parse_instant
from hansa.context import Change, City, Entity, Op, Query, TypeIs, Unchanged
from hansa.desk.entities import listed, prop, refers, said_by
from hansa.desk.privacy.model import PrivacySettings
from hansa.guard import Grant

HOLD = "ErasureHold"
ROOM = "privacy"
_LONGEST = 200
_MOST = 500


class NewHold(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to be kept (records, or all that a rule speaks of), why and until when."""

    reason: str
    until: str
    entities: tuple[str, ...] = ()
    rule: str = ""


async def hold(city: City, grant: Grant, settings: PrivacySettings, wish: NewHold) -> str:
    """Keep something from being erased; the id of the hold."""
    through, now = city.guard.through(grant, ROOM), city.clock.now()
    until = _checked(settings, wish, now)
    name = urn(HOLD, fresh(now))
    body: dict[str, Any] = {
        "type": HOLD,
        "reason": prop(wish.reason.strip()),
        "until": prop(until),
        "at": prop(now),
        **said_by(grant),
    }
    if wish.entities:
        body["refEntity"] = refers([check_uri(one, "entities") for one in wish.entities])
    if wish.rule:
        body["rule"] = prop(wish.rule)
    await city.write(through, [Change(Op.CREATE, name, body)])
    return name


def _checked(settings: PrivacySettings, wish: NewHold, now: datetime) -> datetime:
    until = parse_instant(wish.until)
    if until <= now:
        raise BadRequestData(f"{format_instant(until)} has passed already", where="until")
    if not wish.reason.strip() or len(wish.reason) > _LONGEST:
        raise BadRequestData(
            f"a hold names its reason in at most {_LONGEST} characters",
            where="reason",
            remedy="write the number of the order or case, and no names",
        )
    if bool(wish.entities) == bool(wish.rule) or len(wish.entities) > _MOST:
        raise BadRequestData(
            f"a hold is of records (at most {_MOST}) or of a rule", where="entities, rule"
        )
    if wish.rule and settings.rule(wish.rule) is None:
        raise BadRequestData(f"there is no rule {wish.rule}", where="rule")
    return until


async def lift(city: City, grant: Grant, name: str, expect: int) -> None:
    """End a hold before its time."""
    through, now = city.guard.through(grant, ROOM), city.clock.now()
    query = Query(ids=(name,), types=TypeIs(HOLD))
    page = await city.read(city.guard.view(grant), query)
    if not page.entities:
        raise ResourceNotFound(f"there is no hold {name}", where="id")
    if not _holds(page.entities[0], now):
        raise Conflict("the hold is over already", where=name)
    body = {"liftedBy": prop(grant.actor), "liftedAt": prop(now)}
    await city.write(through, [Change(Op.APPEND, name, body)], expect=[Unchanged(name, expect)])


async def all_holds(city: City, grant: Grant) -> Sequence[Entity]:
    """Every hold there ever was, the newest first."""
    page = await city.read(city.guard.view(grant), Query(types=TypeIs(HOLD)))
    return sorted(page.entities, key=lambda one: str(one.value("at")), reverse=True)


def _holds(one: Entity, now: datetime) -> bool:
    return not one.value("liftedAt") and parse_instant(one.value("until")) > now


class Held:
    """What is held now."""

    def __init__(self, holds: Iterable[Entity], now: datetime) -> None:
        live = [one for one in holds if _holds(one, now)]
        self.rules = frozenset(str(rule) for one in live if (rule := one.value("rule")))
        self.entities = frozenset(name for one in live for name in listed(one.value("refEntity")))

    def check(self, entities: Collection[str]) -> None:
        """Conflict where one of these is held."""
        if found := sorted(self.entities.intersection(entities)):
            raise Conflict(
                f"{len(found)} of them must be kept: {', '.join(found[:3])}",
                where="entities",
                rule="a hold keeps it from being erased",
                remedy="lift the hold first, or leave these out",
            )


async def held_now(city: City, grant: Grant) -> Held:
    """What is held at this moment."""
    return Held(await all_holds(city, grant), city.clock.now())


def told(one: Entity, now: datetime) -> dict[str, Any]:
    """A hold as a page shows it."""
    lifted = one.value("liftedAt")
    state = "lifted" if lifted else "held" if _holds(one, now) else "over"
    names = ("reason", "rule", "until", "by", "onBehalf", "at", "liftedBy", "liftedAt")
    return {
        "id": one.id,
        "change": one.change,
        "state": state,
        "entities": list(listed(one.value("refEntity"))),
        **{name: one.value(name) for name in names},
    }
