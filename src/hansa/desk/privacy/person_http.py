"""One person over HTTP. By what a person is searched stands in a body, never in an address."""

from collections.abc import Mapping
from typing import Any

import msgspec
import orjson

from hansa.base.problems import BadRequestData
from hansa.base.times import format_instant
from hansa.base.web import Request, Response, json_response
from hansa.context import City, world_member
from hansa.desk.handover import render
from hansa.desk.privacy import erasing, holds, persons
from hansa.desk.privacy.asking import PRIVATE, file, read
from hansa.desk.privacy.model import PrivacySettings
from hansa.desk.privacy.paper import About as Paper
from hansa.desk.privacy.paper import lay_out
from hansa.desk.privacy.persons import reading
from hansa.guard import Kind, entry_of

_FORMS = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
}


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """By what a person is searched."""

    by: dict[str, str]


class Export(About, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The same, as a file."""

    format: str = "json"
    language: str = ""


class Persons:
    """The handlers over the people of one city."""

    def __init__(self, city: City, settings: PrivacySettings) -> None:
        self._city = city
        self._settings = settings

    async def person(self, request: Request) -> Response:
        """All about one person."""
        grant = reading(self._city, request.grant)
        wanted = _wanted((await read(request, About)).by)
        person = await persons.find(self._city, grant, wanted)
        told = await persons.gather(self._city, grant, person)
        held = await holds.held_now(self._city, grant)
        told["held"] = sorted(held.entities.intersection(person.all))
        return json_response({**world_member(self._city.world), **told}, headers=PRIVATE)

    async def export(self, request: Request) -> Response:
        """The same as a file for the person."""
        grant = reading(self._city, request.grant)
        wish = await read(request, Export)
        person = await persons.find(self._city, grant, _wanted(wish.by))
        told = await persons.gather(self._city, grant, person)
        if wish.format not in _FORMS:
            raise BadRequestData(
                f"{wish.format!r} is no format",
                where="format",
                remedy=f"one of {', '.join(_FORMS)}",
            )
        now = self._city.clock.now()
        entry = entry_of(grant, Kind.EXPORT, now, of="person", format=wish.format)
        await self._city.guard.journal.write(entry)
        whole = {
            "city": self._city.settings.name,
            **world_member(self._city.world),
            "at": format_instant(now),
            **told,
        }
        made = await self._made(whole, wish)
        return file(self._city, made, _FORMS[wish.format], f"person.{wish.format}")

    async def _made(self, whole: Mapping[str, Any], wish: Export) -> bytes:
        if wish.format == "json":
            return orjson.dumps(whole, option=orjson.OPT_INDENT_2)
        languages = self._city.settings.languages
        told = {**whole, "world": self._city.world.name}
        paper = lay_out(told, self._about(), wish.language or languages[0])
        if wish.format == "html":
            return render(paper).encode()
        body: bytes = await self._city.helper.call("pdf.handover", orjson.dumps(paper))
        return body

    def _about(self) -> Paper:
        city, policy = self._city, self._city.guard.policy
        return Paper(
            city=city.settings.title,
            zone=city.settings.zone,
            vocabulary=city.vocabulary,
            controller=self._settings.controller,
            officer=self._settings.officer,
            roles={name: role.words for name, role in policy.roles.items()},
            purposes={name: one.words for name, one in policy.purposes.items()},
        )

    async def correct(self, request: Request) -> Response:
        """Set a value right; the wrong one is gone."""
        grant = reading(self._city, request.grant)
        wish = await read(request, erasing.Correction)
        await erasing.correct(self._city, grant, wish)
        return json_response({"id": wish.entity})

    async def erase(self, request: Request) -> Response:
        """Forget the person."""
        grant = reading(self._city, request.grant)
        wish = await read(request, erasing.Erasure)
        erasing.check(wish)
        person = await persons.find(self._city, grant, _wanted(wish.by))
        some = await erasing.chosen(self._city, grant, person, wish.entities)
        gone = await erasing.erase(self._city, grant, some, {"ground": wish.ground})
        return json_response({"values": gone, "entities": [*some.all]})


def _wanted(by: Mapping[str, str]) -> persons.Wanted:
    try:
        return msgspec.convert(by, persons.Wanted)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="by") from error
