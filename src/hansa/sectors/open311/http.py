"""Open311 over HTTP: discovery, services, requests, tokens. Parse, call, render.

Reading is open to anybody, as the standard wants it. Sending needs an `api_key`: the token of a
program that the city has let in. A post from a page needs no more, because nothing of it goes
by a cookie.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from hansa.base.problems import AlreadyExists, Problem, ResourceNotFound, Unauthenticated
from hansa.base.times import format_instant
from hansa.base.web import Access, Operation, Parameter, Request, Response, Route
from hansa.context import City
from hansa.guard import Grant, View
from hansa.sectors.open311 import requests, services
from hansa.sectors.open311.answering import JSON, XML, answer, refusal
from hansa.sectors.open311.asking import Asked, one_of, parse_form, parse_request, service_of
from hansa.sectors.open311.catalogue import Catalogue

BASE = "/open311/v2"
_TAGS = ("open311",)
_FORM = {"application/x-www-form-urlencoded": {"type": "object"}}
_BODY = 64 * 1024
_DRAWS = 5  # of a number that nobody has yet; one in a billion is taken
_LANGUAGE = Parameter("locale", "Language of the words, one of the city's")
_JURISDICTION = Parameter("jurisdiction_id", "The city, where one address serves several")
_FILTERS = (
    _JURISDICTION,
    Parameter("service_request_id", "Numbers, separated by commas; other filters are ignored"),
    Parameter("service_code", "Codes, separated by commas"),
    Parameter("start_date", "Requested from here on; span at most 90 days"),
    Parameter("end_date", "Requested until then"),
    Parameter("status", "open, closed"),
    Parameter("updated_after", "Extension: changed since then"),
    Parameter("updated_before", "Extension: changed before"),
    Parameter("page", "Extension: from 1", schema={"type": "integer"}),
    Parameter("page_size", "Extension: at most 1000", schema={"type": "integer"}),
    Parameter("extensions", "Ignored: the answer has what the privacy classes let through"),
)
_SENDING = "Send a request in; needs an api_key"
Work: TypeAlias = Callable[[Request, str], Awaitable[Response]]
Parameters: TypeAlias = tuple[Parameter, ...]


class Open311:
    """The handlers over one city's requests."""

    def __init__(self, city: City, catalogue: Catalogue) -> None:
        self._city = city
        self._catalogue = catalogue

    async def discovery(self, _: Request, form: str) -> Response:
        """Where the endpoints are and what they speak."""
        told = services.discovery(self._catalogue, BASE, format_instant(self._city.clock.now()))
        return answer("discovery", told, form)

    async def services(self, request: Request, form: str) -> Response:
        """The services, in the language asked for."""
        self._check_jurisdiction(request.query.get("jurisdiction_id") or "")
        language = self._language(request)
        listed = self._catalogue.services.values()
        return answer("services", [services.listed(one, language) for one in listed], form)

    async def service(self, request: Request, form: str) -> Response:
        """The questions of one service."""
        code = request.path_params["id"]
        found = service_of(code, self._catalogue)
        told = services.definition(found, self._language(request))
        return answer("service_definition", told, form)

    async def many(self, request: Request, form: str) -> Response:
        """Requests, the newest first."""
        self._check_jurisdiction(request.query.get("jurisdiction_id") or "")
        found = requests.wanted(request.query, self._city.clock.now())
        page = await self._city.read(self._public(), found.query)
        listed = [requests.render(one, self._city.world) for one in page.entities]
        headers = (
            ("Hansa-Count", str(page.count)),
            ("Hansa-Page", f"{found.page}/{max(-(-(page.count or 0) // found.size), 1)}"),
        )
        return answer("service_requests", listed, form, headers=headers)

    async def one(self, request: Request, form: str) -> Response:
        """One request."""
        found = await self._find(request.path_params["id"])
        return answer("service_requests", [found], form)

    async def token(self, request: Request, form: str) -> Response:
        """The number behind a token; here each token is settled when it is given."""
        name = request.path_params["id"]
        found = await self._find(name)
        told = [{"token": name, "service_request_id": found["service_request_id"]}]
        return answer("service_requests", told, form)

    async def post(self, request: Request, form: str) -> Response:
        """Take a request in."""
        members = parse_form(await request.body(_BODY))
        grant = await self._sender(one_of(members, "api_key"))
        self._check_jurisdiction(one_of(members, "jurisdiction_id"))
        asked = parse_request(members, self._catalogue)
        name = await self._write(grant, asked)
        member = "token" if self._catalogue.tokens else "service_request_id"
        told = {member: name}
        if self._city.world.exercise:
            told["world"] = self._city.world.name
        return answer("service_requests", [told], form, 201)

    async def _write(self, grant: Grant, asked: Asked) -> str:
        """Write the entity under a number that is free; the number."""
        attempts = 0
        while True:
            now, attempts = self._city.clock.now(), attempts + 1
            name = requests.number(now)
            change = requests.change_of(asked, name, now, self._catalogue.language)
            try:
                await self._city.write(grant, [change])
            except AlreadyExists:
                if attempts == _DRAWS:
                    raise
            else:
                return name

    async def _find(self, name: str) -> dict[str, Any]:
        page = await self._city.read(self._public(), requests.by_number(name))
        if not page.entities:
            raise ResourceNotFound(f"there is no request {name}", where="service_request_id")
        return requests.render(page.entities[0], self._city.world)

    def _public(self) -> View:
        guard = self._city.guard
        return guard.view(guard.machine("public", self._city.world))

    async def _sender(self, key: str) -> Grant:
        """The grant with which the holder of a key sends requests in."""
        grant = await self._city.guard.tokens.of_token(key) if key else None
        if grant is None:
            raise Unauthenticated(
                "api_key was not provided, or is not known here",
                where="api_key",
                rule="GeoReport v2, POST Service Request",
                remedy="ask the city for a key",
            )
        return self._city.guard.through(grant, "open311")

    def _check_jurisdiction(self, given: str) -> None:
        if given and given != self._catalogue.jurisdiction:
            raise ResourceNotFound(
                f"jurisdiction_id {given!r} was not found", where="jurisdiction_id"
            )

    def _language(self, request: Request) -> str:
        wish = (request.query.get("locale") or "")[:2]
        return wish if wish in self._city.settings.languages else self._catalogue.language


def routes(city: City, catalogue: Catalogue) -> tuple[Route, ...]:
    """Every route of GeoReport v2, in both forms."""
    door = Open311(city, catalogue)
    lists = (
        ("discovery", door.discovery, "Where the endpoints are", ()),
        ("services", door.services, "Services that may be asked for", (_JURISDICTION, _LANGUAGE)),
        ("requests", door.many, "Requests, as far as they are public", _FILTERS),
    )
    single = (
        ("services", door.service, "What a service wants to know", (_LANGUAGE,)),
        ("requests", door.one, "One request, as far as it is public", (_JURISDICTION,)),
        ("tokens", door.token, "The number behind a token", (_JURISDICTION,)),
    )
    forms = (JSON, XML)
    return (
        *(_of_list("GET", *one, form=form) for form in forms for one in lists),
        *(_of_one(*one) for one in single),
        *(_of_list("POST", "requests", door.post, _SENDING, (), form=form) for form in forms),
    )


def _of_list(
    method: str, path: str, work: Work, summary: str, parameters: Parameters, *, form: str
) -> Route:
    async def handler(request: Request) -> Response:
        return await _answered(work, request, form)

    operation = Operation(
        f"{summary} ({form.upper()})",
        _TAGS,
        parameters,
        request=_FORM if method == "POST" else None,
        responses={201 if method == "POST" else 200: "OK", 400: "errors: code, description"},
    )
    whole = f"{BASE}/{path}.{form}"
    return Route(method, whole, handler, Access.PUBLIC, operation, body_limit=_BODY)


def _of_one(path: str, work: Work, summary: str, parameters: Parameters) -> Route:
    async def handler(request: Request) -> Response:
        name, dot, form = request.path_params["document"].rpartition(".")
        if not dot or form not in (JSON, XML):
            raise ResourceNotFound("the path ends with .json or .xml", where="document")
        request.path_params = {"id": name}
        return await _answered(work, request, form)

    operation = Operation(
        f"{summary}; `document` is ID.json or ID.xml",
        _TAGS,
        parameters,
        responses={200: "OK", 404: "errors: code, description"},
    )
    return Route("GET", f"{BASE}/{path}/{{document}}", handler, Access.PUBLIC, operation)


async def _answered(work: Work, request: Request, form: str) -> Response:
    """The answer, or the standard's own document of errors."""
    try:
        return await work(request, form)
    except Problem as problem:
        if problem.status >= 500:
            raise
        return refusal(problem, form)
