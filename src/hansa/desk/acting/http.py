"""Acting appointments over HTTP: parse, call, render."""

from typing import Any

import msgspec

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData
from hansa.base.rights import Right, at
from hansa.base.times import format_instant, parse_instant
from hansa.base.web import Operation, Parameter, Request, Response, Route, json_response
from hansa.context import City, Entity, Order, Path, Query, TypeIs, world_member
from hansa.desk.acting import orders
from hansa.desk.acting.model import APPOINTMENT, listed_rights, state_at
from hansa.guard import Grant

_TAGS = ("desk",)
_PRIVATE = (("Cache-Control", "no-store"),)
_BODY = 16 * 1024
_LARGEST_PAGE = 500
_TEXT = {"type": "string"}
_APPOINTMENT: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["principal", "role", "acting", "from", "until", "ground"],
    "properties": {
        "principal": {**_TEXT, "description": "Account of who is away"},
        "role": {**_TEXT, "description": "Which of their roles"},
        "acting": {**_TEXT, "description": "Account of who acts"},
        "from": {**_TEXT, "format": "date-time"},
        "until": {**_TEXT, "format": "date-time"},
        "ground": {**_TEXT, "maxLength": 200, "description": "Number of the order or decision"},
        "rights": {
            "type": "array",
            "items": _TEXT,
            "description": "Rooms and areas of the role; absent or empty: the whole role",
        },
    },
}


class Revocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`expect`: the change number of the appointment looked at."""

    expect: int


class Desk:
    """The handlers over one city's appointments."""

    def __init__(self, city: City) -> None:
        self._city = city

    async def many(self, request: Request) -> Response:
        """Appointments, the last to begin first, and whom one may appoint."""
        limit = request.query.whole("limit", 100, low=1, high=_LARGEST_PAGE) or 100
        query = Query(
            types=TypeIs(APPOINTMENT),
            order=(Order(Path("actingFrom"), descending=True),),
            limit=limit,
            offset=request.query.whole("offset", 0) or 0,
            count=True,
        )
        page = await self._city.read(request.view, query)
        told = {
            "now": format_instant(self._city.clock.now()),
            **world_member(self._city.world),
            "count": page.count,
            "appointments": [self._told(one) for one in page.entities],
            "roles": {
                name: one.words
                for name, one in self._city.guard.policy.roles.items()
                if not one.machine
            },
            "appoints": await self._appoints(request.grant),
        }
        return json_response(told, headers=_PRIVATE)

    async def appoint(self, request: Request) -> Response:
        """Make an appointment."""
        try:
            wish = msgspec.convert(await request.json(_BODY), orders.Appointment)
        except msgspec.ValidationError as error:
            raise BadRequestData(str(error), where="body") from error
        name = await orders.appoint(self._city, request.grant, wish)
        return json_response({"id": name}, 201)

    async def revoke(self, request: Request) -> Response:
        """Take an appointment back."""
        name = check_uri(request.path_params["id"], "id")
        try:
            wish = msgspec.convert(await request.json(_BODY), Revocation)
        except msgspec.ValidationError as error:
            raise BadRequestData(str(error), where="body") from error
        await orders.revoke(self._city, request.grant, name, wish.expect)
        return json_response({"id": name})

    def _told(self, one: Entity) -> dict[str, Any]:
        begin, end = one.value("actingFrom"), one.value("actingUntil")
        revoked = bool(one.value("revokedAt"))
        now = self._city.clock.now()
        state = state_at(parse_instant(begin), parse_instant(end), revoked, now)
        names = ("principal", "role", "acting", "ground", "appointedBy", "appointedAt")
        return {
            "id": one.id,
            "change": one.change,
            "from": begin,
            "until": end,
            "state": state.value,
            "rights": list(listed_rights(one.value("rights"))),
            **{name: one.value(name) for name in (*names, "revokedBy", "revokedAt")},
        }

    async def _appoints(self, grant: Grant) -> dict[str, Any] | None:
        """What a form needs of who may appoint; None for others."""
        guard = self._city.guard
        role = guard.policy.role(grant.role)
        if orders.ROOM not in role.works or grant.on_behalf:
            return None
        anybody = "accounts" in role.manages
        roles = [name for name, one in guard.policy.roles.items() if not one.machine]
        return {
            "principal": grant.actor,
            "anybody": anybody,
            "people": [
                name
                for name in (*await guard.accounts.names(), *guard.sessions.visitors())
                if anybody or name != grant.actor
            ],
            "roles": [
                self._role(name)
                for name in (roles if anybody else (grant.role,))
                if not guard.policy.role(name).token
            ],
        }

    def _role(self, name: str) -> dict[str, Any]:
        role = self._city.guard.policy.role(name)
        return {
            "id": name,
            "words": role.words,
            "rights": sorted(role.works | role.manages),
        }


def appointment_routes(city: City) -> tuple[Route, ...]:
    """Every route of appointments."""
    desk = Desk(city)
    paging = (
        Parameter("limit", "At most so many", schema={"type": "integer"}),
        Parameter("offset", "Leave out so many", schema={"type": "integer"}),
    )
    done = {201: "Appointed", 403: "Not for this principal or role", 409: "Somebody was faster"}
    return (
        Route(
            "GET",
            "/desk/appointments",
            desk.many,
            operation=Operation("Who acts for whom, from when to when", _TAGS, paging),
            strict=True,
        ),
        Route(
            "POST",
            "/desk/appointments",
            desk.appoint,
            operation=Operation(
                "Appoint somebody to act",
                _TAGS,
                request={"application/json": _APPOINTMENT},
                responses=done,
            ),
            body_limit=_BODY,
            right=Right(works=(orders.ROOM,), in_person=True),
        ),
        Route(
            "POST",
            "/desk/appointments/{id}/revoke",
            desk.revoke,
            operation=Operation(
                "Take an appointment back at once",
                _TAGS,
                request={
                    "application/json": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["expect"],
                        "properties": {"expect": {"type": "integer"}},
                    }
                },
                responses={200: "Revoked", 409: "Over already, or somebody was faster"},
            ),
            body_limit=_BODY,
            right=at(orders.ROOM),
        ),
    )
