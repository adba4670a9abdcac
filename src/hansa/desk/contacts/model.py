"""Whom to call at an organisation, from a day to a day; a substitute goes before whom it is for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hansa.base.times import parse_instant
from hansa.context import Entity
from hansa.desk.clocks.model import WorkingCalendar
from hansa.desk.organizations.model import Organization
from hansa.desk.routing.model import open_at

CONTACT = "DutyContact"
POSTS = ("dispatcher", "foreman", "engineer", "head", "other")


@dataclass(frozen=True, slots=True)
class Staff:
    """Whose contacts there are, and by which hours they may be kept."""

    organizations: Mapping[str, Organization] = field(default_factory=dict)
    calendars: Mapping[str, WorkingCalendar] = field(default_factory=dict)

    def organization(self, name: str) -> Organization | None:
        """The organisation of this key or id."""
        every = self.organizations.values()
        return next((one for one in every if name in (one.key, one.id)), None)


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact. `ends` None: until somebody ends it; `name` None: not shown, or erased."""

    id: str
    organization: str
    telephone: str
    post: str
    begins: datetime
    ends: datetime | None = None
    instead_of: str = ""
    calendar: str = ""
    name: str | None = None
    change: int = 0

    def holds(self, at: datetime) -> bool:
        """Whether it counts at that moment."""
        return self.begins <= at and (self.ends is None or at < self.ends)


def contact_of(entity: Entity) -> Contact:
    """The contact that an entity is."""
    ends, name = entity.value("dutyUntil"), entity.value("name")
    return Contact(
        id=entity.id,
        organization=str(entity.value("organization")),
        telephone=str(entity.value("telephone")),
        post=str(entity.value("post") or "other"),
        begins=parse_instant(str(entity.value("dutyFrom"))),
        ends=None if ends is None else parse_instant(str(ends)),
        instead_of=str(entity.value("substituteFor") or ""),
        calendar=str(entity.value("calendar") or ""),
        name=None if name is None else str(name),
        change=entity.change,
    )


def on_duty(
    contacts: Iterable[Contact], calendars: Mapping[str, WorkingCalendar], at: datetime
) -> Sequence[Contact]:
    """Whom to call at that moment, first those who came last; nobody whom another stands for."""
    there = [one for one in contacts if one.holds(at) and open_at(calendars.get(one.calendar), at)]
    replaced = {one.instead_of for one in there if one.instead_of}
    found = [one for one in there if one.id not in replaced]
    return sorted(found, key=lambda one: (-one.begins.timestamp(), one.id))


def plain(contact: Contact) -> dict[str, Any]:
    """As the routes answer it."""
    return {
        "id": contact.id,
        "organization": contact.organization,
        "telephone": contact.telephone,
        "post": contact.post,
        "from": contact.begins,
        "until": contact.ends,
        "substituteFor": contact.instead_of or None,
        "calendar": contact.calendar or None,
        "name": contact.name,
        "change": contact.change,
    }
