"""Settings as entities: read out of the graph, and the changes that write them into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hansa.app.folder.model import (
    ROOM,
    TYPE,
    FolderFile,
    Origin,
    Setting,
    digest_of,
    setting_id,
)
from hansa.base.times import format_instant
from hansa.context import Change, City, Entity, Evolution, Instance, Op, Query, TypeIs, Window
from hansa.guard import View

_EVERYTHING = 5000  # files; a city has some dozens


@dataclass(frozen=True, slots=True)
class Version:
    """A text that a setting had, from a change number on."""

    change: int
    at: datetime
    by: str
    origin: str
    comment: str
    digest: str
    text: str

    def document(self) -> dict[str, Any]:
        """As it is told, without its text."""
        return {
            "change": self.change,
            "at": format_instant(self.at),
            "by": self.by,
            "origin": self.origin,
            "comment": self.comment,
            "digest": self.digest,
            "state": "inForce" if self.digest else "removed",
        }


def room_view(city: City) -> View:
    """What the room itself sees; who may ask it is decided by area."""
    return city.guard.view(city.guard.machine(ROOM, city.world))


async def read_settings(city: City) -> dict[str, Setting]:
    """Every setting of the city by path, removed ones too."""
    query = Query(types=TypeIs(TYPE), limit=_EVERYTHING)
    page = await city.read(room_view(city), query)
    return {one.path: one for one in sorted(map(_setting, page.entities), key=_path)}


async def read_versions(city: City, path: str) -> tuple[Version, ...]:
    """Every text that a file had, the newest first."""
    query = Query(ids=(setting_id(path),), types=TypeIs(TYPE))
    found = await city.history(room_view(city), query, Window(timeproperty="modifiedAt"))
    return tuple(reversed(_versions(found[0]))) if found else ()


def taken_over(file: FolderFile) -> dict[str, Any]:
    """The attributes of a setting that is what the folder says (no digest: it is gone there)."""
    return _body(file.path, file.text, file.digest) | {
        "folderDigest": _prop(file.digest),
        "origin": _prop(Origin.FOLDER.value),
        "editedBy": _prop(""),
        "comment": _prop(""),
    }


def edited(path: str, text: str | None, by: str, comment: str) -> dict[str, Any]:
    """The attributes of a setting that a person wrote; no text: the file is taken away."""
    digest = "" if text is None else digest_of(text)
    return _body(path, text or "", digest) | {
        "origin": _prop(Origin.CONSOLE.value),
        "editedBy": _prop(by),
        "comment": _prop(comment),
    }


def settled(digest: str) -> dict[str, Any]:
    """What is noted where the folder's file of this digest was looked at and decided on."""
    return {"folderDigest": _prop(digest)}


def change_of(path: str, body: Mapping[str, Any]) -> Change:
    """The change that sets the attributes."""
    return Change(Op.UPDATE_OR_CREATE, setting_id(path), {"type": TYPE, **body})


def _body(path: str, text: str, digest: str) -> dict[str, Any]:
    return {"path": _prop(path), "content": _prop(text), "digest": _prop(digest)}


def _prop(value: str) -> dict[str, Any]:
    return {"type": "Property", "value": value}


def _setting(entity: Entity) -> Setting:
    def said(name: str) -> str:
        return str(entity.value(name) or "")

    return Setting(
        path=said("path"),
        text=said("content"),
        digest=said("digest"),
        taken=said("folderDigest"),
        origin=Origin(said("origin")),
        edited_by=said("editedBy"),
        comment=said("comment"),
        change=entity.change,
        at=entity.known_at("digest") or entity.modified_at,
    )


def _path(setting: Setting) -> str:
    return setting.path


def _versions(past: Evolution) -> list[Version]:
    """A version begins where the digest changes; the other attributes as they stood then."""
    return [
        _version(past.attributes, one)
        for one in past.attributes.get("digest", ())
        if one.body is not None
    ]


def _version(attributes: Mapping[str, Sequence[Instance]], begin: Instance) -> Version:
    def then(name: str) -> str:
        known = [one for one in attributes.get(name, ()) if one.number <= begin.number]
        latest = max(known, key=lambda one: one.number, default=None)
        return "" if latest is None or latest.body is None else str(latest.body.get("value") or "")

    return Version(
        change=begin.number,
        at=begin.recorded_at,
        by=then("editedBy"),
        origin=then("origin"),
        comment=then("comment"),
        digest=then("digest"),
        text=then("content"),
    )
