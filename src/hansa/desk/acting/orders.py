"""Appointing somebody to act, and taking it back.

Whoever may appoint does so for themselves and the role in use; who keeps the accounts may for
anybody. Who acts for another appoints nobody in their name. The appointment is an entity; guard
hears of it in the same commit, and its begin and end are timers that leave a line.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from hansa.base.ids import fresh, urn
from hansa.base.problems import BadRequestData, Conflict, Forbidden, ResourceNotFound
from hansa.base.times import format_instant, parse_instant
from hansa.context import Change, City, Entity, Op, Query, Timer, TypeIs, Unchanged
from hansa.desk.acting.model import APPOINTMENT, AppointmentState, state_at
from hansa.desk.entities import prop, refers, said_by
from hansa.desk.shifts.entities import line
from hansa.guard import Grant

ROOM = "acting"
CONSUMER = "acting"
_LONGEST = 200  # characters of a ground


class Appointment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who acts for whom. `rights` none: the whole role."""

    principal: str
    role: str
    acting: str
    begin: str = msgspec.field(name="from")
    until: str
    ground: str
    rights: tuple[str, ...] = ()


async def appoint(city: City, grant: Grant, wish: Appointment) -> str:
    """Make an appointment, as `grant`; its id. Raises Forbidden and BadRequestData."""
    through, now = city.guard.through(grant, ROOM), city.clock.now()
    _check_whose(city, grant, wish)
    begin, until = _span(wish, now)
    await _check_people(city, grant, wish)
    _check_rights(city, wish)
    name = urn(APPOINTMENT, fresh(now))
    account = await city.guard.accounts.named(wish.principal)
    own = grant.organization if wish.principal == grant.actor else ""
    organization = own or ("" if account is None else account.organization)
    body = _body(wish, begin, until, now, grant, organization)
    timers = [
        Timer(CONSUMER, f"begin {name}", max(begin, now), {"appointment": name}),
        Timer(CONSUMER, f"end {name}", until, {"appointment": name}),
    ]
    told = line("appointed", now, said_by(grant), subject=name)
    await city.write(through, [told, Change(Op.CREATE, name, body)], timers=timers)
    return name


async def revoke(city: City, grant: Grant, name: str, expect: int) -> None:
    """Take an appointment back at once; whoever may make it may."""
    through, now = city.guard.through(grant, ROOM), city.clock.now()
    found = await appointment(city, grant, name)
    if found.change != expect:
        raise Conflict(
            f"it stands at change {found.change} and not at {expect}",
            where="expect",
            remedy="look at it again and decide anew",
        )
    if found.value("principal") != grant.actor or grant.on_behalf:
        city.guard.check_manage(grant, "accounts")
    if found.value("revokedAt") or parse_instant(found.value("actingUntil")) <= now:
        raise Conflict("the appointment is over already", where=name)
    body = {
        "state": prop(AppointmentState.REVOKED.value),
        "revokedBy": prop(grant.actor),
        "revokedAt": prop(now),
    }
    timers = [Timer(CONSUMER, f"{kind} {name}", None) for kind in ("begin", "end")]
    told = line("revoked", now, said_by(grant), subject=name)
    await city.write(
        through,
        [told, Change(Op.APPEND, name, body)],
        expect=[Unchanged(name, found.change)],
        timers=timers,
    )


async def appointment(city: City, grant: Grant, name: str) -> Entity:
    """One appointment; ResourceNotFound where there is none."""
    query = Query(ids=(name,), types=TypeIs(APPOINTMENT))
    page = await city.read(city.guard.view(grant), query)
    if not page.entities:
        raise ResourceNotFound(f"there is no appointment {name}", where="id")
    return page.entities[0]


def _body(
    wish: Appointment,
    begin: datetime,
    until: datetime,
    now: datetime,
    grant: Grant,
    organization: str,
) -> Mapping[str, Any]:
    body: dict[str, Any] = {
        "type": APPOINTMENT,
        "principal": prop(wish.principal),
        "acting": prop(wish.acting),
        "role": prop(wish.role),
        "actingFrom": prop(begin),
        "actingUntil": prop(until),
        "ground": prop(wish.ground.strip()),
        "state": prop(state_at(begin, until, False, now).value),
        "appointedBy": prop(grant.actor),
        "appointedAt": prop(now),
    }
    if wish.rights:
        body["rights"] = prop(list(wish.rights))
    if organization:
        body["organization"] = refers(organization)
    return body


def _check_whose(city: City, grant: Grant, wish: Appointment) -> None:
    if grant.on_behalf:
        raise Forbidden("who acts for somebody appoints nobody in their name")
    if wish.principal == wish.acting:
        raise BadRequestData("nobody acts for themselves", where="acting")
    if (wish.principal, wish.role) != (grant.actor, grant.role):
        city.guard.check_manage(grant, "accounts")


def _span(wish: Appointment, now: datetime) -> tuple[datetime, datetime]:
    begin, until = parse_instant(wish.begin), parse_instant(wish.until)
    if until <= begin:
        raise BadRequestData("it would end before it begins", where="until")
    if until <= now:
        raise BadRequestData(f"{format_instant(until)} has passed already", where="until")
    if not wish.ground.strip() or len(wish.ground) > _LONGEST:
        raise BadRequestData(
            f"an appointment names its ground in at most {_LONGEST} characters",
            where="ground",
            remedy="write the number of the order or decision",
        )
    return begin, until


async def _check_people(city: City, grant: Grant, wish: Appointment) -> None:
    accounts, sessions = city.guard.accounts, city.guard.sessions
    principal = await accounts.named(wish.principal)
    if principal is None and wish.principal != grant.actor:
        raise BadRequestData(f"there is no account {wish.principal}", where="principal")
    if principal is not None and wish.role not in principal.roles:
        raise BadRequestData(f"{wish.principal} has not the role {wish.role}", where="role")
    if await accounts.named(wish.acting) is None and not sessions.here(wish.acting):
        raise BadRequestData(
            f"there is no account {wish.acting}",
            where="acting",
            remedy="name somebody who can sign in",
        )


def _check_rights(city: City, wish: Appointment) -> None:
    role = city.guard.policy.role(wish.role)
    if role.machine or role.token:
        raise BadRequestData("nobody acts for a machine", where="role")
    known = role.works | role.manages
    for right in wish.rights:
        if right not in known:
            raise BadRequestData(
                f"the role {wish.role} has no right {right!r}",
                where="rights",
                remedy=f"of {', '.join(sorted(known))}; none: the whole role",
            )
