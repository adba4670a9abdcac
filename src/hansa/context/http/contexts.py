"""The contexts that this node itself serves: its vocabulary, and those that requests brought."""

from hansa.base.problems import ResourceNotFound
from hansa.base.web import Request, Response, json_response
from hansa.context.http.asking import LD_JSON
from hansa.context.http.service import Service


async def own_context(service: Service, request: Request) -> Response:
    """The default context: the vocabulary's terms with their IRIs."""
    return json_response(service.contexts.own_document(), media_type=LD_JSON)


async def hosted_context(service: Service, request: Request) -> Response:
    """A context that came inline with a request and that a Link header had to name."""
    value = service.contexts.hosted(request.path_params["contextId"])
    if value is None:
        raise ResourceNotFound("there is no such context (any more)")
    return json_response({"@context": value}, media_type=LD_JSON)
