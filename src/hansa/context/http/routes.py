"""The table of the NGSI-LD API: every path, its parameters, its handler."""

from collections.abc import Awaitable, Callable
from functools import partial

from hansa.base.rights import OWN, Right
from hansa.base.web import Access, Operation, Parameter, Request, Response, Route
from hansa.context.http import (
    attributes,
    batch,
    contexts,
    discovery,
    entities,
    forgetting,
    queries,
    temporal,
)
from hansa.context.http.asking import JSON, LD_JSON
from hansa.context.http.parameters import ORDERING, PAGING, SELECTING, SHOWING, WHEN, named
from hansa.context.http.service import BASE, Service
from hansa.context.http.subscriptions import SubscriptionVerbs
from hansa.context.jsonld import HOSTED_PATH, OWN_PATH
from hansa.context.subscriptions import Subscriptions

Verb = Callable[[Service, Request], Awaitable[Response]]

_HEADERS = (
    Parameter("Link", "The @context (6.3.5)", where="header"),
    Parameter("NGSILD-Tenant", "The tenant (6.3.14)", where="header"),
)
_BODY = {JSON: {"type": "object"}, LD_JSON: {"type": "object"}}
_LIST = {JSON: {"type": "array"}, LD_JSON: {"type": "array"}}
_ONE = "/entities/{entityId}"
_WRITES = Right(writes=True)
_SUBSCRIBES = Right(subscribes=True, in_person=True)  # it would outlive an appointment
_SHOWN = (*SHOWING, "geometryProperty", "local", "at")


def routes(service: Service, subscriptions: Subscriptions | None = None) -> tuple[Route, ...]:
    """All routes of one city's API; those of subscriptions where the city has them."""
    subscribing = () if subscriptions is None else _subscription_routes(service, subscriptions)
    return (
        *subscribing,
        *_entity_routes(service),
        *_attribute_routes(service),
        *_batch_routes(service),
        *_reading_routes(service),
        *_context_routes(service),
    )


def _entity_routes(service: Service) -> tuple[Route, ...]:
    query = (*SELECTING, *_SHOWN[:-2], "at", *PAGING, *ORDERING)
    one = ("type", *_SHOWN)
    return (
        _write(service, "POST", "/entities", entities.create_entity, "Create an entity", 201),
        _read(service, "/entities", entities.query_entities, "Query entities", query),
        _read(service, _ONE, entities.retrieve_entity, "Retrieve an entity", one),
        _write(
            service,
            "PATCH",
            _ONE,
            entities.merge_entity,
            "Merge into an entity",
            names=("options", "format", "lang", "observedAt", "type", "local"),
        ),
        _write(
            service,
            "PUT",
            _ONE,
            entities.replace_entity,
            "Replace an entity",
            names=("type", "local"),
        ),
        _delete(service, _ONE, entities.delete_entity, "Delete an entity", ("type", "local")),
    )


def _attribute_routes(service: Service) -> tuple[Route, ...]:
    many, one = f"{_ONE}/attrs", f"{_ONE}/attrs/{{attrId}}"
    common = ("type", "local", "options")
    write = partial(_write, service)
    return (
        write("POST", many, attributes.append_attributes, "Append attributes", names=common),
        write("PATCH", many, attributes.update_attributes, "Update attributes", names=common),
        write("PATCH", one, attributes.patch_attribute, "Update an attribute", names=common),
        write("PUT", one, attributes.replace_attribute, "Replace an attribute", names=common),
        _delete(
            service,
            one,
            attributes.delete_attribute,
            "Delete an attribute",
            ("datasetId", "deleteAll", "type", "local"),
        ),
    )


def _batch_routes(service: Service) -> tuple[Route, ...]:
    base = "/entityOperations"
    query = (*SHOWING, "geometryProperty", "local", "at", *PAGING)
    table: tuple[tuple[str, Verb, str, tuple[str, ...]], ...] = (
        ("create", batch.batch_create, "Create entities", ("local",)),
        ("upsert", batch.batch_upsert, "Create or replace entities", ("options", "local")),
        ("update", batch.batch_update, "Update entities", ("options", "local")),
        ("merge", batch.batch_merge, "Merge into entities", ("local",)),
        ("delete", batch.batch_delete, "Delete entities", ("local",)),
    )
    return (
        *(
            _write(service, "POST", f"{base}/{path}", verb, summary, names=names, body=_LIST)
            for path, verb, summary, names in table
        ),
        _write(
            service,
            "POST",
            f"{base}/query",
            queries.query_by_body,
            "Query entities by a body",
            200,
            names=query,
            right=OWN,
        ),
    )


def _reading_routes(service: Service) -> tuple[Route, ...]:
    shown = (*SHOWING, *WHEN, "local", "at")
    read = partial(_read, service)
    return (
        read(
            "/temporal/entities",
            temporal.query_evolutions,
            "Query temporal evolutions",
            (*SELECTING, *SHOWING, *WHEN, "at", *PAGING),
        ),
        read(
            f"/temporal{_ONE}", temporal.retrieve_evolution, "Retrieve a temporal evolution", shown
        ),
        _delete(
            service,
            f"/temporal{_ONE}",
            forgetting.delete_evolution,
            "Delete the history of an entity",
            ("local",),
        ),
        _delete(
            service,
            f"/temporal{_ONE}/attrs/{{attrId}}",
            forgetting.delete_history_of_attribute,
            "Delete the history of an attribute",
            ("datasetId", "deleteAll", "local"),
        ),
        _delete(
            service,
            f"/temporal{_ONE}/attrs/{{attrId}}/{{instanceId}}",
            forgetting.delete_instance,
            "Delete an instance of history",
            ("local",),
        ),
        read("/types", discovery.list_types, "List entity types", ("details", "local")),
        read("/types/{type}", discovery.retrieve_type, "Describe an entity type", ("local",)),
        read("/attributes", discovery.list_attributes, "List attributes", ("details", "local")),
        read(
            "/attributes/{attrId}",
            discovery.retrieve_attribute,
            "Describe an attribute",
            ("local",),
        ),
    )


def _subscription_routes(service: Service, kept: Subscriptions) -> tuple[Route, ...]:
    verbs = SubscriptionVerbs(service, kept)
    many, one = "/subscriptions", "/subscriptions/{subscriptionId}"
    shown = ("options", "local")
    return (
        _write(service, "POST", many, verbs.create, "Subscribe", 201, right=_SUBSCRIBES),
        _read(service, many, verbs.query, "List subscriptions", (*PAGING, *shown), _SUBSCRIBES),
        _read(service, one, verbs.retrieve, "Retrieve a subscription", shown, _SUBSCRIBES),
        _write(service, "PATCH", one, verbs.update, "Change a subscription", right=_SUBSCRIBES),
        _delete(service, one, verbs.delete, "Unsubscribe", ("local",), _SUBSCRIBES),
    )


def _context_routes(service: Service) -> tuple[Route, ...]:
    tags = ("Contexts",)
    return (
        Route(
            "GET",
            OWN_PATH,
            partial(contexts.own_context, service),
            Access.PUBLIC,
            Operation("The node's own context", tags),
        ),
        Route(
            "GET",
            HOSTED_PATH + "{contextId}",
            partial(contexts.hosted_context, service),
            Access.SESSION,
            Operation("A context that a request brought", tags),
        ),
    )


def _tag(path: str) -> tuple[str, ...]:
    return (path.strip("/").split("/")[0].capitalize(),)


def _read(
    service: Service,
    path: str,
    verb: Verb,
    summary: str,
    names: tuple[str, ...],
    right: Right = OWN,
) -> Route:
    operation = Operation(summary, _tag(path), (*named(*names), *_HEADERS))
    handler = partial(verb, service)
    return Route("GET", BASE + path, handler, operation=operation, strict=True, right=right)


def _write(
    service: Service,
    method: str,
    path: str,
    verb: Verb,
    summary: str,
    status: int = 204,
    *,
    names: tuple[str, ...] = ("local",),
    body: dict[str, dict[str, str]] = _BODY,
    right: Right = _WRITES,
) -> Route:
    return Route(
        method,
        BASE + path,
        partial(verb, service),
        operation=Operation(
            summary,
            _tag(path),
            (*named(*names), *_HEADERS),
            body,
            {status: "Done"} if status == 200 else {status: "Done", 207: "Done in part"},
        ),
        body_limit=service.limits.body,
        needs_length=True,
        strict=True,
        right=right,
    )


def _delete(
    service: Service,
    path: str,
    verb: Verb,
    summary: str,
    names: tuple[str, ...],
    right: Right = _WRITES,
) -> Route:
    operation = Operation(summary, _tag(path), (*named(*names), *_HEADERS), responses={204: "Done"})
    handler = partial(verb, service)
    return Route("DELETE", BASE + path, handler, operation=operation, strict=True, right=right)
