"""Who is signed in at this moment: all of it for who keeps the accounts, else one's own."""

from hansa.base.times import format_instant
from hansa.base.web import Request, Response, json_response
from hansa.console.guarding.accounts import PRIVATE
from hansa.context import City


class Open:
    """The handlers over one city's sessions."""

    def __init__(self, city: City) -> None:
        self._sessions = city.guard.sessions

    async def many(self, request: Request) -> Response:
        """The open sessions, the newest first."""
        found = self._sessions.open(request.grant)
        told = [
            {
                "id": one.id,
                "actor": one.actor,
                "role": one.role,
                "organization": one.organization or None,
                "openedAt": format_instant(one.opened),
                "seenAt": format_instant(one.seen),
                "own": one.id == request.grant.session,
            }
            for one in found
        ]
        return json_response({"sessions": told}, headers=PRIVATE)

    async def end(self, request: Request) -> Response:
        """End one of them."""
        await self._sessions.end(request.grant, request.path_params["id"])
        return Response(204, b"", PRIVATE)
