"""The routes of the page *Data*: charts, one entity and its past, exports."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias

from hansa.base.problems import BadRequestData
from hansa.base.times import parse_instant
from hansa.base.web import Operation, Parameter, Request, Response, Route, json_response
from hansa.console.charting import entity_series, sector_series
from hansa.console.export import Asked, export
from hansa.console.looking import look, past
from hansa.console.series import Limit, Wanted
from hansa.context import City, Window

Limits: TypeAlias = Callable[[], Sequence[Limit]]

_TAGS = ("console",)
_PRIVATE = (("Cache-Control", "no-store"),)
_MOMENT = {"type": "string", "format": "date-time"}
_LAST = 200  # instances of a list of the past, unless asked otherwise


class Data:
    """The handlers of one city; `limits` tells the thresholds of its rules."""

    def __init__(self, city: City, limits: Limits) -> None:
        self._city = city
        self._limits = limits

    async def series(self, request: Request) -> Response:
        query = request.query
        entity_id = _needed(request, "id")
        wanted = self._wanted(request)
        attributes = query.listed("attrs")
        document = await entity_series(
            self._city, request.view, entity_id, attributes, wanted, self._limits()
        )
        return json_response(document, headers=_PRIVATE)

    async def sector(self, request: Request) -> Response:
        sector, wanted = _needed(request, "sector"), self._wanted(request)
        document = await sector_series(self._city, request.view, sector, wanted, self._limits())
        return json_response(document, headers=_PRIVATE)

    async def kinds(self, request: Request) -> Response:
        """What there is, by kind: where a person begins who does not know what to look for."""
        found = await self._city.types(request.view)
        return json_response({"kinds": dict(sorted(found.items()))}, headers=_PRIVATE)

    async def entity(self, request: Request) -> Response:
        entity_id = request.path_params["id"]
        document = await look(self._city, request.view, entity_id, moment(request, "at"))
        return json_response(document, headers=_PRIVATE)

    async def past(self, request: Request) -> Response:
        entity_id, name = request.path_params["id"], _needed(request, "attribute")
        last = request.query.whole("last", _LAST, 1, 5000)
        after, before = moment(request, "from"), moment(request, "to")
        window = Window(after, before, _property(request), last)
        at = moment(request, "at")
        document = await past(self._city, request.view, entity_id, name, window, at)
        return json_response(document, headers=_PRIVATE)

    async def export(self, request: Request) -> Response:
        query = request.query
        asked = Asked(
            _needed(request, "type"),
            query.get("q") or "",
            query.listed("ids"),
            moment(request, "at"),
            query.get("format") or "csv",
        )
        return await export(self._city, request.view, asked)

    def _wanted(self, request: Request) -> Wanted:
        before = moment(request, "to") or self._city.clock.now()
        after = moment(request, "from")
        if after is not None and after >= before:
            raise BadRequestData("the window ends before it begins", where="from")
        return Wanted(after, before, moment(request, "at"))


def moment(request: Request, name: str) -> datetime | None:
    """An RFC 3339 parameter; BadRequestData names it."""
    text = request.query.get(name)
    if not text:
        return None
    try:
        return parse_instant(text)
    except BadRequestData as error:
        raise BadRequestData(error.detail, where=name, rule=error.rule) from error


def _property(request: Request) -> str:
    """By which time the past is ordered: when it was true, or when it was known."""
    return "observedAt" if request.query.flag("observed") else "modifiedAt"


def _needed(request: Request, name: str) -> str:
    text = request.query.get(name)
    if not text:
        raise BadRequestData("the parameter is needed", where=name)
    return text


def _text(name: str, description: str, *, required: bool = False) -> Parameter:
    return Parameter(name, description, required=required)


def routes(city: City, limits: Limits = tuple) -> tuple[Route, ...]:
    """Every route of the page."""
    data = Data(city, limits)
    at = Parameter("at", "as known at this moment (RFC 3339)", schema=_MOMENT)
    window = (
        Parameter("from", "begin of the window; the first instance where absent", schema=_MOMENT),
        Parameter("to", "end of the window, now where absent", schema=_MOMENT),
    )
    many = Parameter("last", "how many, the newest", schema={"type": "integer", "minimum": 1})
    observed = Parameter("observed", "order by observedAt", schema={"type": "boolean"})
    table = (
        (
            "/console/series",
            data.series,
            "The series of an entity for charts",
            (_text("id", "the entity", required=True), _text("attrs", "attributes, all if absent")),
            (*window, at),
        ),
        (
            "/console/sector-series",
            data.sector,
            "The series of a sector for charts",
            (_text("sector", "the sector", required=True),),
            (*window, at),
        ),
        ("/console/kinds", data.kinds, "Types of entities with their number", (), ()),
        (
            "/console/entities/{id}",
            data.entity,
            "An entity, since when each value is known, whose it is",
            (),
            (at,),
        ),
        (
            "/console/entities/{id}/past",
            data.past,
            "The past of an attribute: both times, and what was back-filled",
            (_text("attribute", "the attribute", required=True),),
            (*window, at, many, observed),
        ),
        (
            "/console/export",
            data.export,
            "Entities as a file: CSV, GeoJSON or Parquet",
            (
                _text("type", "the type", required=True),
                _text("q", "fewer of them (NGSI-LD q)"),
                _text("ids", "these, comma separated"),
                Parameter("format", schema={"enum": ["csv", "geojson", "parquet"]}),
            ),
            (at,),
        ),
    )
    return tuple(
        Route("GET", path, handler, operation=Operation(told, _TAGS, (*first, *second)))
        for path, handler, told, first, second in table
    )
