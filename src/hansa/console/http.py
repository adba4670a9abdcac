"""The routes of the console: parse, call, render."""

from collections.abc import Sequence
from pathlib import Path

from hansa.base.rights import OWN
from hansa.base.times import parse_instant
from hansa.base.web import (
    Access,
    Operation,
    Parameter,
    Request,
    Response,
    Route,
    event_stream,
    json_response,
)
from hansa.console import data, files, guarding, replay, stream
from hansa.console.basemap import BaseMap
from hansa.console.data import Limits
from hansa.console.frame import frame
from hansa.console.incident import incident
from hansa.console.layers import load_layers
from hansa.console.near import Near
from hansa.console.session import Sessions
from hansa.console.situation import situation
from hansa.context import City

_TAGS = ("console",)
_PRIVATE = (("Cache-Control", "no-store"),)
_SIGN_IN = {
    "application/json": {
        "type": "object",
        "properties": {
            "role": {"type": "string"},
            "name": {"type": "string"},
            "password": {"type": "string"},
            "organization": {"type": "string"},
            "passkey": {"type": "object"},
        },
    }
}
_ACTING = {
    "application/json": {
        "type": "object",
        "required": ["appointment"],
        "properties": {"appointment": {"type": "string", "description": "Its id, or empty"}},
    }
}


class Console:
    """The handlers of one city; reads the bundle, the base map and the layers once."""

    def __init__(self, city: City, base: BaseMap) -> None:
        self._city = city
        self._layers = load_layers(city.vocabulary)
        self._bundle = files.bundle()
        self._base = base
        self._drawings = files.base_map(city.settings.folder)

    async def frame(self, request: Request) -> Response:
        base = self._base.current()
        document = frame(self._city, request.view, self._layers, self._drawings, base)
        return json_response(document, headers=_PRIVATE)

    async def situation(self, request: Request) -> Response:
        text = request.query.get("at")
        at = None if text is None else parse_instant(text)
        document = await situation(self._city, request.view, self._layers, at)
        return json_response(document, headers=_PRIVATE)

    async def incident(self, request: Request) -> Response:
        document = await incident(self._city, request.view, request.path_params["id"])
        return json_response(document, headers=_PRIVATE)

    async def stream(self, request: Request) -> Response:
        after = stream.start_of(request, self._city.last_change)
        return event_stream(stream.events(self._city, request.view, after))

    async def drawing(self, request: Request) -> Response:
        name = request.path_params["name"].removesuffix(".geojson")
        return files.answer(self._drawings.get(name), request)

    async def page(self, request: Request) -> Response:
        return files.page(self._bundle, request)

    async def asset(self, request: Request) -> Response:
        name = f"assets/{request.path_params['name']}"
        return files.answer(self._bundle.get(name), request)

    async def mark(self, request: Request) -> Response:
        return files.answer(self._bundle.get("mark.svg"), request)


def routes(
    city: City, sessions: Sessions, limits: Limits = tuple, maps: Sequence[Path] = ()
) -> tuple[Route, ...]:
    """Every route.

    `sessions` recognises who asks; `limits`: of the rules, for charts, now; `maps`: where an
    imported base map may lie, the first one found is shown.
    """
    base = BaseMap(maps)
    console = Console(city, base)
    at = Parameter("at", "as known at this moment (RFC 3339)", schema={"format": "date-time"})
    after = Parameter("after", "the change number last seen", schema={"type": "integer"})
    public, told = Access.PUBLIC, Operation
    return (
        *data.routes(city, limits),
        *replay.routes(city),
        *base.routes(),
        *Near(city).routes(),
        *guarding.routes(city, sessions.house),
        *_session_routes(sessions),
        Route(
            "GET",
            "/console/frame",
            console.frame,
            operation=told("The city, its words and how values look", _TAGS),
        ),
        Route(
            "GET",
            "/console/situation",
            console.situation,
            operation=told("Alerts, incidents, sources, things on the map", _TAGS, (at,)),
        ),
        Route(
            "GET",
            "/console/incidents/{id}",
            console.incident,
            operation=told("One incident with what it rests on and its timeline", _TAGS),
        ),
        Route(
            "GET",
            "/console/stream",
            console.stream,
            operation=told("The change log as server-sent events", _TAGS, (after,)),
        ),
        Route(
            "GET",
            "/console/map/{name}",
            console.drawing,
            operation=told("A drawing of the city's base map, GeoJSON", _TAGS),
        ),
        Route("GET", "/assets/{name}", console.asset, public, told("A built file", _TAGS)),
        Route("GET", "/mark.svg", console.mark, public, told("The mark of the page", _TAGS)),
        Route("GET", "/", console.page, public, told("The console", _TAGS)),
    )


def _session_routes(sessions: Sessions) -> tuple[Route, ...]:
    public, told = Access.PUBLIC, Operation
    return (
        Route("GET", "/console/session", sessions.show, public, told("Who is here", _TAGS)),
        Route(
            "POST",
            "/console/session",
            sessions.begin,
            public,
            told("Pick a role or sign in", _TAGS, request=_SIGN_IN, responses={201: "Signed in"}),
        ),
        Route(
            "DELETE",
            "/console/session",
            sessions.end,
            public,
            told("Sign out", _TAGS, responses={204: "Signed out"}),
        ),
        Route(
            "POST",
            "/console/session/role",
            sessions.switch,
            operation=Operation(
                "Go on in another role of the same account",
                _TAGS,
                request={
                    "application/json": {
                        "type": "object",
                        "properties": {"role": {"type": "string"}},
                    }
                },
                responses={201: "Signed in"},
            ),
            right=OWN,
        ),
        Route(
            "POST",
            "/console/session/acting",
            sessions.act,
            operation=told("Act by an appointment, or for oneself", _TAGS, request=_ACTING),
            right=OWN,
        ),
    )
