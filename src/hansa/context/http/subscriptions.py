"""Subscriptions over HTTP (6.10, 6.11; 5.8.1 to 5.8.5)."""

from typing import Any

import orjson

from hansa.base.ids import check_uri
from hansa.base.problems import Forbidden
from hansa.base.web import Request, Response
from hansa.context.http.answers import (
    COUNT,
    answer,
    answer_json,
    body_context,
    created,
    empty,
    entity_path,
    page_links,
)
from hansa.context.http.asking import Ask, hear, hear_body
from hansa.context.http.parameters import forms, paging
from hansa.context.http.service import Service
from hansa.context.subscriptions import Live, Subscriptions, show


class SubscriptionVerbs:
    """The handlers, which need the subscriptions of the city beside the service."""

    def __init__(self, service: Service, subscriptions: Subscriptions) -> None:
        self._service = service
        self._kept = subscriptions

    async def create(self, service: Service, request: Request) -> Response:
        """POST /subscriptions (5.8.1)."""
        ask, document = await hear_body(service, request)
        _check_subscriber(ask)
        base = f"{request.scheme}://{request.headers.get('host', 'localhost')}"
        kept = await self._kept.create(ask.grant, document, ask.names, _context(ask), base)
        return created(ask, entity_path(kept.id, "subscriptions"))

    async def query(self, service: Service, request: Request) -> Response:
        """GET /subscriptions (5.8.4)."""
        ask = await hear(service, request)
        _check_subscriber(ask)
        limit, offset, count = paging(ask)
        found = self._kept.all(ask.grant)
        page = [await self._shown(ask, live) for live in found[offset : offset + limit]]
        if (context := body_context(ask)) is not None:
            page = [{**one, "@context": context} for one in page]
        links = page_links(ask, limit, offset, more=len(found) > offset + limit)
        headers = [(COUNT, str(len(found)))] if count else []
        return answer(ask, orjson.dumps(page), headers=headers, links=links)

    async def retrieve(self, service: Service, request: Request) -> Response:
        """GET /subscriptions/{subscriptionId} (5.8.3)."""
        ask = await hear(service, request)
        _check_subscriber(ask)
        return answer_json(ask, await self._shown(ask, self._kept.find(ask.grant, _id(request))))

    async def update(self, service: Service, request: Request) -> Response:
        """PATCH /subscriptions/{subscriptionId} (5.8.2)."""
        ask, fragment = await hear_body(service, request)
        _check_subscriber(ask)
        await self._kept.update(ask.grant, _id(request), fragment, ask.names, _context(ask))
        return empty(ask)

    async def delete(self, service: Service, request: Request) -> Response:
        """DELETE /subscriptions/{subscriptionId} (5.8.5)."""
        ask = await hear(service, request)
        _check_subscriber(ask)
        await self._kept.delete(ask.grant, _id(request))
        return empty(ask)

    async def _shown(self, ask: Ask, live: Live) -> dict[str, Any]:
        counters = await self._kept.counters(live.kept.key)
        now = self._service.city.clock.now()
        return show(live, ask.names, counters, now, system=forms(ask.request.query)[1])


def _context(ask: Ask) -> Any:
    """The user's part of the context a subscription came with."""
    return ask.names.terms.source


def _id(request: Request) -> str:
    return check_uri(request.path_params["subscriptionId"], "subscriptionId")


def _check_subscriber(ask: Ask) -> None:
    """Only programs, and who manages their tokens, have data sent elsewhere."""
    ask.service.city.guard.rights.check_subscribes(ask.grant)
    if ask.grant.on_behalf:
        raise Forbidden("a subscription would outlive the appointment by which you act")
