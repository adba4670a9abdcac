"""Attributes over HTTP: append, update, replace, delete (6.6 and 6.7)."""

from typing import Any

from hansa.base.problems import InvalidRequest
from hansa.base.web import Request, Response
from hansa.context.http.answers import empty, multi_status
from hansa.context.http.asking import Ask, hear, hear_body
from hansa.context.http.entities import path_id, rules_for, same_id
from hansa.context.http.parameters import options_of
from hansa.context.http.service import Service
from hansa.context.model import Change, Op, Outcome
from hansa.context.representation import CREATE, MERGE, UPDATE, read_attribute, read_fragment


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
    return await _fragment(ask, Op.UPDATE, path_id(request), body)


async def _fragment(ask: Ask, op: Op, entity_id: str, body: dict[str, Any]) -> Response:
    change = Change(op, entity_id, same_id(body, entity_id))
    commit = await ask.service.city.write(ask.grant, [change])
    return _result(ask, commit.outcomes[0], body)


def _result(ask: Ask, outcome: Outcome, body: dict[str, Any]) -> Response:
    """204, or 207 with an UpdateResult (5.2.18) where something was not written."""
    if not outcome.refused:
        return empty(ask)
    iri = ask.names.iri
    done = [iri(name) for name in body if name not in outcome.refused and name != "id"]
    refused = [
        {"attributeName": iri(name), "reason": reason} for name, reason in outcome.refused.items()
    ]
    return multi_status(ask, {"updated": done, "notUpdated": refused})


async def patch_attribute(service: Service, request: Request) -> Response:
    """PATCH /entities/{entityId}/attrs/{attrId} (5.6.4)."""
    ask, document = await hear_body(service, request)
    name, instance = _instance(ask, document, partial=True)
    change = Change(Op.PATCH_ATTRIBUTE, path_id(request), {name: instance})
    await service.city.write(ask.grant, [change])
    return empty(ask)


async def replace_attribute(service: Service, request: Request) -> Response:
    """PUT /entities/{entityId}/attrs/{attrId} (5.6.19)."""
    ask, document = await hear_body(service, request)
    name, instance = _instance(ask, document, partial=False)
    change = Change(Op.REPLACE_ATTRIBUTE, path_id(request), {name: instance})
    await service.city.write(ask.grant, [change])
    return empty(ask)


def _instance(ask: Ask, document: Any, *, partial: bool) -> tuple[str, Any]:
    """(canonical name, instance) of a body that is one attribute fragment."""
    name = attribute_name(ask)
    if isinstance(document, dict):
        document = {key: value for key, value in document.items() if key != "@context"}
    rules = rules_for(ask, MERGE if partial else CREATE)
    return name, read_attribute(document, ask.request.path_params["attrId"], ask.names, rules)


def attribute_name(ask: Ask) -> str:
    """The canonical name of the attribute in the path."""
    return ask.names.inward(ask.request.path_params["attrId"], "attrId")


async def delete_attribute(service: Service, request: Request) -> Response:
    """DELETE /entities/{entityId}/attrs/{attrId} (5.6.5)."""
    ask = await hear(service, request)
    dataset, everything = request.query.get("datasetId"), request.query.flag("deleteAll")
    if everything and dataset is not None:
        raise InvalidRequest("datasetId and deleteAll exclude each other", where="deleteAll")
    chosen = "*" if everything else None if dataset == "@none" else dataset
    body = {attribute_name(ask): None}
    change = Change(Op.DELETE_ATTRIBUTE, path_id(request), body, dataset=chosen)
    await service.city.write(ask.grant, [change])
    return empty(ask)
