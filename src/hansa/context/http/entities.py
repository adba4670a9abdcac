"""Entities over HTTP: create, retrieve, query, merge, replace, delete (6.4 and 6.5)."""

from dataclasses import replace
from typing import Any

import orjson

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData, ResourceNotFound
from hansa.base.web import Request, Response
from hansa.context.http.answers import (
    COUNT,
    answer,
    body_context,
    created,
    empty,
    entity_path,
    page_links,
)
from hansa.context.http.asking import GEO_JSON, Ask, hear, hear_body
from hansa.context.http.parameters import (
    attributes_wanted,
    moment,
    options_of,
    paging,
    selection,
    shape,
)
from hansa.context.http.service import Service
from hansa.context.http.simplified import as_merge
from hansa.context.model import Change, Entity, Op
from hansa.context.query import Query, parse_types
from hansa.context.representation import (
    CREATE,
    MERGE,
    Rules,
    Shape,
    collection,
    feature,
    read_entity,
    read_fragment,
    render_all,
    render_bytes,
)


def rules_for(ask: Ask, rules: Rules) -> Rules:
    """The rules with the world that entities must be of."""
    return replace(rules, world=ask.grant.world.name)


async def create_entity(service: Service, request: Request) -> Response:
    """POST /entities (5.6.1)."""
    ask, document = await hear_body(service, request)
    body = read_entity(document, ask.names, rules_for(ask, CREATE))
    await service.city.write(ask.grant, [Change(Op.CREATE, body["id"], body)])
    return created(ask, entity_path(body["id"]))


async def retrieve_entity(service: Service, request: Request) -> Response:
    """GET /entities/{entityId} (5.7.1)."""
    ask = await hear(service, request, geo=True)
    wanted = shape(ask, body_context(ask))
    types = request.query.get("type")
    query = Query(
        ids=(check_uri(request.path_params["entityId"], "entityId"),),
        types=None if types is None else parse_types(types, ask.names.inward),
        attrs=attributes_wanted(ask),
    )
    page = await service.city.read(ask.view, query, moment(ask))
    if not page.entities or not _shows(page.entities[0], wanted):
        raise ResourceNotFound(f"there is no entity {query.ids[0]} with what is asked for")
    return answer(ask, _one(ask, page.entities[0], wanted))


async def query_entities(service: Service, request: Request) -> Response:
    """GET /entities (5.7.2)."""
    ask = await hear(service, request, geo=True)
    return await show_page(ask, replace(selection(ask), attrs=attributes_wanted(ask)))


async def show_page(ask: Ask, query: Query, wanted: Shape | None = None) -> Response:
    """One page of a query with its links and, if asked for, the count of all."""
    limit, offset, count = paging(ask)
    shown = wanted or shape(ask, body_context(ask))
    asked = replace(query, limit=limit + 1, offset=offset, count=count)
    page = await ask.service.city.read(ask.view, asked, moment(ask))
    entities = tuple(one for one in page.entities[:limit] if _shows(one, shown))
    links = page_links(ask, limit, offset, more=len(page.entities) > limit)
    headers = [] if page.count is None else [(COUNT, str(page.count))]
    return answer(ask, _many(ask, entities, shown), headers=headers, links=links)


def _shows(entity: Entity, wanted: Shape) -> bool:
    """Whether anything is left of the entity after projection (5.7.1.4)."""
    if wanted.pick is None and wanted.omit is None:
        return True
    return any(wanted.shows(name) for name in entity.document)


def _one(ask: Ask, entity: Entity, wanted: Shape) -> bytes:
    if ask.media == GEO_JSON:
        return orjson.dumps(feature(entity, ask.names, wanted, _geometry(ask)))
    return render_bytes(entity, ask.names, wanted)


def _many(ask: Ask, entities: tuple[Entity, ...], wanted: Shape) -> bytes:
    if ask.media == GEO_JSON:
        return collection(entities, ask.names, wanted, _geometry(ask))
    return render_all(entities, ask.names, wanted)


def _geometry(ask: Ask) -> str:
    given = ask.request.query.get("geometryProperty")
    return "location" if given is None else ask.names.inward(given, "geometryProperty")


async def merge_entity(service: Service, request: Request) -> Response:
    """PATCH /entities/{entityId} (5.6.17)."""
    ask, document = await hear_body(service, request)
    entity_id = path_id(request)
    simplified = _is_simplified(ask)
    rules = rules_for(ask, replace(MERGE, simplified=simplified))
    body = same_id(read_fragment(document, ask.names, rules), entity_id)
    await check_type(ask, entity_id)
    body = await as_merge(ask, entity_id, body, simplified)
    await service.city.write(ask.grant, [Change(Op.MERGE, entity_id, body)])
    return empty(ask)


def _is_simplified(ask: Ask) -> bool:
    given = {ask.request.query.get("format"), *options_of(ask.request.query)}
    return bool(given & {"simplified", "keyValues"})


async def replace_entity(service: Service, request: Request) -> Response:
    """PUT /entities/{entityId} (5.6.18)."""
    ask, document = await hear_body(service, request)
    entity_id = path_id(request)
    body = read_fragment(document, ask.names, rules_for(ask, CREATE))
    if "type" not in body:
        raise BadRequestData("an entity needs type", where="type", rule="5.6.18")
    await check_type(ask, entity_id)
    change = Change(Op.REPLACE, entity_id, same_id(body, entity_id))
    await service.city.write(ask.grant, [change])
    return empty(ask)


async def delete_entity(service: Service, request: Request) -> Response:
    """DELETE /entities/{entityId} (5.6.6)."""
    ask = await hear(service, request)
    await check_type(ask, path_id(request))
    await service.city.write(ask.grant, [Change(Op.DELETE, path_id(request))])
    return empty(ask)


async def stored(ask: Ask, entity_id: str) -> Entity | None:
    """The entity as the view sees it now, or None."""
    page = await ask.service.city.read(ask.view, Query(ids=(entity_id,)))
    return page.entities[0] if page.entities else None


async def check_type(ask: Ask, entity_id: str) -> None:
    """ResourceNotFound where a write names a type that the entity is not of (4.17)."""
    given = ask.request.query.get("type")
    if given is None:
        return
    query = Query(ids=(entity_id,), types=parse_types(given, ask.names.inward))
    if not (await ask.service.city.read(ask.view, query)).entities:
        raise ResourceNotFound(f"there is no entity {entity_id} of the type {given}")


def path_id(request: Request) -> str:
    """The entity id in the path; BadRequestData unless it is a URI."""
    return check_uri(request.path_params["entityId"], "entityId")


def same_id(body: dict[str, Any], entity_id: str) -> dict[str, Any]:
    """The fragment without its id, which may only repeat that of the path."""
    if body.get("id", entity_id) != entity_id:
        raise BadRequestData("the id is not that of the path", where="id")
    return {name: value for name, value in body.items() if name != "id"}
