"""What people order about suppressions: plan one, cancel one, look at all.

A plan is one write: the entity and the timers at which it begins and ends. The watch hears of
both through the log, so nothing here touches an alert.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from hansa.base.ids import fresh, urn
from hansa.base.problems import BadRequestData, Conflict, ResourceNotFound
from hansa.base.times import format_instant, parse_instant
from hansa.context import Change, City, Entity, Op, Query, Timer, TypeIs, Unchanged, parse_geo
from hansa.guard import Grant, View
from hansa.watch.plan import CONSUMER
from hansa.watch.suppression import (
    ACTIVE,
    PLANNED,
    REASONS,
    SUPPRESSION,
    Suppression,
    suppression_of,
)

LONGEST = timedelta(days=92)
_NOTE = 1000  # characters


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """The body of a plan. `from_` absent: at once. `until` is never absent."""

    until: str
    reason: str
    from_: str | None = msgspec.field(default=None, name="from")
    rule: str = ""
    sector: str = ""
    entity: str = ""
    area: dict[str, Any] | None = None
    note: str = ""


def parse_wish(body: Any, rules: frozenset[str], sectors: frozenset[str]) -> Wish:
    """A checked plan; BadRequestData names the member at fault."""
    try:
        wish = msgspec.convert(body, Wish)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error
    if not (wish.rule or wish.sector or wish.entity or wish.area):
        raise BadRequestData(
            "this would silence the whole city",
            where="rule",
            remedy="name a rule, a sector, an entity or an area",
        )
    _check_member("rule", wish.rule, rules)
    _check_member("sector", wish.sector, sectors)
    if wish.reason not in REASONS:
        raise BadRequestData("a reason is missing", where="reason", remedy=" ".join(REASONS))
    if len(wish.note) > _NOTE:
        raise BadRequestData(f"a note has at most {_NOTE} characters", where="note")
    if wish.area is not None:
        geometry, coordinates = wish.area.get("type"), wish.area.get("coordinates")
        parse_geo("intersects", str(geometry), coordinates)
    return wish


def _check_member(name: str, given: str, known: frozenset[str]) -> None:
    if given and given not in known:
        raise BadRequestData(
            f"there is no {name} {given!r}", where=name, remedy=", ".join(sorted(known))
        )


async def plan(city: City, grant: Grant, wish: Wish) -> str:
    """Plan a suppression as `grant`; answers its id."""
    through = city.guard.through(grant, CONSUMER)
    now = city.clock.now()
    begins = now if wish.from_ is None else max(parse_instant(wish.from_), now)
    ends = parse_instant(wish.until)
    if not begins < ends <= begins + LONGEST:
        raise BadRequestData(
            "it must end after it begins, and within 92 days",
            where="until",
            remedy="plan it anew when it is still needed then",
        )
    name = urn(SUPPRESSION, fresh(now))
    body = _body(wish, begins, ends, grant.actor, now)
    moments = {"begins": begins if begins > now else None, "ends": ends}
    await city.write(
        through,
        [Change(Op.CREATE, name, body)],
        timers=[_timer(name, step, due) for step, due in moments.items()],
    )
    return name


def _body(
    wish: Wish, begins: datetime, ends: datetime, actor: str, now: datetime
) -> dict[str, Any]:
    given: dict[str, Any] = {
        "rule": wish.rule,
        "sector": wish.sector,
        "validFrom": format_instant(begins),
        "validTo": format_instant(ends),
        "reason": wish.reason,
        "note": wish.note.strip(),
        "plannedBy": actor,
        "plannedAt": format_instant(now),
    }
    body: dict[str, Any] = {name: _property(one) for name, one in given.items() if one}
    if wish.entity:
        body["refEntity"] = {"type": "Relationship", "object": wish.entity}
    if wish.area is not None:
        body["location"] = {"type": "GeoProperty", "value": wish.area}
    return {"type": SUPPRESSION, **body}


async def cancel(city: City, grant: Grant, name: str) -> None:
    """End a suppression now; Conflict where it is over already."""
    through = city.guard.through(grant, CONSUMER)
    page = await city.read(city.guard.view(grant), Query(ids=(name,), types=TypeIs(SUPPRESSION)))
    if not page.entities:
        raise ResourceNotFound(f"there is no suppression {name}", where="id")
    (found,) = page.entities
    now = city.clock.now()
    if (state := suppression_of(found).state(now)) not in (ACTIVE, PLANNED):
        raise Conflict(f"the suppression is {state} already", where="id")
    body = {
        "cancelledBy": _property(grant.actor),
        "cancelledAt": _property(format_instant(now)),
    }
    await city.write(
        through,
        [Change(Op.APPEND, name, body)],
        expect=[Unchanged(name, found.change)],
        timers=[_timer(name, step, None) for step in ("begins", "ends")],
    )


async def listed(city: City, view: View) -> list[dict[str, Any]]:
    """Every suppression with its state and how many open alerts it holds down; newest first."""
    page = await city.read(view, Query(types=TypeIs(SUPPRESSION)))
    held = await _held(city, view)
    now = city.clock.now()
    found = sorted(page.entities, key=lambda one: str(one.value("plannedAt")), reverse=True)
    return [_row(one, suppression_of(one), held.get(one.id, 0), now) for one in found]


async def _held(city: City, view: View) -> Mapping[str, int]:
    columns = ("suppressedBy", "suppressed")
    table = await city.table(view, "Alert", columns, where='state=="open";suppressed==true')
    found: dict[str, int] = {}
    for by, _ in table.rows:
        found[str(by)] = found.get(str(by), 0) + 1
    return found


def _row(entity: Entity, one: Suppression, held: int, now: datetime) -> dict[str, Any]:
    plain = {
        name: entity.value(name)
        for name in ("reason", "note", "plannedBy", "plannedAt", "cancelledBy", "cancelledAt")
    }
    return {
        "id": one.id,
        "state": one.state(now),
        "rule": one.scope.rule,
        "sector": one.scope.sector,
        "entity": one.scope.entity,
        "area": one.scope.area,
        "from": format_instant(one.begins),
        "until": format_instant(one.ends),
        "alerts": held,
        **plain,
    }


def _timer(name: str, step: str, due: datetime | None) -> Timer:
    return Timer(CONSUMER, f"suppression {name} {step}", due, {"suppression": name})


def _property(value: Any) -> dict[str, Any]:
    return {"type": "Property", "value": value}
