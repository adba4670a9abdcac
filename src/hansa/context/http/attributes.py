"""Attributes over HTTP: append, update, replace, delete (6.6 and 6.7)."""

from collections.abc import Mapping
from typing import Any

from hansa.base.problems import BadRequestData, InvalidRequest, ResourceNotFound
from hansa.base.web import Request, Response
from hansa.context.http.answers import empty, multi_status
from hansa.context.http.asking import Ask, hear, hear_body
from hansa.context.http.entities import check_type, path_id, rules_for, same_id, stored
from hansa.context.http.parameters import options_of
from hansa.context.http.service import Service
from hansa.context.model import Change, Op
from hansa.context.representation import CREATE, PARTIAL, UPDATE, read_attribute, read_fragment


async def append_attributes(service: Service, request: Request) -> Response:
    """POST /entities/{entityId}/attrs (5.6.3)."""
    ask, document = await hear_body(service, request)
    op = Op.APPEND_NEW if "noOverwrite" in options_of(request.query) else Op.APPEND
    body = read_fragment(document, ask.names, rules_for(ask, CREATE))
    return await _fragment(ask, op, path_id(request), body)


async def update_attributes(service: Service, request: Request) -> Response:
    """PATCH /entities/{entityId}/attrs (5.6.2)."""
    ask, document = await hear_body(service, request)
    body = read_fragment(document, ask.names, rules_for(ask, UPDATE))
    return await _fragment(ask, Op.APPEND, path_id(request), body, update=True)


async def _fragment(
    ask: Ask, op: Op, entity_id: str, body: dict[str, Any], *, update: bool = False
) -> Response:
    """Write attributes. A scope is kept, joined or refused as the verb says (4.18)."""
    await check_type(ask, entity_id)
    body = same_id(body, entity_id)
    refused: dict[str, str] = {}
    if "scope" in body and (update or op is Op.APPEND_NEW):
        before = await stored(ask, entity_id)
        scope = None if before is None else before.document.get("scope")
        if op is Op.APPEND_NEW and scope is not None:
            body = {**body, "scope": _joined(scope, body["scope"])}
        elif update and scope is None:
            refused["scope"] = "the entity has no scope"
            body = {name: value for name, value in body.items() if name != "scope"}
    commit = await ask.service.city.write(ask.grant, [Change(op, entity_id, body)])
    return _result(ask, {**commit.outcomes[0].refused, **refused}, body)


def _joined(before: Any, more: Any) -> list[str]:
    lists = [one if isinstance(one, list) else [one] for one in (before, more)]
    return list(dict.fromkeys(lists[0] + lists[1]))


def _result(ask: Ask, refused: Mapping[str, str], body: Mapping[str, Any]) -> Response:
    """204, or 207 with an UpdateResult (5.2.18) where something was not written."""
    if not refused:
        return empty(ask)
    iri = ask.names.iri
    done = [iri(name) for name in body if name not in refused]
    listed = [{"attributeName": iri(name), "reason": why} for name, why in refused.items()]
    return multi_status(ask, {"updated": done, "notUpdated": listed})


async def patch_attribute(service: Service, request: Request) -> Response:
    """PATCH /entities/{entityId}/attrs/{attrId} (5.6.4)."""
    ask, document = await hear_body(service, request)
    name, instance = _instance(ask, document, partial=True)
    entity_id = path_id(request)
    await check_type(ask, entity_id)
    await _check_kind(ask, entity_id, name, instance)
    await service.city.write(ask.grant, [Change(Op.PATCH_ATTRIBUTE, entity_id, {name: instance})])
    return empty(ask)


async def replace_attribute(service: Service, request: Request) -> Response:
    """PUT /entities/{entityId}/attrs/{attrId} (5.6.19)."""
    ask, document = await hear_body(service, request)
    name, instance = _instance(ask, document, partial=False)
    entity_id = path_id(request)
    await check_type(ask, entity_id)
    change = Change(Op.REPLACE_ATTRIBUTE, entity_id, {name: instance})
    await service.city.write(ask.grant, [change])
    return empty(ask)


def _instance(ask: Ask, document: Any, *, partial: bool) -> tuple[str, Any]:
    """(canonical name, instance) of a body that is one attribute fragment."""
    name = attribute_name(ask)
    if name == "scope":
        raise BadRequestData("a scope has no parts to update", where="attrId", rule="5.6.4.4")
    if isinstance(document, dict):
        document = {key: value for key, value in document.items() if key != "@context"}
    rules = rules_for(ask, PARTIAL if partial else CREATE)
    return name, read_attribute(document, ask.request.path_params["attrId"], ask.names, rules)


async def _check_kind(ask: Ask, entity_id: str, name: str, instance: Any) -> None:
    """A partial update keeps the kind of the attribute (5.6.4.4)."""
    if not isinstance(instance, dict) or "type" not in instance:
        return
    before = await stored(ask, entity_id)
    given = None if before is None else before.document.get(name)
    for one in given if isinstance(given, list) else [given] if given else []:
        if one["type"] != instance["type"] and one.get("datasetId") == instance.get("datasetId"):
            raise BadRequestData(f"the attribute is a {one['type']}", where="type", rule="5.6.4.4")


def attribute_name(ask: Ask) -> str:
    """The canonical name of the attribute in the path."""
    if ask.request.path_params["attrId"] == "scope":
        return "scope"
    return ask.names.inward(ask.request.path_params["attrId"], "attrId")


async def delete_attribute(service: Service, request: Request) -> Response:
    """DELETE /entities/{entityId}/attrs/{attrId} (5.6.5)."""
    ask = await hear(service, request)
    dataset, everything = request.query.get("datasetId"), request.query.flag("deleteAll")
    if everything and dataset is not None:
        raise InvalidRequest("datasetId and deleteAll exclude each other", where="deleteAll")
    chosen = "*" if everything else None if dataset == "@none" else dataset
    name, entity_id = attribute_name(ask), path_id(request)
    await check_type(ask, entity_id)
    change = Change(Op.DELETE_ATTRIBUTE, entity_id, {name: None}, dataset=chosen)
    if name == "scope":
        before = await stored(ask, entity_id)
        if before is None or before.document.get("scope") is None:
            raise ResourceNotFound(f"{entity_id} has no scope", where="attrId")
        change = Change(Op.APPEND, entity_id, {"scope": None})
    await service.city.write(ask.grant, [change])
    return empty(ask)
