"""From a kept subscription to a live one: selectors and queries compiled, names settled."""

from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import unquote

from hansa.base.times import parse_instant
from hansa.context.jsonld import Names
from hansa.context.query import (
    Match,
    Projection,
    Query,
    TypeExpression,
    TypeIs,
    compile_matcher,
    parse_q,
    parse_scopes,
    parse_types,
)
from hansa.context.representation import Form, Shape
from hansa.context.subscriptions.model import DEFAULT_TRIGGERS, Endpoint, Kept, Live
from hansa.context.subscriptions.reading import compile_geo

_FORMS = {"keyValues": Form.SIMPLIFIED}


class Naming(Protocol):
    """Gives the names under an `@context` value."""

    def __call__(self, value: Any, /) -> Names: ...


def compile_subscription(kept: Kept, naming: Naming) -> Live:
    """The live subscription; raises what parsers raise where a context has gone."""
    document = kept.document
    names = naming(kept.query_context)
    selectors = tuple(_selector(one) for one in document.get("entities", ()))
    query = Query(
        where=parse_q(unquote(document["q"]), names.inward) if "q" in document else None,
        geo=compile_geo(document["geoQ"], names) if "geoQ" in document else None,
        scope=parse_scopes(document["scopeQ"]) if "scopeQ" in document else None,
    )
    expires = document.get("expiresAt")
    return Live(
        kept=kept,
        selectors=tuple(_joined(one, query) for one in selectors),
        meets_selector=_any([compile_matcher(one) for one in selectors]),
        meets_query=compile_matcher(query),
        asks=any(one is not None for one in (query.where, query.geo, query.scope)),
        types=frozenset(name for one in selectors for name in _names(one.types)) or frozenset("*"),
        watched=frozenset(document.get("watchedAttributes", ())),
        triggers=_triggers(document),
        throttling=float(document.get("throttling", 0)),
        interval=float(document.get("timeInterval", 0)),
        expires_at=None if expires is None else parse_instant(expires),
        active=document.get("isActive", True),
        endpoint=_endpoint(document["notification"]["endpoint"]),
        shape=_shape(document, kept),
    )


def _selector(given: Mapping[str, Any]) -> Query:
    ids = given.get("id", [])
    return Query(
        ids=tuple(ids if isinstance(ids, list) else [ids]),
        id_pattern=None if ids else given.get("idPattern"),
        types=parse_types(given["type"]),
    )


def _joined(selector: Query, query: Query) -> Query:
    return Query(
        ids=selector.ids,
        id_pattern=selector.id_pattern,
        types=selector.types,
        where=query.where,
        geo=query.geo,
        scope=query.scope,
    )


def _any(tests: list[Match]) -> Match:
    if len(tests) == 1:
        return tests[0]
    return lambda candidate: not tests or any(test(candidate) for test in tests)


def _names(tree: TypeExpression | None) -> frozenset[str]:
    """Type names under which a selection is found."""
    if tree is None:
        return frozenset("*")
    if isinstance(tree, TypeIs):
        return frozenset([tree.name])
    return frozenset(name for one in tree.terms for name in _names(one))


def _triggers(document: Mapping[str, Any]) -> frozenset[str]:
    given = frozenset(document.get("notificationTrigger", DEFAULT_TRIGGERS))
    if "entityUpdated" in given:
        given |= {"attributeCreated", "attributeUpdated", "attributeDeleted"}
    return given


def _endpoint(given: Mapping[str, Any]) -> Endpoint:
    pairs = given.get("receiverInfo", ())
    milliseconds = given.get("timeout")
    return Endpoint(
        uri=given["uri"],
        accept=given.get("accept", "application/json"),
        headers=tuple((one["key"], one["value"]) for one in pairs),
        seconds=None if milliseconds is None else milliseconds / 1000,
    )


def _shape(document: Mapping[str, Any], kept: Kept) -> Shape:
    notification = document["notification"]
    form = notification.get("format", "normalized")
    attributes = notification.get("attributes")
    world = kept.grant.world
    return Shape(
        form=_FORMS.get(form) or Form(form),
        system=notification.get("sysAttrs", False),
        lang=document.get("lang"),
        pick=_projection(notification.get("pick")),
        omit=_projection(notification.get("omit")),
        attrs=None if attributes is None else frozenset(attributes),
        datasets=tuple(document.get("datasetId", ())),
        world=world.name if world.exercise else "",
    )


def _projection(members: list[str] | None) -> Projection | None:
    return None if members is None else Projection(dict.fromkeys(members))
