"""Which types and attributes there are (5.7.5 to 5.7.10; 6.25 to 6.28), as the view sees them."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from hansa.base.ids import fresh
from hansa.base.problems import ResourceNotFound
from hansa.base.web import Request, Response
from hansa.context.http.answers import answer, answer_json, body_context
from hansa.context.http.asking import Ask, hear
from hansa.context.http.service import Service
from hansa.context.query import Query, TypeIs


async def list_types(service: Service, request: Request) -> Response:
    """GET /types (5.7.5, and 5.7.6 with details=true)."""
    ask = await hear(service, request)
    types = sorted(await service.city.types(ask.view))
    if not request.query.flag("details"):
        names = [ask.names.outward(one) for one in types]
        return answer_json(ask, _list(ask, "EntityTypeList", "typeList", names))
    per_type = await service.city.attributes(ask.view)
    found = [
        {
            "id": ask.names.iri(one),
            "type": "EntityType",
            "typeName": ask.names.outward(one),
            "attributeNames": [ask.names.outward(name) for name in per_type.get(one, ())],
        }
        for one in types
    ]
    return _array(ask, found)


async def retrieve_type(service: Service, request: Request) -> Response:
    """GET /types/{type} (5.7.7)."""
    ask = await hear(service, request)
    name = ask.names.inward(request.path_params["type"], "type")
    number = (await service.city.types(ask.view)).get(name)
    if number is None:
        raise ResourceNotFound(f"there is no entity of the type {request.path_params['type']}")
    attributes = (await service.city.attributes(ask.view)).get(name, ())
    details = [
        {
            "id": ask.names.iri(one),
            "type": "Attribute",
            "attributeName": ask.names.outward(one),
            "attributeTypes": await _kinds(ask, one, [name]),
        }
        for one in attributes
    ]
    found = {
        "id": ask.names.iri(name),
        "type": "EntityTypeInfo",
        "typeName": ask.names.outward(name),
        "entityCount": number,
        "attributeDetails": details,
    }
    return answer_json(ask, found)


async def list_attributes(service: Service, request: Request) -> Response:
    """GET /attributes (5.7.8, and 5.7.9 with details=true)."""
    ask = await hear(service, request)
    holders = _holders(await service.city.attributes(ask.view))
    if not request.query.flag("details"):
        names = [ask.names.outward(one) for one in sorted(holders)]
        return answer_json(ask, _list(ask, "AttributeList", "attributeList", names))
    return _array(ask, [_attribute(ask, name, holders[name]) for name in sorted(holders)])


async def retrieve_attribute(service: Service, request: Request) -> Response:
    """GET /attributes/{attrId} (5.7.10)."""
    ask = await hear(service, request)
    name = ask.names.inward(request.path_params["attrId"], "attrId")
    types = _holders(await service.city.attributes(ask.view)).get(name)
    if types is None:
        raise ResourceNotFound(f"no entity has the attribute {request.path_params['attrId']}")
    page = await service.city.read(ask.view, Query(attrs=(name,), limit=0, count=True))
    found = _attribute(ask, name, types)
    found["attributeCount"] = page.count or 0
    found["attributeTypes"] = await _kinds(ask, name, types)
    return answer_json(ask, found)


async def _kinds(ask: Ask, name: str, types: Iterable[str]) -> list[str]:
    """The kinds in which an attribute occurs, seen on one entity per type."""
    found: dict[str, None] = {}
    for one in types:
        query = Query(types=TypeIs(one), attrs=(name,), limit=1)
        page = await ask.service.city.read(ask.view, query)
        for entity in page.entities:
            given = entity.document[name]
            for instance in given if isinstance(given, list) else [given]:
                found[instance["type"]] = None
    return list(found)


def _attribute(ask: Ask, name: str, types: Iterable[str]) -> dict[str, Any]:
    return {
        "id": ask.names.iri(name),
        "type": "Attribute",
        "attributeName": ask.names.outward(name),
        "typeNames": [ask.names.outward(one) for one in types],
    }


def _holders(per_type: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind in sorted(per_type):
        for name in per_type[kind]:
            found.setdefault(name, []).append(kind)
    return found


def _list(ask: Ask, kind: str, member: str, names: list[str]) -> dict[str, Any]:
    number = fresh(ask.service.city.clock.now())
    return {"id": f"urn:ngsi-ld:{kind}:{number}", "type": kind, member: names}


def _array(ask: Ask, found: list[dict[str, Any]]) -> Response:
    context = body_context(ask)
    shown = found if context is None else [{**one, "@context": context} for one in found]
    return answer(ask, orjson.dumps(shown))
