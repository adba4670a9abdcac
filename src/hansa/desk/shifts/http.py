"""Shifts and duties over HTTP: parse, call, render."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

import msgspec

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData, ResourceNotFound
from hansa.base.rights import at
from hansa.base.times import format_instant, parse_instant
from hansa.base.web import Operation, Parameter, Request, Response, Route, json_response
from hansa.context import City
from hansa.desk.shifts import reading
from hansa.desk.shifts.entities import SHIFT
from hansa.desk.shifts.model import ShiftSettings, ShiftState
from hansa.desk.shifts.orders import ROOM, Done, HandOver, Orders, Remark, Sign, Take
from hansa.desk.shifts.sheet import Sheets, digest_of, document

_TAGS = ("desk",)
_PRIVATE = (("Cache-Control", "no-store"),)
_BODY = 64 * 1024
_LARGEST_PAGE = 500
_NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
T = TypeVar("T")


class Form(Protocol):
    """Another form of a sheet: its media type, and how it is made."""

    @property
    def media(self) -> str:
        """The media type."""

    @property
    def render(self) -> Callable[[Mapping[str, Any], str, str], Awaitable[bytes]]:
        """A sheet's answer, a language and an origin to a file's bytes."""


_SIGNATURE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["digest"],
    "properties": {
        "digest": {"type": "string", "description": "Of the sheet that one has in front of them"},
        "password": {"type": "string", "description": "Of who has an account"},
        "confirm": {"type": "boolean", "description": "Of a visitor of an exercise"},
    },
}


class Desk:
    """The handlers over one city's shifts."""

    def __init__(self, city: City, settings: ShiftSettings, forms: Mapping[str, Form]) -> None:
        self._city = city
        self._forms = forms
        self._settings = settings
        self._sheets = Sheets(city, settings)
        self._orders = Orders(city, settings, self._sheets)

    async def current(self, request: Request) -> Response:
        """Every post with its shift, duties and lines."""
        told = await reading.current(self._city, request.view, self._settings)
        return json_response(told, headers=_PRIVATE)

    async def on_duty(self, request: Request) -> Response:
        """Who is on duty, for the top bar."""
        told = await reading.on_duty(self._city, request.view, self._settings)
        now = format_instant(self._city.clock.now())
        return json_response({"now": now, "posts": told}, headers=_PRIVATE)

    async def many(self, request: Request) -> Response:
        """Past shifts."""
        limit = request.query.whole("limit", 50, low=1, high=_LARGEST_PAGE) or 50
        offset = request.query.whole("offset", 0) or 0
        told = await reading.shifts(self._city, request.view, limit, offset)
        return json_response(told, headers=_PRIVATE)

    async def sheet(self, request: Request) -> Response:
        """The sheet of a shift: as it was frozen, or as it would be handed over now."""
        wanted = request.query.get("format") or "json"
        if wanted != "json" and wanted not in self._forms:
            known = ", ".join(["json", *self._forms])
            raise BadRequestData(
                f"{wanted!r} is no format", where="format", remedy=f"one of {known}"
            )
        told = await self._sheet_of(request)
        if wanted == "json":
            return json_response(told, headers=_PRIVATE)
        form, languages = self._forms[wanted], self._city.settings.languages
        asked = request.query.get("language") or ""
        language = asked if asked in languages else languages[0]
        headers = (
            ("Content-Type", form.media),
            ("Content-Disposition", f'inline; filename="{self._file(told)}.{wanted}"'),
            ("Content-Security-Policy", _NOTHING_RUNS),
            *_PRIVATE,
        )
        return Response(200, await form.render(told, language, ""), headers)

    def _file(self, told: Mapping[str, Any]) -> str:
        """The name of a file of a sheet; an exercise says so first."""
        sheet, zone = told["sheet"], self._settings.zone
        begun = parse_instant(sheet["takenAt"]).astimezone(zone)
        stem = f"{self._city.settings.name}-hand-over-{sheet['post']}-{begun:%Y-%m-%d-%H%M}"
        return f"EXERCISE-{stem}" if self._city.world.exercise else stem

    async def _sheet_of(self, request: Request) -> Mapping[str, Any]:
        """The sheet with its digest and signatures; `frozen` says whether it can still change."""
        name = check_uri(request.path_params["id"], "id")
        shift = await reading.one_of(self._city, request.view, name, SHIFT)
        if shift is None:
            raise ResourceNotFound(f"there is no shift {name}", where="id")
        told = reading.held(shift)
        if shift.value("state") == ShiftState.RUNNING:
            grant, now = request.grant, self._city.clock.now()
            made = document(await self._sheets.make(request.view, shift, now, grant.actor))
            told |= {"sheet": made, "digest": digest_of(made), "intact": True}
        return {**told, "frozen": shift.value("state") != ShiftState.RUNNING}

    async def take(self, request: Request) -> Response:
        """Take over a post."""
        wish = await _wish(request, Take)
        shift = await self._orders.take(request.grant, wish, request.client_host)
        return json_response({"id": shift}, 201)

    async def hand_over(self, request: Request) -> Response:
        """Freeze the sheet, free the post."""
        digest = await self._orders.hand_over(request.grant, await _wish(request, HandOver))
        return json_response({"digest": digest})

    async def sign(self, request: Request) -> Response:
        """Sign the sheet of the shift handed over."""
        wish = await _wish(request, Sign)
        await self._orders.sign(request.grant, wish, request.client_host)
        return json_response({"id": wish.shift})

    async def note(self, request: Request) -> Response:
        """Leave a note on the running shift."""
        wish = await _wish(request, Remark)
        await self._orders.note(request.grant, wish)
        return json_response({"post": wish.post}, 201)

    async def done(self, request: Request) -> Response:
        """A duty is done."""
        duty = check_uri(request.path_params["id"], "id")
        await self._orders.done(request.grant, duty, await _wish(request, Done))
        return json_response({"id": duty})


def shift_routes(
    city: City, settings: ShiftSettings, forms: Mapping[str, Form] = MappingProxyType({})
) -> tuple[Route, ...]:
    """Every route of shifts and duties. `forms`: of a sheet beside JSON, by name (html, pdf)."""
    desk = Desk(city, settings, forms)
    paging = (
        Parameter("limit", "At most so many", schema={"type": "integer"}),
        Parameter("offset", "Leave out so many", schema={"type": "integer"}),
    )
    sheet = Operation(
        "The hand-over sheet: as frozen, or as it would be handed over now",
        _TAGS,
        (
            Parameter("format", f"json{''.join(f', {name}' for name in forms)}"),
            Parameter("language", "Of a page: one of the city's"),
        ),
        responses={200: "OK", 404: "No such shift"},
    )
    return (
        _get("/desk/shifts/current", desk.current, "Posts, who is on duty, duties, lines"),
        _get("/desk/shifts/on-duty", desk.on_duty, "Who is on duty at each post"),
        Route(
            "GET",
            "/desk/shifts",
            desk.many,
            operation=Operation("Shifts, the last taken over first", _TAGS, paging),
            strict=True,
        ),
        Route("GET", "/desk/shifts/{id}/sheet", desk.sheet, operation=sheet, strict=True),
        *_orders(desk),
    )


def _orders(desk: Desk) -> tuple[Route, ...]:
    return (
        _post(
            "/desk/shifts/take",
            desk.take,
            "Take over a post, and sign the sheet of the shift before",
            {
                "post": {"type": "string"},
                "expect": {"type": "integer", "description": "Change of the shift before, or 0"},
                "sign": _SIGNATURE,
                "relieve": {"type": "boolean", "description": "Who is on duty cannot hand over"},
            },
        ),
        _post(
            "/desk/shifts/hand-over",
            desk.hand_over,
            "Freeze the hand-over sheet and free the post",
            {
                "shift": {"type": "string"},
                "expect": {"type": "integer"},
                "text": {"type": "string", "maxLength": 4000},
            },
        ),
        _post(
            "/desk/shifts/sign",
            desk.sign,
            "Sign the sheet of the shift that one has handed over",
            {"shift": {"type": "string"}, "sign": _SIGNATURE},
        ),
        _post(
            "/desk/shifts/note",
            desk.note,
            "Leave a note on the running shift of a post",
            {"post": {"type": "string"}, "text": {"type": "string", "maxLength": 4000}},
        ),
        _post(
            "/desk/duties/{id}/done",
            desk.done,
            "A duty is done",
            {
                "expect": {"type": "integer"},
                "text": {"type": "string", "maxLength": 4000},
            },
        ),
    )


def _get(path: str, handler: Callable[[Request], Awaitable[Response]], words: str) -> Route:
    return Route("GET", path, handler, operation=Operation(words, _TAGS), strict=True)


def _post(
    path: str,
    handler: Callable[[Request], Awaitable[Response]],
    words: str,
    members: Mapping[str, Any],
) -> Route:
    body = {"type": "object", "additionalProperties": False, "properties": dict(members)}
    operation = Operation(
        words,
        _TAGS,
        request={"application/json": body},
        responses={200: "Done", 409: "Another state, or somebody was faster"},
    )
    return Route("POST", path, handler, operation=operation, body_limit=_BODY, right=at(ROOM))


async def _wish(request: Request, shape: type[T]) -> T:
    try:
        return msgspec.convert(await request.json(_BODY), shape)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error
