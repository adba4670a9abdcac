"""What people do with a followed source over HTTP: ask now, pause with a reason, resume."""

from typing import Annotated

import msgspec
from msgspec import Meta

from hansa.base.problems import BadRequestData, ResourceNotFound
from hansa.base.rights import over
from hansa.base.web import Operation, Request, Response, Route, json_response
from hansa.context import City
from hansa.guard import entry_of
from hansa.sectors.behaviour import manifest_of
from hansa.sectors.connectors.manifest import load_manifests
from hansa.sectors.doors import Doors
from hansa.sectors.following import Following

_TAGS = ("sectors",)
_PRIVATE = (("Cache-Control", "no-store"),)
_BODY = 4096


class Pause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a source is not asked for a while."""

    reason: Annotated[str, Meta(min_length=3, max_length=300)]


class Steering:
    """The handlers over the followed sources of one city."""

    def __init__(self, city: City, doors: Doors) -> None:
        self._city = city
        self._doors = doors

    async def connectors(self, _: Request) -> Response:
        """Every kind of door, as its manifest has it."""
        found = [manifest_of(one) for one in load_manifests()]
        return json_response({"connectors": found}, headers=_PRIVATE)

    async def poll(self, request: Request) -> Response:
        """Ask the source now."""
        self._city.guard.check_manage(request.grant, "intake")
        name, following = self._following(request)
        await self._journal(request, "source-poll", source=name)
        following.poll()
        return Response(202)

    async def pause(self, request: Request) -> Response:
        """Ask it no more until it is resumed."""
        self._city.guard.check_manage(request.grant, "sources")
        name, following = self._following(request)
        wish = await _pause(request)
        await self._journal(request, "source-pause", source=name, reason=wish.reason)
        await following.pause(wish.reason)
        return Response(204)

    async def resume(self, request: Request) -> Response:
        """Go on."""
        self._city.guard.check_manage(request.grant, "sources")
        name, following = self._following(request)
        await self._journal(request, "source-resume", source=name)
        await following.resume()
        return Response(204)

    def _following(self, request: Request) -> tuple[str, Following]:
        """The source of the path, for who may know of it: a program of one source of that alone."""
        name = request.path_params["source"]
        found = self._doors[name]
        if request.grant.source not in ("", found.source.id):
            raise ResourceNotFound(f"there is no source {name!r}", where="source")
        return name, found

    async def _journal(self, request: Request, kind: str, **facts: str) -> None:
        guard = self._city.guard
        await guard.journal.write(entry_of(request.grant, kind, self._city.clock.now(), **facts))


async def _pause(request: Request) -> Pause:
    try:
        return msgspec.convert(await request.json(_BODY), Pause)
    except msgspec.ValidationError as error:
        remedy = 'write {"reason": "…"}, three characters or more'
        raise BadRequestData(str(error), where="reason", remedy=remedy) from error


def steering_routes(city: City, doors: Doors) -> tuple[Route, ...]:
    """The routes over `doors`."""
    steering = Steering(city, doors)
    one = "/sectors/sources/{source}"
    reason = {"application/json": {"type": "object", "required": ["reason"]}}
    told = Operation("Ask the source no more until it is resumed; the reason is shown", _TAGS)
    return (
        Route(
            "GET",
            "/sectors/connectors",
            steering.connectors,
            operation=Operation("Kinds of doors by which data come in", _TAGS),
            strict=True,
        ),
        Route(
            "POST",
            f"{one}/poll",
            steering.poll,
            operation=Operation("Ask the source now", _TAGS, responses={202: "It is asked"}),
            right=over("intake"),
        ),
        Route(
            "POST",
            f"{one}/pause",
            steering.pause,
            operation=Operation(told.summary, _TAGS, (), reason, {204: "It is paused"}),
            right=over("sources"),
            body_limit=_BODY,
        ),
        Route(
            "POST",
            f"{one}/resume",
            steering.resume,
            operation=Operation("Ask the source again", _TAGS, responses={204: "It goes on"}),
            right=over("sources"),
        ),
    )
