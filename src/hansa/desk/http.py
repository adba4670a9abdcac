"""The desk over HTTP: parse, call, render."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from hansa.base.ids import check_uri
from hansa.base.rights import Right, at
from hansa.base.web import Operation, Request, Response, Route, json_response
from hansa.context import City
from hansa.desk import board, duplicates, level, merging, orders, raising, reading, striking
from hansa.desk.attachments import attachment_routes
from hansa.desk.settings import DeskSettings
from hansa.desk.states import Verb
from hansa.desk.tasks import NO_WORK, Work
from hansa.guard import Grant

Handler = Callable[[Request], Awaitable[Response]]
Merging = Callable[[City, Grant, DeskSettings, str, merging.MergeOrder], Awaitable[orders.Done]]

_TAGS = ("desk",)
_WORKS = at("desk")
_STRIKES = at("desk", "tasks")  # a dispatcher corrects what it wrote about its task
_PRIVATE = (("Cache-Control", "no-store"),)
_BODY = 64 * 1024
_ORDER: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "expect": {"type": "integer", "description": "Change number the order was decided on"},
        "reason": {"type": "string", "description": "With close: one of GET /desk/settings"},
        "text": {"type": "string", "maxLength": 4000},
        "owner": {"type": "string", "description": "With assign"},
        "priority": {
            "type": ["integer", "null"],
            "minimum": 1,
            "maximum": 4,
            "description": "With prioritise; null: as the city's table says",
        },
        "incidentType": {"type": "string", "description": "With retype: one of GET /desk/settings"},
    },
}
_MERGE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["expect", "expectInto"],
    "properties": {
        "expect": {"type": "integer", "description": "Change number of the incident"},
        "expectInto": {"type": "integer", "description": "Change number of the survivor"},
        "into": {"type": "string", "description": "With merge: the survivor"},
        "text": {"type": "string", "maxLength": 4000},
    },
}
_STRIKE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["entry", "text"],
    "properties": {
        "entry": {"type": "string", "description": "The line's id"},
        "text": {"type": "string", "maxLength": 4000, "description": "Why it is struck"},
    },
}
_LEVEL: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["expect", "level", "proposed"],
    "properties": {
        "expect": {"type": "integer", "description": "Change number of GET /desk/status"},
        "level": {"type": "integer", "minimum": 1, "maximum": 5},
        "proposed": {"type": "integer", "description": "What the report proposed"},
        "reason": {"type": "string", "maxLength": 4000, "description": "Needed where they differ"},
    },
}
_DONE = {
    200: "Done: id, state, change",
    404: "No such incident",
    409: "Another state, or somebody was faster: says who did what",
}
_WORDS = {
    Verb.ACKNOWLEDGE: "Take over a new incident",
    Verb.ACTIVATE: "Work has begun",
    Verb.STABILISE: "It no longer gets worse",
    Verb.CLOSE: "Close, with a reason",
    Verb.REOPEN: "Open a closed incident again",
    Verb.ASSIGN: "Give it to an owner",
    Verb.PRIORITISE: "Set the priority, or let the city's table set it again",
    Verb.RETYPE: "Say of what type it is",
    Verb.NOTE: "Add a note to the timeline",
}


class Desk:
    """The handlers over one city's desk."""

    def __init__(self, city: City, settings: DeskSettings, work: Work = NO_WORK) -> None:
        self._city = city
        self._settings = settings
        self._work = work

    async def one(self, request: Request) -> Response:
        """An incident with all it rests on."""
        found = await reading.one_incident(self._city, request.view, _id(request))
        return json_response(found, headers=_PRIVATE)

    async def many(self, request: Request) -> Response:
        """The board: incidents by filters, with a count per state."""
        wanted = board.wanted_of(request.query)
        found = await board.board(self._city, request.view, self._settings, wanted)
        return json_response(found, headers=_PRIVATE)

    async def raised(self, request: Request) -> Response:
        """Open an incident by hand."""
        known = {one.name: one for one in self._city.vocabulary.sectors}
        order = raising.parse_raise(await request.json(_BODY), self._settings, known)
        done = await raising.raise_incident(
            self._city, request.grant, self._settings, self._work, order
        )
        return json_response({"id": done.id, "state": done.state, "change": done.change}, 201)

    async def strike(self, request: Request) -> Response:
        """Strike a line of the timeline."""
        order = striking.parse_strike(await request.json(_BODY))
        return _done(await striking.strike(self._city, request.grant, _id(request), order))

    async def settings(self, _: Request) -> Response:
        """From which severity on, by when, and the reasons for closing."""
        given = self._settings
        return json_response(
            {
                "openFrom": given.open_from,
                "dueMinutes": dict(given.due_minutes),
                "reasons": {code: dict(words) for code, words in given.reasons.items()},
                "machineReasons": {
                    code: dict(words) for code, words in given.machine_reasons.items()
                },
                "types": {key: dict(one.words) for key, one in given.types.items()},
                "roles": {
                    step.to: dict(self._city.guard.policy.role(step.to).words)
                    for step in given.escalation
                },
                "attachments": {
                    "largest": given.attachments.largest,
                    "types": sorted(given.attachments.types),
                },
            }
        )

    async def duplicates(self, request: Request) -> Response:
        """Open incidents that may be the same."""
        found = await duplicates.duplicates(self._city, request.view, self._settings, _id(request))
        return json_response(found, headers=_PRIVATE)

    async def merge(self, request: Request) -> Response:
        """Merge into another incident."""
        return await self._merging(merging.merge, request)

    async def unmerge(self, request: Request) -> Response:
        """Let it be what it was."""
        return await self._merging(merging.unmerge, request)

    async def _merging(self, act: Merging, request: Request) -> Response:
        order = merging.parse_merge(await request.json(_BODY))
        return _done(await act(self._city, request.grant, self._settings, _id(request), order))

    async def status(self, request: Request) -> Response:
        """The level that a person set last."""
        return json_response(await level.standing(self._city, request.view), headers=_PRIVATE)

    async def set_status(self, request: Request) -> Response:
        """Confirm or set the level."""
        order = level.parse_level(await request.json(_BODY))
        return json_response(await level.set_level(self._city, request.grant, order))

    async def order(self, verb: Verb, request: Request) -> Response:
        """Carry an order out."""
        order = orders.parse_order(verb, await request.json(_BODY), self._settings)
        done = await orders.give(
            self._city, request.grant, self._settings, _id(request), verb, order
        )
        return _done(done)


def routes(city: City, settings: DeskSettings, work: Work = NO_WORK) -> tuple[Route, ...]:
    """Every route of the desk."""
    desk = Desk(city, settings, work)
    one = "/desk/incidents/{id}"
    return (
        Route("GET", "/desk/settings", desk.settings, operation=Operation("The desk", _TAGS)),
        Route(
            "GET",
            "/desk/incidents",
            desk.many,
            operation=Operation(
                "The board: open incidents and those closed lately, counted by state",
                _TAGS,
                board.PARAMETERS,
            ),
            strict=True,
        ),
        _raise_route(desk),
        Route(
            "GET",
            one,
            desk.one,
            operation=Operation(
                "An incident, its timeline, alerts and entities",
                _TAGS,
                responses={200: "OK", 404: "No such incident"},
            ),
            strict=True,
        ),
        Route(
            "GET",
            f"{one}/duplicates",
            desk.duplicates,
            operation=Operation(
                "Open incidents that may be the same, with reasons",
                _TAGS,
                responses={200: "OK", 404: "No such incident"},
            ),
            strict=True,
        ),
        _order_like(desk.merge, f"{one}/merge", "Merge it into another incident", _MERGE),
        _order_like(desk.unmerge, f"{one}/unmerge", "Let a merged incident be what it was", _MERGE),
        _order_like(
            desk.strike, f"{one}/strike", "Strike a line of its timeline", _STRIKE, _STRIKES
        ),
        *attachment_routes(city, settings),
        *_level_routes(desk),
        *(_order_route(desk, one, verb) for verb in Verb),
    )


def _raise_route(desk: Desk) -> Route:
    return Route(
        "POST",
        "/desk/incidents",
        desk.raised,
        operation=Operation(
            "Open an incident by hand",
            _TAGS,
            request={"application/json": raising.SCHEMA},
            responses={201: "Opened: id, state, change", 400: "Says which member is at fault"},
        ),
        body_limit=_BODY,
        right=_WORKS,
    )


def _level_routes(desk: Desk) -> tuple[Route, ...]:
    path = "/desk/status"
    return (
        Route("GET", path, desk.status, operation=Operation("The level a person set last", _TAGS)),
        Route(
            "POST",
            path,
            desk.set_status,
            operation=Operation(
                "Confirm the city's level, or set another one with a reason",
                _TAGS,
                request={"application/json": _LEVEL},
                responses={200: "Set: level, change", 409: "Somebody was faster"},
            ),
            body_limit=_BODY,
            right=at(level.ROOM),
        ),
    )


def _order_route(desk: Desk, one: str, verb: Verb) -> Route:
    operation = Operation(
        _WORDS[verb], _TAGS, request={"application/json": _ORDER}, responses=_DONE
    )
    handler: Handler = partial(desk.order, verb)
    return Route(
        *("POST", f"{one}/{verb}", handler), operation=operation, body_limit=_BODY, right=_WORKS
    )


def _order_like(
    handler: Handler, path: str, words: str, body: dict[str, Any], right: Right = _WORKS
) -> Route:
    operation = Operation(words, _TAGS, request={"application/json": body}, responses=_DONE)
    return Route("POST", path, handler, operation=operation, body_limit=_BODY, right=right)


def _done(done: orders.Done) -> Response:
    return json_response({"id": done.id, "state": done.state, "change": done.change})


def _id(request: Request) -> str:
    return check_uri(request.path_params["id"], "id")
