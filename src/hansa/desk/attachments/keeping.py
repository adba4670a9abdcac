"""Attachments as the graph and the vault keep them.

The content is a sealed file beside the vault (`guard.blobs`); the entity `Attachment` tells type,
size and who brought it when, and its name and key are personal: they are read for a purpose, each
reading is journalled, and erasing the key leaves noise. A line in the timeline says that it came;
the incident itself is not changed, so nobody who works on it is disturbed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hansa.base.ids import fresh, urn
from hansa.base.problems import (
    BadRequestData,
    PayloadTooLarge,
    Problem,
    ResourceNotFound,
    UnsupportedMediaType,
)
from hansa.context import Change, City, Entity, Op, Query, TypeIs, parse_q
from hansa.desk.entities import concerning, entry, prop, refers
from hansa.desk.finding import incident_of
from hansa.desk.settings import DeskSettings
from hansa.desk.signatures import is_what_it_says
from hansa.desk.tasks.model import subject_of, told
from hansa.desk.tasks.orders import ROOM as TASKS
from hansa.desk.tasks.orders import read_task
from hansa.guard import Blob, Grant, View, entry_of

ATTACHMENT = "Attachment"
READ = "attachment-read"  # the journal's word for a download
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Attached:
    """A file on its way in or out."""

    name: str
    media_type: str
    content: bytes


async def attach(
    city: City, grant: Grant, settings: DeskSettings, incident: str, given: Attached
) -> str:
    """Keep the file with the incident; the id it can be asked for by.

    Raises PayloadTooLarge, UnsupportedMediaType, BadRequestData, ResourceNotFound, Forbidden.
    """
    through = city.guard.through(grant, "desk")
    _check(given, settings)
    await incident_of(city, grant, incident)
    now = city.clock.now()
    name = urn(ATTACHMENT, fresh(now))
    more = {"refAttachment": refers(name)}
    line = entry(fresh(now), incident, "attached", grant, now, machine=False, more=more)
    about = {"refIncident": refers(incident)}
    return await _write(city, through, given, name, about, line, now)


async def attach_to_task(
    city: City, grant: Grant, settings: DeskSettings, task: str, given: Attached
) -> str:
    """Keep a photograph with a task, and with the incident or the call that it is for.

    Whoever may answer the task may bring it; its organisation sees it. Raises as `attach` does.
    """
    through = city.guard.through(grant, TASKS)
    _check(given, settings)
    found = await read_task(city, grant, task)
    now = city.clock.now()
    name = urn(ATTACHMENT, fresh(now))
    more = {"refAttachment": refers(name)}
    line = told(fresh(now), task, found.document, "attached", grant, now, machine=False, more=more)
    about = {
        **concerning(subject_of(found.document)),
        "refTask": refers(task),
        "organizations": refers([str(found.value("assignedTo"))]),
    }
    return await _write(city, through, given, name, about, line, now)


async def _write(
    city: City,
    through: Grant,
    given: Attached,
    name: str,
    about: Mapping[str, Any],
    line: Change,
    now: datetime,
) -> str:
    """Seal the content and write what the entity says of it, with the line."""
    blob = await city.guard.blobs.put(given.content)
    body = {
        "type": ATTACHMENT,
        **about,
        "name": prop(given.name),
        "mediaType": prop(given.media_type),
        "size": prop(len(given.content)),
        "digest": prop(blob.digest),
        "secret": prop(blob.secret),
        "by": prop(through.actor),
        "at": prop(now),
    }
    try:
        await city.write(through, [Change(Op.CREATE, name, body), line])
    except Problem:
        await city.guard.blobs.drop(blob)  # nothing refers to it, and nobody could erase it
        raise
    return name


def _check(given: Attached, settings: DeskSettings) -> None:
    rule = settings.attachments
    if len(given.content) > rule.largest:
        raise PayloadTooLarge(f"a file has at most {rule.largest} bytes", where="body")
    if given.media_type not in rule.types:
        raise UnsupportedMediaType(
            f"{given.media_type!r} cannot be attached",
            where="Content-Type",
            remedy=f"one of {', '.join(sorted(rule.types))}",
        )
    if not is_what_it_says(given.media_type, given.content):
        raise UnsupportedMediaType(f"the file is no {given.media_type}", where="body")
    if not 0 < len(given.name) <= _LONGEST_NAME:
        raise BadRequestData(
            f"a file has a name of at most {_LONGEST_NAME} characters",
            where="Slug",
            rule="RFC 5023, 9.7: percent-encoded UTF-8",
        )


async def attached_to(city: City, view: View, incidents: Sequence[str]) -> Sequence[Entity]:
    """The attachments of incidents, oldest first."""
    names = ",".join(f'"{one}"' for one in incidents)
    query = Query(types=TypeIs(ATTACHMENT), where=parse_q(f"refIncident=={names}"))
    page = await city.read(view, query)
    return sorted(page.entities, key=lambda one: str(one.value("at")))


async def content_of(city: City, grant: Grant, subject: str, attachment: str) -> Attached:
    """The file, for a purpose that the grant names; journalled, or refused.

    `subject`: the incident or the task it is asked for by. ResourceNotFound where there is none,
    where it is another one's, or where it was erased.
    """
    city.guard.rights.check_personal(grant)
    query = Query(ids=(attachment,), types=TypeIs(ATTACHMENT))
    page = await city.read(city.guard.view(grant), query)
    found = page.entities[0] if page.entities else None
    if found is None or subject not in (found.value("refIncident"), found.value("refTask")):
        raise ResourceNotFound(f"there is no attachment {attachment}", where="attachment")
    secret = found.value("secret")
    if secret is None:
        raise ResourceNotFound("the attachment was erased", where="attachment")
    await city.guard.journal.write(
        entry_of(grant, READ, city.clock.now(), attachment=attachment, subject=subject)
    )
    content = await city.guard.blobs.get(Blob(str(found.value("digest")), str(secret)))
    return Attached(str(found.value("name", "")), str(found.value("mediaType")), content)


async def taken_along(city: City, attachment: str) -> bytes | None:
    """The content of a file for the city's own export, journalled; None where it was erased."""
    grant = city.guard.machine("leaving", city.world, purpose="leaving")
    page = await city.read(city.guard.view(grant), Query(ids=(attachment,)))
    secret = page.entities[0].value("secret") if page.entities else None
    if secret is None:
        return None
    await city.guard.journal.write(
        entry_of(grant, READ, city.clock.now(), attachment=attachment, subject="export")
    )
    return await city.guard.blobs.get(Blob(str(page.entities[0].value("digest")), str(secret)))
