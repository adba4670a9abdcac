"""Duty contacts over HTTP: parse, call, render."""

from typing import Any

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData
from hansa.base.rights import at as rights_at
from hansa.base.times import parse_instant
from hansa.base.web import Operation, Parameter, Request, Response, Route, json_response
from hansa.context import City
from hansa.desk.contacts import orders, reading
from hansa.desk.contacts.model import POSTS, Staff

_TAGS = ("desk",)
_PRIVATE = (("Cache-Control", "no-store"),)
_BODY = 16 * 1024
_KEEPS = rights_at(reading.ROOM)
_EXPECT = {"type": "integer", "description": "Change number the order was decided on"}
_MOMENT = {"type": "string", "format": "date-time"}
_CONTACT: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["telephone"],
    "properties": {
        "organization": {"type": "string", "description": "Key or id; of a new one"},
        "telephone": {"type": "string", "description": "The one that is called on duty"},
        "post": {"enum": [*POSTS]},
        "name": {"type": "string", "description": "Kept as personal"},
        "from": {**_MOMENT, "description": "Absent: now"},
        "until": {**_MOMENT, "description": "Absent: until somebody ends it"},
        "substituteFor": {"type": "string", "format": "uri"},
        "calendar": {"type": "string", "description": "Key of calendar.yaml; absent: any hour"},
        "expect": _EXPECT,
    },
}
_END: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["expect"],
    "properties": {"expect": _EXPECT},
}
_DONE = {
    200: "Done: id, change",
    403: "Of another organisation",
    404: "No such contact",
    409: "Somebody was faster",
}


class Contacts:
    """The handlers over one city's contacts."""

    def __init__(self, city: City, staff: Staff) -> None:
        self._city = city
        self._staff = staff

    async def many(self, request: Request) -> Response:
        """Contacts, and who is on duty."""
        named = request.query.get("organization") or ""
        if named and self._staff.organization(named) is None:
            raise BadRequestData(f"{named!r} names no organisation", where="organization")
        given = request.query.get("at")
        at = parse_instant(given) if given else self._city.clock.now()
        found = await reading.told(self._city, request.view, self._staff, named, at)
        return json_response(found, headers=_PRIVATE)

    async def keep(self, request: Request) -> Response:
        """A new contact."""
        given = orders.parse_keeping(await request.json(_BODY), self._staff)
        if not given.organization:
            raise BadRequestData("whose contact it is is missing", where="organization")
        done = await orders.keep(self._city, request.grant, self._staff, given)
        return _done(done, 201)

    async def change(self, request: Request) -> Response:
        """Another telephone, another name, other days."""
        given = orders.parse_keeping(await request.json(_BODY), self._staff)
        return _done(await orders.change(self._city, request.grant, _id(request), given))

    async def end(self, request: Request) -> Response:
        """It counts no longer."""
        given = orders.parse_ending(await request.json(_BODY))
        return _done(await orders.end(self._city, request.grant, _id(request), given))


def contact_routes(city: City, staff: Staff) -> tuple[Route, ...]:
    """Every route of duty contacts."""
    contacts = Contacts(city, staff)
    path, one = "/desk/contacts", "/desk/contacts/{id}"
    listing = Operation(
        "Duty contacts, and whom to call now at each organisation",
        _TAGS,
        (
            Parameter("organization", "Of this one (key or id); with names for who keeps them"),
            Parameter("at", "On duty at this moment; absent: now"),
        ),
    )
    body = {"application/json": _CONTACT}
    kept = {201: "Kept: id, change", 403: "Of another organisation"}
    made = Operation("Keep a duty contact", _TAGS, request=body, responses=kept)
    changed = Operation("Change a duty contact", _TAGS, request=body, responses=_DONE)
    ended = Operation(
        "End a duty contact", _TAGS, request={"application/json": _END}, responses=_DONE
    )
    return (
        Route("GET", path, contacts.many, operation=listing, strict=True),
        Route("POST", path, contacts.keep, operation=made, body_limit=_BODY, right=_KEEPS),
        Route(
            *("POST", f"{one}/change", contacts.change),
            operation=changed,
            body_limit=_BODY,
            right=_KEEPS,
        ),
        Route(
            *("POST", f"{one}/end", contacts.end),
            operation=ended,
            body_limit=_BODY,
            right=_KEEPS,
        ),
    )


def _done(done: tuple[str, int], status: int = 200) -> Response:
    return json_response({"id": done[0], "change": done[1]}, status=status)


def _id(request: Request) -> str:
    return check_uri(request.path_params["id"], "id")
