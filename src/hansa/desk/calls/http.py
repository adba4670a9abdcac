"""Calls over HTTP: parse, call, render."""

from functools import partial
from typing import Any

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData
from hansa.base.rights import at
from hansa.base.web import Operation, Parameter, Request, Response, Route, json_response
from hansa.context import City
from hansa.desk.calls import card, correcting, known, orders, reading, taking
from hansa.desk.calls.finding import handling
from hansa.desk.calls.model import CHANNELS, Calling
from hansa.desk.calls.states import CallBack, CallVerb

_TAGS = ("calls",)
_WORKS = at(taking.ROOM)
_PRIVATE = (("Cache-Control", "no-store"),)
_BODY = 64 * 1024
_ORDER: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "expect": {"type": "integer", "description": "Change number the order was decided on"},
        "text": {"type": "string", "maxLength": 4000, "description": "Kept as personal"},
        "outage": {"type": "string", "format": "uri", "description": "With attach"},
        "incident": {"type": "string", "format": "uri", "description": "With incident"},
        "theme": {"type": "string", "description": "With theme: one of GET /desk/themes"},
        "result": {"enum": [one.value for one in CallBack], "description": "With callback"},
        "reason": {"type": "string", "description": "With close: one of GET /desk/calls/settings"},
        "organization": {"type": "string", "description": "With route; absent: by the table"},
    },
}
_TELEPHONE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["telephone"],
    "properties": {"telephone": {"type": "string", "description": "It is not kept"}},
}
_DONE = {
    200: "Done: id, state, change",
    404: "No such call, or none of one's own organisation",
    409: "Another state, or somebody was faster: says who did what",
}
_TAKEN = {
    200: "It was taken before, with the same draft",
    201: "Taken: id, number, state, change, incident",
    400: "Says which member is at fault",
}
_WORDS = {
    CallVerb.ATTACH: "It belongs to a known outage or work",
    CallVerb.DETACH: "It does not belong to it",
    CallVerb.THEME: "Say what it is about",
    CallVerb.INCIDENT: "Join it to an incident",
    CallVerb.DONE: "It is done; the caller is to be called back",
    CallVerb.CALLBACK: "What came of calling back: confirmed closes, notDone begins again",
    CallVerb.CLOSE: "Close without a call back, with a reason",
    CallVerb.REOPEN: "Begin again",
    CallVerb.STRIKE: "It was taken by mistake; it stays readable",
    CallVerb.NOTE: "Add a note to its life",
    CallVerb.ROUTE: "Send it as a task to whom the city's table names, or to another",
}


class Calls:
    """The handlers over one city's calls."""

    def __init__(self, city: City, calling: Calling) -> None:
        self._city = city
        self._calling = calling

    async def many(self, request: Request) -> Response:
        """Calls by state, theme, house; without their callers."""
        asked = reading.asked_of(request.query)
        return json_response(await reading.calls(self._city, request.view, asked), headers=_PRIVATE)

    async def one(self, request: Request) -> Response:
        """A call with its caller and its life."""
        found = await reading.one_call(self._city, request.view, _id(request))
        return json_response(found, headers=_PRIVATE)

    async def at(self, request: Request) -> Response:
        """What the card shows of a house."""
        building = check_uri(request.query.get("building"), "building")
        found = await known.known_at(self._city, request.view, self._calling, building)
        return json_response(found, headers=_PRIVATE)

    async def former(self, request: Request) -> Response:
        """Former calls by a telephone; what is searched for stands in no address and no log."""
        self._city.guard.through(request.grant, taking.ROOM)
        body = await request.json(_BODY)
        text = body.get("telephone") if isinstance(body, dict) else None
        if not isinstance(text, str):
            raise BadRequestData("whose calls is missing", where="telephone")
        view = handling(self._city, request.view)
        return json_response(await known.known_of(self._city, view, text), headers=_PRIVATE)

    async def settings(self, _: Request) -> Response:
        """What the card and the page need to know of the city."""
        given = self._calling.settings
        return json_response(
            {
                "channels": list(CHANNELS),
                "reasons": {code: dict(words) for code, words in given.reasons.items()},
                "callBackTries": given.tries,
                "lateMinutes": given.late_after.total_seconds() / 60,
                "dueMinutes": {
                    kind.value: time.total_seconds() / 60 for kind, time in given.due.items()
                },
            }
        )

    async def take(self, request: Request) -> Response:
        """Take a call."""
        self._city.guard.through(request.grant, taking.ROOM)
        given = card.parse_card(await request.json(_BODY), self._calling, self._city.clock.now())
        return _taken(await taking.take(self._city, request.grant, self._calling, given))

    async def correct(self, request: Request) -> Response:
        """Another card in place of one that was filled wrongly."""
        self._city.guard.through(request.grant, taking.ROOM)
        body, now = await request.json(_BODY), self._city.clock.now()
        expect, given = correcting.parse_correction(body, self._calling, now)
        done = await correcting.correct(
            self._city, request.grant, self._calling, _id(request), expect, given
        )
        return _taken(done)

    async def order(self, verb: CallVerb, request: Request) -> Response:
        """Carry an order out."""
        self._city.guard.through(request.grant, taking.ROOM)
        order = orders.parse_order(verb, await request.json(_BODY), self._calling)
        done = await orders.give(
            self._city, request.grant, self._calling, _id(request), verb, order
        )
        return json_response({"id": done.id, "state": done.state, "change": done.change})


def call_routes(city: City, calling: Calling) -> tuple[Route, ...]:
    """Every route of calls."""
    calls = Calls(city, calling)
    path, one = "/desk/calls", "/desk/calls/{id}"
    return (
        Route("GET", path, calls.many, operation=_listing(), strict=True),
        Route(
            "POST",
            path,
            calls.take,
            operation=Operation(
                "Take a call", _TAGS, request={"application/json": card.SCHEMA}, responses=_TAKEN
            ),
            body_limit=_BODY,
            right=_WORKS,
        ),
        Route(
            "GET",
            f"{path}/at",
            calls.at,
            operation=Operation(
                "What is known of a house: outages, works, calls of a day, who serves it",
                _TAGS,
                (Parameter("building", "Id of the house", required=True),),
            ),
            strict=True,
        ),
        _former(calls, path),
        Route(
            "GET",
            f"{path}/settings",
            calls.settings,
            operation=Operation("Channels, reasons, times", _TAGS),
        ),
        Route(
            "GET",
            one,
            calls.one,
            operation=Operation(
                "A call, its caller and its life", _TAGS, responses={200: "OK", 404: "No such call"}
            ),
        ),
        Route(
            "POST",
            f"{one}/correct",
            calls.correct,
            operation=Operation(
                "Another card in place of one that was filled wrongly",
                _TAGS,
                request={"application/json": _correction()},
                responses={**_TAKEN, 409: "Somebody was faster: says who did what"},
            ),
            body_limit=_BODY,
            right=_WORKS,
        ),
        *(_order_route(calls, one, verb) for verb in CallVerb),
    )


def _former(calls: Calls, path: str) -> Route:
    return Route(
        "POST",
        f"{path}/former",
        calls.former,
        operation=Operation(
            "Former calls by a telephone, without their callers; the search is journalled",
            _TAGS,
            request={"application/json": _TELEPHONE},
            responses={200: "OK", 400: "It is no telephone"},
        ),
        body_limit=_BODY,
        right=_WORKS,
    )


def _listing() -> Operation:
    return Operation("Calls, the newest first; without their callers", _TAGS, reading.PARAMETERS)


def _correction() -> dict[str, Any]:
    expect = {"type": "integer", "description": "Change number of the call"}
    return {
        **card.SCHEMA,
        "required": ["expect"],
        "properties": {"expect": expect, **card.SCHEMA["properties"]},
    }


def _order_route(calls: Calls, one: str, verb: CallVerb) -> Route:
    operation = Operation(
        _WORDS[verb], _TAGS, request={"application/json": _ORDER}, responses=_DONE
    )
    handler = partial(calls.order, verb)
    return Route(
        *("POST", f"{one}/{verb}", handler), operation=operation, body_limit=_BODY, right=_WORKS
    )


def _taken(done: taking.Taken) -> Response:
    told = {
        "id": done.id,
        "number": done.number,
        "state": done.state,
        "change": done.change,
        "incident": done.incident or None,
        "outage": done.outage or None,
    }
    return json_response(told, status=200 if done.again else 201)


def _id(request: Request) -> str:
    return check_uri(request.path_params["id"], "id")
