"""Contacts are kept by who works there: the organisation itself, and the city's desk.

They change weekly, so that neither an administrator nor a restart is needed. Each is one write
with `expect`; what was is history. A name is personal and erasable; the number of the post stays.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from hansa.base.ids import check_uri, fresh, urn
from hansa.base.problems import BadRequestData, Conflict, Forbidden
from hansa.base.times import parse_instant
from hansa.context import Change, City, Op, Unchanged
from hansa.desk.contacts.model import CONTACT, POSTS, Contact, Staff
from hansa.desk.contacts.reading import (
    ROOM,
    contact_named,
    contacts_of,
    keeping_view,
    may_keep,
)
from hansa.desk.entities import NULL, prop, refers, said_by
from hansa.desk.errors import ChangedMeanwhile
from hansa.guard import Grant

T = TypeVar("T")

_LONGEST = 200
_TELEPHONE = frozenset("0123456789+-() ,;#*")


class Keeping(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """The body of a contact, new or changed. `expect`: the change number one looked at."""

    organization: str = ""
    telephone: str
    post: str = "dispatcher"
    name: str = ""
    from_: str = msgspec.field(default="", name="from")
    until: str = ""
    substitute_for: str = ""
    calendar: str = ""
    expect: int | None = None


class Ending(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of an end."""

    expect: int


def parse_keeping(body: Any, staff: Staff) -> Keeping:
    """A checked contact; BadRequestData names the member at fault."""
    given = _parsed(body, Keeping)
    if not any(one.isdigit() for one in given.telephone) or not set(given.telephone) <= _TELEPHONE:
        raise BadRequestData("is no telephone number", where="telephone")
    if given.post not in POSTS:
        remedy = f"one of {', '.join(POSTS)}"
        raise BadRequestData(f"{given.post!r} is no post", where="post", remedy=remedy)
    if given.calendar and given.calendar not in staff.calendars:
        remedy = f"one of {', '.join(staff.calendars)}"
        raise BadRequestData(f"there is no {given.calendar!r}", where="calendar", remedy=remedy)
    for where, text in (("name", given.name), ("telephone", given.telephone)):
        if len(text) > _LONGEST:
            raise BadRequestData(f"has at most {_LONGEST} characters", where=where)
    if given.substitute_for:
        check_uri(given.substitute_for, "substituteFor")
    if given.until and given.from_ and parse_instant(given.until) <= parse_instant(given.from_):
        raise BadRequestData("it ends before it begins", where="until")
    return given


def parse_ending(body: Any) -> Ending:
    """A checked end."""
    return _parsed(body, Ending)


def _parsed(body: Any, shape: type[T]) -> T:
    try:
        return msgspec.convert(body, shape)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error


async def keep(city: City, grant: Grant, staff: Staff, given: Keeping) -> tuple[str, int]:
    """A new contact: its id and change number. Forbidden, BadRequestData."""
    now = city.clock.now()
    organization = staff.organization(given.organization)
    if organization is None:
        known = ", ".join(staff.organizations)
        raise BadRequestData(
            f"there is no organisation {given.organization!r}",
            where="organization",
            remedy=f"one of {known}",
        )
    _check_may(city, grant, organization.id)
    name = urn(CONTACT, fresh(now))
    await _check_substitute(city, grant, given, name, organization.id)
    body = {"type": CONTACT, "organization": refers(organization.id), **_body(given, grant, now)}
    through = city.guard.through(grant, ROOM)
    commit = await city.write(through, [Change(Op.CREATE, name, body)])
    return name, commit.outcomes[-1].change


async def change(city: City, grant: Grant, contact: str, given: Keeping) -> tuple[str, int]:
    """The contact as it is from now on; ResourceNotFound, Forbidden, ChangedMeanwhile."""
    found = await contact_named(city, keeping_view(city, grant), contact)
    _check_may(city, grant, found.organization)
    await _check_substitute(city, grant, given, contact, found.organization)
    body = _body(given, grant, city.clock.now())
    gone = {
        "dutyUntil": found.ends and not given.until,
        "substituteFor": found.instead_of and not given.substitute_for,
        "calendar": found.calendar and not given.calendar,
    }
    body |= {name: NULL for name, is_gone in gone.items() if is_gone}
    unnamed = found.name is not None and not given.name.strip()
    forgotten = [Change(Op.DELETE_ATTRIBUTE, contact, {"name": None})] if unnamed else []
    return await _write(city, grant, found, given.expect, body, forgotten)


async def end(city: City, grant: Grant, contact: str, given: Ending) -> tuple[str, int]:
    """It counts no longer from now on; who stood for it stands alone."""
    found = await contact_named(city, keeping_view(city, grant), contact)
    _check_may(city, grant, found.organization)
    now = city.clock.now()
    body = {"dutyUntil": prop(max(now, found.begins)), "at": prop(now), **said_by(grant)}
    return await _write(city, grant, found, given.expect, body)


async def _write(
    city: City,
    grant: Grant,
    found: Contact,
    expect: int | None,
    body: Mapping[str, Any],
    before: Sequence[Change] = (),
) -> tuple[str, int]:
    if expect is None:
        raise BadRequestData("a change says which state it was decided on", where="expect")
    if expect != found.change:
        raise _changed(found)
    through = city.guard.through(grant, ROOM)
    try:
        commit = await city.write(
            through,
            [*before, Change(Op.APPEND, found.id, body)],
            expect=[Unchanged(found.id, found.change)],
        )
    except Conflict as conflict:
        raise _changed(found) from conflict
    return found.id, commit.outcomes[-1].change


def _changed(found: Contact) -> ChangedMeanwhile:
    return ChangedMeanwhile(
        "somebody else changed the contact", where="expect", state="", change=found.change, done=()
    )


def _check_may(city: City, grant: Grant, organization: str) -> None:
    city.guard.through(grant, ROOM)
    if not may_keep(city, grant, organization):
        raise Forbidden(
            "the contacts of another organisation are kept there, or by the city's desk",
            rule="guard/roles.yaml: organization",
        )


async def _check_substitute(
    city: City, grant: Grant, given: Keeping, name: str, organization: str
) -> None:
    """It stands for one of its own organisation, who stands for nobody: so there is no ring."""
    if not given.substitute_for:
        return
    others = {one.id: one for one in await contacts_of(city, city.guard.view(grant), organization)}
    found = others.get(given.substitute_for)
    if found is None or found.id == name:
        raise BadRequestData("there is no such contact to stand for", where="substituteFor")
    if found.instead_of:
        raise BadRequestData("a substitute is not stood for", where="substituteFor")
    if any(one.instead_of == name for one in others.values()):
        raise BadRequestData("who is stood for stands for nobody", where="substituteFor")


def _body(given: Keeping, grant: Grant, now: datetime) -> dict[str, Any]:
    body: dict[str, Any] = {
        "telephone": prop(given.telephone.strip()),
        "post": prop(given.post),
        "dutyFrom": prop(parse_instant(given.from_) if given.from_ else now),
        "at": prop(now),
        **said_by(grant),
    }
    if given.until:
        body["dutyUntil"] = prop(parse_instant(given.until))
    if given.name.strip():
        body["name"] = prop(given.name.strip())
    if given.substitute_for:
        body["substituteFor"] = refers(given.substitute_for)
    if given.calendar:
        body["calendar"] = prop(given.calendar)
    return body
