"""Answers of the NGSI-LD API: where the context goes, page links, counts, locations."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from hansa.base.web import Response
from hansa.context.http.asking import GEO_JSON, JSON, LD_JSON, Ask
from hansa.context.http.service import BASE
from hansa.context.jsonld import OWN_PATH, context_link

COUNT = "NGSILD-Results-Count"


def body_context(ask: Ask) -> Any:
    """The `@context` that goes into the body, None where a Link header carries it (6.3.6)."""
    if ask.media == JSON:
        return None
    if ask.media == GEO_JSON and _prefers_plain(ask):
        return None
    return context_url_or_value(ask)


def context_url_or_value(ask: Ask) -> Any:
    """The user's context alone, never with the core beside it; else the node's default."""
    return default_url(ask) if ask.context is None else ask.names.terms.source


def default_url(ask: Ask) -> str:
    """The URL of the context of a request that named none."""
    if ask.service.default_url is not None:
        return ask.service.default_url
    return _absolute(ask, OWN_PATH)


def answer(
    ask: Ask,
    body: bytes,
    *,
    status: int = 200,
    headers: Iterable[tuple[str, str]] = (),
    links: Iterable[str] = (),
) -> Response:
    """A body under the request's context; page links share the Link header with it."""
    all_links = list(links)
    if body_context(ask) is None:
        all_links.insert(0, context_link(_linked(ask)))
    lines = [("Content-Type", ask.media), *headers]
    if all_links:
        lines.append(("Link", ", ".join(all_links)))
    return Response(status, body, tuple(lines))


def answer_json(ask: Ask, value: dict[str, Any], **more: Any) -> Response:
    """One JSON object; with `@context` where the answer is application/ld+json."""
    if ask.media == LD_JSON:
        value = {**value, "@context": context_url_or_value(ask)}
    return answer(ask, orjson.dumps(value), **more)


def created(ask: Ask, path: str) -> Response:
    """201 with an empty body and a Location."""
    return Response(201, headers=(("Location", path),))


def empty(ask: Ask) -> Response:
    """204."""
    return Response(204)


def multi_status(ask: Ask, value: Any) -> Response:
    """207: always application/json and full names, as there is no context (6.3.6)."""
    return Response(207, orjson.dumps(value), (("Content-Type", JSON),))


def entity_path(entity_id: str, collection: str = "entities") -> str:
    """The path of an entity, its id ready for a URL."""
    return f"{BASE}/{collection}/{quote(entity_id, safe=':@!$&()*+,;=~-._')}"


def page_links(ask: Ask, limit: int, offset: int, more: bool) -> list[str]:
    """`prev` and `next`, relative, with the parameters in the order of their names."""
    found = []
    if limit and offset > 0:
        found.append(_page(ask, limit, max(offset - limit, 0), "prev"))
    if limit and more:
        found.append(_page(ask, limit, offset + limit, "next"))
    return found


def _page(ask: Ask, limit: int, offset: int, relation: str) -> str:
    wanted = {"limit": str(limit), "offset": str(offset)}
    others = [(name, value) for name, value in ask.request.query if name not in wanted]
    text = urlencode(sorted([*others, *wanted.items()]), safe=":/,;@!*()")
    path = ask.request.path.rstrip("/")
    return f'<{path}?{text}>;rel="{relation}";type="{ask.media}"'


def _linked(ask: Ask) -> str:
    """The one URL that a Link header can name; an inline context is hosted under one."""
    value = context_url_or_value(ask)
    return value if isinstance(value, str) else _absolute(ask, ask.service.contexts.host(value))


def _absolute(ask: Ask, path: str) -> str:
    host = ask.request.headers.get("host", "localhost")
    return f"{ask.request.scheme}://{host}{path}"


def _prefers_plain(ask: Ask) -> bool:
    return "body=json" in ask.request.headers.get("prefer", "").replace(" ", "").split(",")
