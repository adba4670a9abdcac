"""One person over HTTP. By what a person is searched stands in a body, never in an address."""

from collections.abc import Mapping

import msgspec

from hansa.base.problems import BadRequestData
from hansa.base.times import format_instant
from hansa.base.web import Request, Response, json_response
from hansa.context import City, world_member
from hansa.desk.privacy import erasing, holds, persons
from hansa.desk.privacy.asking import PRIVATE, file, read
from hansa.desk.privacy.persons import reading
from hansa.desk.privacy.sheets import Sheets
from hansa.guard import Kind, entry_of


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """By what a person is searched."""

    by: dict[str, str]


class Export(About, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The same, as a file."""

    format: str = "json"
    language: str = "en"


class Persons:
    """The handlers over the people of one city."""

    def __init__(self, city: City) -> None:
        self._city = city

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
        now = self._city.clock.now()
        entry = entry_of(grant, Kind.EXPORT, now, of="person", format=wish.format)
        await self._city.guard.journal.write(entry)
        if wish.format == "html":
            made = Sheets(self._city, wish.language).person(told)
            return file(self._city, made, "text/html; charset=utf-8", "person.html")
        if wish.format != "json":
            raise BadRequestData(f"{wish.format!r} is not json or html", where="format")
        whole = {
            "city": self._city.settings.name,
            **world_member(self._city.world),
            "at": format_instant(self._city.clock.now()),
            **told,
        }
        body = json_response(whole).body
        assert isinstance(body, bytes)  # noqa: S101 - json_response makes bytes
        return file(self._city, body, "application/json", "person.json")

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
