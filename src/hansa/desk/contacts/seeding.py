"""`contacts.yaml` of a city's folder: whom to call when a node begins. Edited in the console after.

What the graph holds is not written again, so that nobody's edit is lost with a restart.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from hansa.base import yamlfile
from hansa.base.ids import urn
from hansa.base.problems import BadFile
from hansa.context import Change, City, Op, Query, TypeIs
from hansa.desk.contacts.model import CONTACT, POSTS, Staff
from hansa.desk.entities import prop, refers

FILE = "contacts.yaml"


class ContactEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One contact as the folder says it; moments are wall times of the city."""

    organization: str
    telephone: str
    post: str = "dispatcher"
    name: str = ""
    calendar: str = ""
    from_: datetime | None = msgspec.field(default=None, name="from")


class ContactsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members of `contacts.yaml`."""

    contacts: dict[str, ContactEntry]


def load_contacts(folder: Path, staff: Staff) -> Mapping[str, ContactEntry]:
    """The contacts of a folder by key, none where it has no file; BadFile says what is wrong."""
    path = folder / FILE
    if not path.exists():
        return {}
    given = yamlfile.load(path, ContactsFile).contacts
    for key, one in given.items():
        known = {"organization": staff.organizations, "post": POSTS, "calendar": staff.calendars}
        for member, names in known.items():
            name = getattr(one, member)
            if name and name not in names:
                where = f"{yamlfile.line_of(path, 'contacts', key, member)} contacts.{key}.{member}"
                remedy = f"one of {', '.join(names)}"
                raise BadFile(f"there is no {name!r}", where=where, remedy=remedy)
    return given


async def seed_contacts(city: City, given: Mapping[str, ContactEntry], staff: Staff) -> None:
    """Write those that the graph does not hold yet; nameless in a city that may name nobody."""
    if city.settings.impersonal:
        given = {key: msgspec.structs.replace(one, name="") for key, one in given.items()}
    grant = city.guard.machine("contacts", city.world)
    ids = {urn(CONTACT, key): one for key, one in given.items()}
    if not ids:
        return
    query = Query(ids=tuple(ids), types=TypeIs(CONTACT))
    held = {one.id for one in (await city.read(city.guard.view(grant), query)).entities}
    changes = _changes(ids, held, staff, city.settings.zone, city.clock.now())
    if changes:
        await city.write(grant, changes)


def _changes(
    ids: Mapping[str, ContactEntry], held: set[str], staff: Staff, zone: ZoneInfo, now: datetime
) -> Sequence[Change]:
    found = []
    for name, one in ids.items():
        if name in held:
            continue
        begins = now if one.from_ is None else one.from_.replace(tzinfo=zone)
        body = {
            "type": CONTACT,
            "organization": refers(staff.organizations[one.organization].id),
            "telephone": prop(one.telephone),
            "post": prop(one.post),
            "dutyFrom": prop(begins),
            "by": prop("machine:contacts"),
            "at": prop(now),
        }
        if one.name:
            body["name"] = prop(one.name)
        if one.calendar:
            body["calendar"] = prop(one.calendar)
        found.append(Change(Op.CREATE, name, body))
    return found
