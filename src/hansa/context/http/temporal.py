"""Temporal evolutions over HTTP: retrieve and query (5.7.3, 5.7.4; 6.18 to 6.20)."""

from dataclasses import replace

import orjson

from hansa.base.problems import (
    BadRequestData,
    OperationNotSupported,
    ResourceNotFound,
)
from hansa.base.web import Request, Response
from hansa.context.http.answers import COUNT, answer, body_context, page_links
from hansa.context.http.asking import Ask, hear
from hansa.context.http.entities import path_id
from hansa.context.http.parameters import (
    attributes_wanted,
    moment,
    options_of,
    paging,
    selection,
    shape,
)
from hansa.context.http.service import Service
from hansa.context.model import Window
from hansa.context.query import Query, parse_window
from hansa.context.representation import Form, Shape, evolution, evolutions

_TEMPORAL = ("temporalValues", "aggregatedValues")


async def retrieve_evolution(service: Service, request: Request) -> Response:
    """GET /temporal/entities/{entityId} (5.7.3)."""
    ask = await hear(service, request)
    window, shown, short = _asked(ask)
    query = Query(ids=(path_id(request),), attrs=attributes_wanted(ask))
    found = await service.city.history(ask.view, query, window, moment(ask))
    if not found:
        raise ResourceNotFound(f"there is no history of {query.ids[0]} with what is asked for")
    one = evolution(found[0], ask.names, shown, window.timeproperty, short)
    return answer(ask, orjson.dumps(one))


async def query_evolutions(service: Service, request: Request) -> Response:
    """GET /temporal/entities (5.7.4)."""
    ask = await hear(service, request)
    window, shown, short = _asked(ask)
    if "timerel" not in request.query:
        raise BadRequestData("a temporal query needs timerel", where="timerel", rule="5.7.4.4")
    limit, offset, count = paging(ask)
    query = replace(selection(ask), attrs=attributes_wanted(ask))
    found = await service.city.history(ask.view, query, window, moment(ask))
    alive = [one for one in found if one.attributes]
    page = alive[offset : offset + limit]
    body = evolutions(page, ask.names, shown, window.timeproperty, short)
    headers = [(COUNT, str(len(alive)))] if count else []
    links = page_links(ask, limit, offset, more=len(alive) > offset + limit)
    return answer(ask, body, headers=headers, links=links)


def _asked(ask: Ask) -> tuple[Window, Shape, bool]:
    """(window, shape, short form)."""
    params = ask.request.query
    short = _is_short(ask)
    window = parse_window(
        params.get("timerel"),
        params.get("timeAt"),
        params.get("endTimeAt"),
        params.get("timeproperty"),
        params.get("lastN"),
    )
    system = "sysAttrs" in options_of(params, _TEMPORAL)
    return window, shape(ask, body_context(ask), (Form.NORMALIZED, system)), short


def _is_short(ask: Ask) -> bool:
    params = ask.request.query
    given = {params.get("format"), *options_of(params, _TEMPORAL)}
    if "aggregatedValues" in given:
        raise OperationNotSupported("history is not aggregated yet", where="format")
    return bool(given & {"temporalValues", "simplified", "keyValues"})
