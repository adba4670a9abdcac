"""Queries in a body: POST /entityOperations/query (5.7.2, 6.23; the Query type of 5.2.23)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData, OperationNotSupported
from hansa.base.web import Request, Response
from hansa.context.http.answers import body_context
from hansa.context.http.asking import Ask, hear_body
from hansa.context.http.entities import show_page
from hansa.context.http.parameters import check_projections, only_system, shape
from hansa.context.http.service import Service
from hansa.context.query import (
    Query,
    TypeAny,
    TypeExpression,
    parse_geo,
    parse_order,
    parse_projection,
    parse_q,
    parse_scopes,
    parse_types,
)
from hansa.context.representation import Shape

_FIXED = frozenset({"id", "type", "scope"})
_KNOWN = frozenset(
    {
        *("type", "entities", "attrs", "pick", "omit", "q", "geoQ", "scopeQ", "lang", "csf"),
        *("datasetId", "expandValues", "ordering", "@context"),
    }
)


Selector: TypeAlias = tuple[tuple[str, ...], str | None, TypeExpression]


async def query_by_body(service: Service, request: Request) -> Response:
    """POST /entityOperations/query (5.7.2)."""
    ask, document = await hear_body(service, request, geo=True)
    query = read_query(ask, document)
    wanted = shaped(ask, document, shape(ask, body_context(ask)))
    asked = query.where is not None and not only_system(query.where)
    if not (query.types or query.attrs or asked or query.geo or _is_local(ask)):
        raise BadRequestData("the query is too wide", rule="GS CIM 009 v1.9.1, 5.7.2.4")
    return await show_page(ask, query, wanted)


def _is_local(ask: Ask) -> bool:
    return ask.request.query.flag("local")


def read_query(ask: Ask, document: Any, kind: str = "Query") -> Query:
    """The Query of a body; BadRequestData names the member."""
    if not isinstance(document, Mapping) or document.get("type") != kind:
        raise BadRequestData(f"is no {kind}", where="type", rule="5.2.23")
    for member in document:
        if member not in _KNOWN:
            raise BadRequestData("is no member of a query", where=member, rule="5.2.23")
    name = ask.names.inward
    ids, pattern, types = _selectors(document.get("entities"), ask)
    return Query(
        ids=ids,
        id_pattern=pattern,
        types=types,
        attrs=_attrs(document, name),
        where=_text(document, "q", lambda text: parse_q(text, name, _expanded(document, name))),
        geo=read_geo(document.get("geoQ"), name),
        scope=_text(document, "scopeQ", parse_scopes),
        order=_ordering(document.get("ordering"), name),
    )


def _attrs(document: Mapping[str, Any], name: Any) -> tuple[str, ...]:
    if (given := document.get("attrs")) is not None:
        return tuple(name(one, "attrs") for one in joined(given, "attrs").split(","))
    if (picked := document.get("pick")) is not None:
        members = parse_projection(joined(picked, "pick"), "pick", name).members
        return () if _FIXED & members.keys() else tuple(members)
    return ()


def joined(given: Any, where: str) -> str:
    """A list of texts, or a text, as the text of a parameter."""
    texts = given if isinstance(given, list) else [given]
    if not texts or not all(isinstance(one, str) for one in texts):
        raise BadRequestData("is no list of names", where=where)
    return ",".join(texts)


def _text(document: Mapping[str, Any], member: str, parse: Any) -> Any:
    given = document.get(member)
    if given is None:
        return None
    if not isinstance(given, str) or not given:
        raise BadRequestData("is no text", where=member)
    return parse(given)


def _expanded(document: Mapping[str, Any], name: Any) -> frozenset[str]:
    given = document.get("expandValues", [])
    texts = given.split(",") if isinstance(given, str) else given
    return frozenset(name(one) for one in texts)


def read_geo(given: Any, name: Any) -> Any:
    """A GeoQuery (5.2.13), or None."""
    if given is None:
        return None
    if not isinstance(given, Mapping) or not isinstance(given.get("georel"), str):
        raise BadRequestData("is no GeoQuery", where="geoQ", rule="5.2.13")
    return parse_geo(
        given["georel"],
        given.get("geometry"),
        given.get("coordinates"),
        given.get("geoproperty"),
        name,
    )


def _ordering(given: Any, name: Any) -> Any:
    if given is None:
        return ()
    known = {"orderBy", "geometry", "coordinates"}
    if not isinstance(given, Mapping) or "orderBy" not in given or not given.keys() <= known:
        raise BadRequestData("is no OrderingParams", where="ordering", rule="5.2.43")
    if not isinstance(given.get("geometry", ""), str):
        raise BadRequestData("is no geometry", where="ordering.geometry", rule="5.2.43")
    text = joined(given["orderBy"], "ordering.orderBy")
    return parse_order(text, name, given.get("coordinates"), given.get("geometry"))


def read_selectors(given: Any, names: Any) -> list[Selector]:
    """(ids, idPattern, types) of a list of EntitySelector (5.2.33)."""
    if not isinstance(given, list) or not given:
        raise BadRequestData("is no list of selectors", where="entities", rule="5.2.33")
    found = []
    for place, one in enumerate(given):
        where = f"entities[{place}]"
        if not isinstance(one, Mapping) or not isinstance(one.get("type"), str):
            raise BadRequestData("a selector needs a type", where=where, rule="5.2.33")
        given_ids, pattern = one.get("id", []), one.get("idPattern")
        uris = given_ids if isinstance(given_ids, list) else [given_ids]
        for uri in uris:
            check_uri(uri, f"{where}.id")
        if pattern is not None and not isinstance(pattern, str):
            raise BadRequestData("is no pattern", where=f"{where}.idPattern")
        types = parse_types(one["type"], names.inward)
        found.append((tuple(uris), None if uris else pattern, types))
    return found


def _selectors(given: Any, ask: Ask) -> tuple[tuple[str, ...], str | None, TypeExpression | None]:
    """Selectors as one query: of one kind of entities, or of types alone."""
    if given is None:
        return (), None, None
    found = read_selectors(given, ask.names)
    types: Sequence[TypeExpression] = list(dict.fromkeys(one[2] for one in found))
    joined_types = types[0] if len(types) == 1 else TypeAny(tuple(types))
    uris = tuple(uri for one in found for uri in one[0])
    patterns = [one[1] for one in found if one[1] is not None]
    if not uris and not patterns:
        return (), None, joined_types
    if all(one[0] for one in found) and len(types) == 1:
        return uris, None, joined_types
    if len(found) == 1:
        return (), patterns[0], joined_types
    raise OperationNotSupported(
        "selectors that mix ids, patterns and types",
        where="entities",
        remedy="ask once per selector",
    )


def shaped(ask: Ask, document: Mapping[str, Any], base: Shape) -> Shape:
    """The shape of the parameters with what the body says of it."""
    name = ask.names.inward
    found = base
    if (pick := document.get("pick")) is not None:
        found = replace(found, pick=parse_projection(joined(pick, "pick"), "pick", name))
    if (omit := document.get("omit")) is not None:
        found = replace(found, omit=parse_projection(joined(omit, "omit"), "omit", name))
    if (attrs := document.get("attrs")) is not None:
        found = replace(found, attrs=frozenset(_attrs({"attrs": attrs}, name)))
    check_projections(found.pick, found.omit, found.attrs)
    if (lang := document.get("lang")) is not None:
        found = replace(found, lang=joined(lang, "lang"))
    if (datasets := document.get("datasetId")) is not None:
        found = replace(found, datasets=tuple(joined(datasets, "datasetId").split(",")))
    return found
