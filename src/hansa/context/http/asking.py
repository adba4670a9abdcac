"""From an HTTP request to an `Ask`: tenant, view, context, body (GS CIM 009 v1.9.1, 6.3).

Which context counts depends on verb and Content-Type (6.3.5); it is settled here once, so that
no handler can forget it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hansa.base.problems import (
    BadRequestData,
    Forbidden,
    InvalidRequest,
    NotAcceptable,
    UnsupportedMediaType,
)
from hansa.base.web import Request, accepted, media_type
from hansa.context.http.service import Service
from hansa.context.jsonld import Names, context_url
from hansa.guard import Grant, View

JSON, LD_JSON, GEO_JSON = "application/json", "application/ld+json", "application/geo+json"
MERGE_PATCH = "application/merge-patch+json"
TENANT = "NGSILD-Tenant"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request as the handlers see it. `context`: the @context value named, None: default."""

    service: Service
    request: Request
    grant: Grant
    view: View
    names: Names
    context: Any
    media: str

    @property
    def world(self) -> str:
        """The exercise's name, "" in the actual world."""
        return self.grant.world.name if self.grant.world.exercise else ""


async def hear(service: Service, request: Request, *, geo: bool = False) -> Ask:
    """A request without body (GET, DELETE): the context comes from the Link header."""
    url = context_url(request.headers.get("link"))
    return _ask(service, request, url, geo)


async def hear_body(
    service: Service, request: Request, *, geo: bool = False, inner: bool = False
) -> tuple[Ask, Any]:
    """A request with a JSON body, without its `@context` member.

    `inner`: the body is a list whose elements may each carry a context of their own.
    """
    media = media_type(request.headers.get("content-type"))
    allowed = (JSON, LD_JSON, MERGE_PATCH) if request.method == "PATCH" else (JSON, LD_JSON)
    if media not in allowed:
        raise UnsupportedMediaType(
            f"{media or 'no Content-Type'}: send one of {', '.join(allowed)}"
        )
    url = context_url(request.headers.get("link"))
    document = await request.json(service.limits.body)
    if not inner and not isinstance(document, Mapping):
        raise InvalidRequest("the body is not a JSON object", where="body")
    context = url
    if media == LD_JSON:
        if url is not None:
            raise BadRequestData(
                "a linked context beside application/ld+json", where="Link", rule="6.3.5"
            )
        context = None if inner else own_context(document)
    elif isinstance(document, Mapping) and "@context" in document:
        raise BadRequestData(
            "an @context in a body of application/json",
            where="@context",
            rule="6.3.5",
            remedy="send application/ld+json, or name the context in a Link header",
        )
    return _ask(service, request, context, geo), document


def own_context(document: Any) -> Any:
    """The `@context` of an application/ld+json document, which must have one (6.3.5)."""
    if not isinstance(document, Mapping) or document.get("@context") is None:
        raise BadRequestData("application/ld+json without @context", where="@context", rule="6.3.5")
    return document["@context"]


def element_names(ask: Ask, element: Any) -> Names:
    """The names of one element of a batch."""
    if media_type(ask.request.headers.get("content-type")) == LD_JSON:
        return ask.service.names(own_context(element))
    if isinstance(element, Mapping) and "@context" in element:
        raise BadRequestData("an @context in a body of application/json", where="@context")
    return ask.names


def _ask(service: Service, request: Request, context: Any, geo: bool) -> Ask:
    grant = _in_tenant(service, request)
    offers = (JSON, LD_JSON, GEO_JSON) if geo else (JSON, LD_JSON)
    media = accepted(request.headers.get("accept"), offers)
    if media is None:
        raise NotAcceptable("nothing that is accepted can be given", remedy=", ".join(offers))
    names = service.names(context)
    given = None if names.terms.source is None else context
    return Ask(service, request, grant, service.city.guard.view(grant), names, given, media)


def _in_tenant(service: Service, request: Request) -> Grant:
    """The grant in the tenant that the header names (6.3.14)."""
    grant: Grant = request.grant
    tenant = request.headers.get(TENANT.lower())
    if tenant is not None:
        request.answer_headers.append((TENANT, tenant))
    if tenant is None or tenant == grant.tenant:
        return grant
    if not tenant or len(tenant) > 200 or not tenant.isprintable() or " " in tenant:
        raise InvalidRequest(f"{tenant!r} is no tenant", where=TENANT)
    if service.city.guard.policy.role(grant.role).tenants != "any":
        raise Forbidden(f"the role {grant.role} stays in its tenant", where=TENANT)
    return replace(grant, tenant=tenant)
