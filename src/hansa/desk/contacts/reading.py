"""Contacts as the graph holds them: telephones for who may look, names for who keeps them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from hansa.base.problems import ResourceNotFound
from hansa.base.times import format_instant
from hansa.context import City, Query, TypeIs, parse_q, world_member
from hansa.desk.clocks.model import WorkingCalendar
from hansa.desk.contacts.model import CONTACT, Contact, Staff, contact_of, on_duty, plain
from hansa.guard import Grant, View

ROOM = "contacts"  # of guard/roles.yaml: who works there keeps contacts
PURPOSE = "duty-contacts"


async def contacts_of(city: City, view: View, organization: str = "") -> Sequence[Contact]:
    """Every contact that the view sees, or those of one organisation."""
    where = parse_q(f'organization=="{organization}"') if organization else None
    page = await city.read(view, Query(types=TypeIs(CONTACT), where=where))
    return sorted(map(contact_of, page.entities), key=lambda one: (one.organization, one.begins))


async def contact_named(city: City, view: View, name: str) -> Contact:
    """The contact; ResourceNotFound."""
    page = await city.read(view, Query(ids=(name,), types=TypeIs(CONTACT)))
    if not page.entities:
        raise ResourceNotFound(f"there is no contact {name}", where="id")
    return contact_of(page.entities[0])


def keeping_view(city: City, grant: Grant) -> View:
    """The view in which who keeps contacts reads their names; each reading is journalled."""
    return city.guard.view(replace(city.guard.through(grant, ROOM), purpose=PURPOSE))


def may_keep(city: City, grant: Grant, organization: str) -> bool:
    """Whether the holder keeps the contacts of this organisation."""
    role = city.guard.policy.role(grant.role)
    bound = role.organization and grant.organization != organization
    return ROOM in role.works and not bound


async def told(
    city: City, view: View, staff: Staff, organization: str, at: datetime
) -> dict[str, Any]:
    """The contacts with who is on duty now. Of one organisation, and for its keeper, with names."""
    found = None if not organization else staff.organization(organization)
    name = organization if found is None else found.id
    keeps = bool(name) and may_keep(city, view.grant, name)
    seen = keeping_view(city, view.grant) if keeps else replace(view, personal=False, seen={})
    contacts = await contacts_of(city, seen, name)
    return {
        "now": format_instant(city.clock.now()),
        **world_member(city.world),
        "mayKeep": keeps,
        "contacts": [_plain(one) for one in contacts],
        "onDuty": _on_duty(staff, contacts, at),
        "calendars": [
            {"key": key, "today": _today(calendar, at)}
            for key, calendar in sorted(staff.calendars.items())
        ],
    }


def _today(calendar: WorkingCalendar, at: datetime) -> list[str]:
    """The hours of this day, on the city's clock: by them one chooses whose hours they are."""
    day = at.astimezone(calendar.zone).date()
    return [f"{_wall(begin)}–{_wall(end)}" for begin, end in calendar.hours(day)]


def _wall(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _on_duty(staff: Staff, contacts: Sequence[Contact], at: datetime) -> Mapping[str, Any]:
    """By organisation: whom to call, and else its own telephone."""
    found: dict[str, Any] = {}
    for one in staff.organizations.values():
        own = [contact for contact in contacts if contact.organization == one.id]
        there = on_duty(own, staff.calendars, at)
        number = there[0].telephone if there else one.telephone
        found[one.id] = {"contacts": [contact.id for contact in there], "telephone": number}
    return found


async def telephones(city: City, view: View, staff: Staff) -> Mapping[str, str]:
    """The number to call now at each organisation: of who is on duty, else its own."""
    page = await contacts_of(city, replace(view, personal=False, seen={}))
    found = _on_duty(staff, page, city.clock.now())
    return {name: str(one["telephone"]) for name, one in found.items()}


def _plain(contact: Contact) -> dict[str, Any]:
    given = plain(contact)
    until = contact.ends
    return {
        **given,
        "from": format_instant(contact.begins),
        "until": None if until is None else format_instant(until),
    }
