"""Outages and works over HTTP: parse, call, render."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import orjson

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData
from hansa.base.rights import OWN, Right, at
from hansa.base.web import Operation, Parameter, Request, Response, Route, json_response
from hansa.context import City
from hansa.desk import handover
from hansa.desk.outages import card, orders, reading
from hansa.desk.outages.known import Outages, plain
from hansa.desk.outages.model import CONSUMER, OUTAGE, WORK
from hansa.desk.outages.opening import CutDone, Office, open_cut
from hansa.desk.outages.states import CutVerb
from hansa.desk.outages.wishes import parse_opening, parse_order

_TAGS = ("desk",)
_WORKS = at(CONSUMER)
_PRIVATE = (("Cache-Control", "no-store"),)
_BODY = 256 * 1024
_MOST_DAYS = 92
_MOST_NAMED = 2000
_FORMS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}
_NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_TEXT = {"type": "string"}
_IDS = {"type": "array", "items": {"type": "string"}}
_MOMENT = {"type": "string", "format": "date-time"}
_OPENING: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["resource"],
    "properties": {
        "resource": {**_TEXT, "description": "One of GET /desk/outages/settings"},
        "zones": {**_IDS, "description": "SupplyZone; zones or houses are given"},
        "buildings": {**_IDS, "description": "Houses beside or without zones"},
        "cause": _TEXT,
        "organization": {**_TEXT, "description": "Who repairs it"},
        "planned": {"type": "boolean"},
        "startsAt": {**_MOMENT, "description": "Absent: now. A work needs one"},
        "promisedEnd": {**_MOMENT, "description": "A work needs one"},
        "title": {**_TEXT, "maxLength": 300},
        "text": {**_TEXT, "maxLength": 4000},
        "incident": {**_TEXT, "description": "An open one to join; absent: of the same trouble"},
        "alone": {"type": "boolean", "description": "No incident"},
    },
}
_ORDER: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["expect"],
    "properties": {
        "expect": {"type": "integer", "description": "Change number the order was decided on"},
        "promisedEnd": {**_MOMENT, "description": "With promise, confirm, report"},
        "reason": {**_TEXT, "description": "Why a promise changes: one of the settings"},
        "text": {**_TEXT, "maxLength": 4000},
        "zones": {**_IDS, "description": "With area"},
        "buildings": {**_IDS, "description": "With area"},
        "endedAt": {**_MOMENT, "description": "With end; absent: now"},
        "cause": {**_TEXT, "description": "With confirm"},
        "organization": {**_TEXT, "description": "With confirm"},
        "incident": {**_TEXT, "description": "With confirm: an open one to join"},
    },
}
_WORDS = {
    CutVerb.CONFIRM: "Say that a proposed outage is true; opens or joins an incident",
    CutVerb.PROMISE: "A new promised end, with the reason",
    CutVerb.REPORT: "The organisation has said how it stands",
    CutVerb.AREA: "Other zones or houses",
    CutVerb.END: "It is over; its calls are called back",
    CutVerb.CANCEL: "It is none",
}
_DONE = {
    200: "Done: id, state, change, incident",
    404: "No such outage",
    409: "Another state, one is open there, or somebody was faster: says who did what",
}


class Handlers:
    """The handlers over one city's outages."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._city: City = office.city
        self._outages = Outages(office.city, office.settings, office.houses)

    async def many(self, request: Request) -> Response:
        """What is open, comes, or ended lately."""
        days = request.query.whole("days", 1, low=1, high=_MOST_DAYS) or 1
        return json_response(
            await reading.many(self._city, request.view, days=days), headers=_PRIVATE
        )

    async def choices(self, request: Request) -> Response:
        """What the form offers."""
        told = await reading.choices(self._city, request.view, self._office.settings)
        return json_response(told, headers=_PRIVATE)

    async def count(self, request: Request) -> Response:
        """What zones and houses come to together, before anything is written."""
        zones, buildings = (_ids(request, name) for name in ("zones", "buildings"))
        # counts of houses are for those who work with them
        self._city.guard.through(request.grant, CONSUMER)
        extent = await self._office.houses.extent(zones, buildings)
        social = [{"category": category, "name": name} for category, name in extent.social]
        told = {
            "houses": len(extent.houses),
            "people": extent.people,
            "children": extent.children,
            "socialObjects": social,
        }
        return json_response(told, headers=_PRIVATE)

    async def known(self, request: Request) -> Response:
        """What is off at a house, with the sentence to read out."""
        building = check_uri(request.query.get("building") or "", "building")
        resource = request.query.get("resource") or None
        language = self._language(request)
        cuts = await self._outages.known(request.view, building, resource)
        told = [
            plain(cut) | {"sentence": await self._outages.told(request.view, cut, language)}
            for cut in cuts
        ]
        return json_response({"outages": told}, headers=_PRIVATE)

    async def one(self, request: Request) -> Response:
        """One with its history."""
        languages = self._city.settings.languages
        told = await reading.one(self._city, request.view, self._outages, _id(request), languages)
        return json_response(told, headers=_PRIVATE)

    async def card(self, request: Request) -> Response:
        """The printed card: a page, or a PDF that the helper process sets."""
        form = request.query.get("format") or "html"
        if form not in _FORMS:
            raise BadRequestData(
                f"{form!r} is no format", where="format", remedy=f"one of {', '.join(_FORMS)}"
            )
        city, language = self._city, self._language(request)
        told = await reading.one(city, request.view, self._outages, _id(request), (language,))
        settings = city.settings
        paper = card.lay_out(told, settings.title, settings.zone, self._office.settings, language)
        if form == "pdf":
            body: bytes = await city.helper.call("pdf.handover", orjson.dumps(paper))
        else:
            body = handover.render(paper).encode()
        mark = "EXERCISE-" if city.world.exercise else ""
        headers = (
            ("Content-Type", _FORMS[form]),
            ("Content-Disposition", f'inline; filename="{mark}{settings.name}-outage.{form}"'),
            ("Content-Security-Policy", _NOTHING_RUNS),
            *_PRIVATE,
        )
        return Response(200, body, headers)

    async def open(self, kind: str, request: Request) -> Response:
        """An outage that happens, or a work that is announced."""
        self._city.guard.through(request.grant, CONSUMER)  # before anything is read
        wish = parse_opening(await request.json(), self._office.settings, work=kind == WORK)
        return _done(await open_cut(self._office, request.grant, kind, wish), 201)

    async def order(self, verb: CutVerb, request: Request) -> Response:
        """An order about one."""
        self._city.guard.through(request.grant, CONSUMER)
        order = parse_order(verb, await request.json(), self._office.settings)
        return _done(await orders.give(self._office, request.grant, _id(request), verb, order))

    def _language(self, request: Request) -> str:
        languages = self._city.settings.languages
        asked = request.query.get("language") or ""
        return asked if asked in languages else languages[0]


def outage_routes(office: Office) -> tuple[Route, ...]:
    """Every route of outages and works."""
    desk = Handlers(office)
    days = Parameter("days", "Ended within so many days", schema={"type": "integer"})
    area = (
        Parameter("zones", "Ids, with commas between them"),
        Parameter("buildings", "Ids, with commas between them"),
    )
    house = (
        Parameter("building", "The house", required=True),
        Parameter("resource", "Only of this one"),
        Parameter("language", "Of the sentence: one of the city's"),
    )
    form = (
        Parameter("format", "html, pdf"),
        Parameter("language", "One of the city's"),
    )
    one = "/desk/outages/{id}"
    return (
        _get("/desk/outages", desk.many, "Outages and works: open, coming, ended lately", (days,)),
        _get("/desk/outages/settings", desk.choices, "What the form of an outage offers"),
        _get(
            "/desk/outages/count",
            desk.count,
            "Houses and people of zones and houses",
            area,
            right=_WORKS,
        ),
        _get("/desk/outages/known", desk.known, "What is off at a house, and what to say", house),
        _get(one, desk.one, "One outage or work with its history", found=True),
        _get(f"{one}/card", desk.card, "Its printed card", form, found=True),
        _post("/desk/outages", partial(desk.open, OUTAGE), "Tell of an outage"),
        _post("/desk/works", partial(desk.open, WORK), "Announce planned works"),
        *(_order_route(desk, one, verb) for verb in CutVerb),
    )


def _get(
    path: str,
    handler: Callable[[Request], Awaitable[Response]],
    words: str,
    parameters: tuple[Parameter, ...] = (),
    *,
    found: bool = False,
    right: Right = OWN,
) -> Route:
    responses = {200: "OK", 404: "No such outage"} if found else {200: "OK"}
    operation = Operation(words, _TAGS, parameters, responses=responses)
    return Route("GET", path, handler, operation=operation, strict=True, right=right)


def _post(path: str, handler: Callable[[Request], Awaitable[Response]], words: str) -> Route:
    operation = Operation(
        words,
        _TAGS,
        request={"application/json": _OPENING},
        responses={
            201: "Told: id, state, change, incident",
            400: "Says which member is at fault",
            409: "One is open for a zone and the resource",
        },
    )
    return Route("POST", path, handler, operation=operation, body_limit=_BODY, right=_WORKS)


def _order_route(desk: Handlers, one: str, verb: CutVerb) -> Route:
    operation = Operation(
        _WORDS[verb], _TAGS, request={"application/json": _ORDER}, responses=_DONE
    )
    return Route(
        "POST",
        f"{one}/{verb}",
        partial(desk.order, verb),
        operation=operation,
        body_limit=_BODY,
        right=_WORKS,
    )


def _done(done: CutDone, status: int = 200) -> Response:
    told = {"id": done.id, "state": done.state, "change": done.change}
    return json_response(told | {"incident": done.incident or None}, status)


def _ids(request: Request, name: str) -> tuple[str, ...]:
    given = request.query.get(name) or ""
    found = tuple(check_uri(one, name) for one in given.split(",") if one)
    if len(found) > _MOST_NAMED:
        raise BadRequestData("too many", where=name)
    return found


def _id(request: Request) -> str:
    return check_uri(request.path_params["id"], "id")
