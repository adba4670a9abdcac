"""Deleting history over HTTP (5.6.12, 5.6.13, 5.6.15; 6.19 to 6.22)."""

from hansa.base.problems import OperationNotSupported, ResourceNotFound
from hansa.base.web import Request, Response
from hansa.context.http.answers import empty
from hansa.context.http.asking import hear
from hansa.context.http.attributes import attribute_name
from hansa.context.http.entities import path_id
from hansa.context.http.service import Service

_INSTANCE = "urn:hansa:instance:"


async def delete_evolution(service: Service, request: Request) -> Response:
    """DELETE /temporal/entities/{entityId} (5.6.12)."""
    ask = await hear(service, request)
    await service.city.forget(ask.grant, path_id(request))
    return empty(ask)


async def delete_history_of_attribute(service: Service, request: Request) -> Response:
    """DELETE /temporal/entities/{entityId}/attrs/{attrId} (5.6.13): every data set of it."""
    ask = await hear(service, request)
    if "datasetId" in request.query:
        raise OperationNotSupported(
            "the history of one data set cannot be deleted alone yet", where="datasetId"
        )
    await service.city.forget(ask.grant, path_id(request), attribute_name(ask))
    return empty(ask)


async def delete_instance(service: Service, request: Request) -> Response:
    """DELETE /temporal/entities/{entityId}/attrs/{attrId}/{instanceId} (5.6.15)."""
    ask = await hear(service, request)
    given = request.path_params["instanceId"]
    number = given.removeprefix(_INSTANCE)
    if number == given or not number.isascii() or not number.isdigit():
        raise ResourceNotFound(f"there is no instance {given}", where="instanceId")
    await service.city.forget(ask.grant, path_id(request), attribute_name(ask), int(number))
    return empty(ask)
