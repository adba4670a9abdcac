"""Temporal evolutions over HTTP: retrieve and query (5.7.3, 5.7.4; 6.18 to 6.20)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

import orjson

from hansa.base.problems import BadRequestData, InvalidRequest, ResourceNotFound
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
from hansa.context.model import Aggregated, Aggregation, Evolution, Instance, Window
from hansa.context.query import Query, parse_aggregation, parse_window
from hansa.context.representation import Form, Shape, aggregated, evolution

_FORMS = {
    "normalized": Form.NORMALIZED,
    "concise": Form.NORMALIZED,
    "temporalValues": Form.SIMPLIFIED,
    "simplified": Form.SIMPLIFIED,
    "keyValues": Form.SIMPLIFIED,
    "aggregatedValues": None,
}
_Told: TypeAlias = Evolution | Aggregated


@dataclass(frozen=True, slots=True)
class _Wish:
    """What of history is asked for; `aggregation` None: the instances themselves."""

    query: Query
    window: Window
    at: datetime | None
    shape: Shape
    short: bool
    aggregation: Aggregation | None


async def retrieve_evolution(service: Service, request: Request) -> Response:
    """GET /temporal/entities/{entityId} (5.7.3)."""
    ask = await hear(service, request)
    query = Query(ids=(path_id(request),), attrs=attributes_wanted(ask))
    wish = _wish(ask, query)
    found = await _found(ask, wish)
    if not found:
        raise ResourceNotFound(f"there is no history of {query.ids[0]} with what is asked for")
    shown = await _shown(ask, wish, found[:1])
    return answer(ask, orjson.dumps(shown[0]))


async def query_evolutions(service: Service, request: Request) -> Response:
    """GET /temporal/entities (5.7.4)."""
    ask = await hear(service, request)
    if "timerel" not in request.query:
        raise BadRequestData("a temporal query needs timerel", where="timerel", rule="5.7.4.4")
    limit, offset, count = paging(ask)
    wish = _wish(ask, replace(selection(ask), attrs=attributes_wanted(ask)))
    alive = [one for one in await _found(ask, wish) if one.attributes]
    shown = await _shown(ask, wish, alive[offset : offset + limit])
    headers = [(COUNT, str(len(alive)))] if count else []
    links = page_links(ask, limit, offset, more=len(alive) > offset + limit)
    return answer(ask, orjson.dumps(shown), headers=headers, links=links)


async def _found(ask: Ask, wish: _Wish) -> Sequence[_Told]:
    city = ask.service.city
    if wish.aggregation is None:
        return await city.history(ask.view, wish.query, wish.window, wish.at)
    window = wish.window
    if window.after is None:  # 4.5.19: periods then follow from the first instance on
        window = replace(window, after=await _first(ask, wish))
    return await city.aggregates(ask.view, wish.query, window, wish.aggregation, wish.at)


async def _first(ask: Ask, wish: _Wish) -> datetime | None:
    found = await ask.service.city.history(ask.view, wish.query, wish.window, wish.at)
    instances = (one for each in found for many in each.attributes.values() for one in many)
    return min((_time_of(one, wish.window) for one in instances if one.body), default=None)


def _time_of(one: Instance, window: Window) -> datetime:
    observed = one.observed_at if window.timeproperty == "observedAt" else None
    return observed or one.recorded_at


async def _shown(ask: Ask, wish: _Wish, page: Sequence[_Told]) -> list[dict[str, Any]]:
    kinds = await _kinds(ask, wish, [one for one in page if isinstance(one, Aggregated)])
    return [
        aggregated(one, ask.names, wish.shape, kinds)
        if isinstance(one, Aggregated)
        else evolution(one, ask.names, wish.shape, wish.window.timeproperty, wish.short)
        for one in page
    ]


async def _kinds(ask: Ask, wish: _Wish, page: Sequence[Aggregated]) -> dict[str, str]:
    """Types of the attributes: as the vocabulary says, else as their newest instance does."""
    vocabulary = ask.service.city.vocabulary.types
    found: dict[str, str] = {}
    unsaid: dict[str, str] = {}
    for one in page:
        for key in one.attributes:
            name = key.partition(" ")[0]
            told = (vocabulary[kind].attributes for kind in one.types if kind in vocabulary)
            if known := next((each[name] for each in told if name in each), None):
                found[name] = known.kind
            else:
                unsaid[name] = one.id
    last = Window(timeproperty=wish.window.timeproperty, last=1)
    for name, holder in unsaid.items():
        newest = Query(ids=(holder,), attrs=(name,))
        told_of = await ask.service.city.history(ask.view, newest, last, wish.at)
        bodies = (each.body for one in told_of for each in one.attributes.get(name, ()))
        found[name] = next((str(body["type"]) for body in bodies if body), "Property")
    return found


def _wish(ask: Ask, query: Query) -> _Wish:
    params = ask.request.query
    window = parse_window(
        params.get("timerel"),
        params.get("timeAt"),
        params.get("endTimeAt"),
        params.get("timeproperty"),
        params.get("lastN"),
    )
    form, system = _form(ask)
    shown = shape(ask, body_context(ask), (Form.NORMALIZED, system))
    aggregation = None
    if form is None:
        aggregation = parse_aggregation(params.get("aggrMethods"), params.get("aggrPeriodDuration"))
    return _Wish(query, window, moment(ask), shown, form is Form.SIMPLIFIED, aggregation)


def _form(ask: Ask) -> tuple[Form | None, bool]:
    """(form, sysAttrs); None is the aggregated form. `format` goes before `options` (6.3.7)."""
    options = options_of(ask.request.query, _FORMS)
    given = ask.request.query.get("format")
    if given is not None and given not in _FORMS:
        raise InvalidRequest(f"{given!r} is no form", where="format", rule="6.3.7")
    named = [given] if given is not None else [one for one in _FORMS if one in options]
    found = {_FORMS[one] for one in named}
    if len(found) > 1:
        raise InvalidRequest("more than one form is asked for", where="options", rule="6.3.7")
    return (found.pop() if found else Form.NORMALIZED), "sysAttrs" in options
