"""Passkeys over HTTP: add, list and remove one's own; begin a sign-in; help who lost theirs."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from hansa.base.late import Late
from hansa.base.problems import InvalidRequest, ResourceNotFound
from hansa.base.times import format_instant
from hansa.base.web import Request, Response, json_response
from hansa.console.guarding import parsing
from hansa.console.guarding.accounts import PRIVATE
from hansa.context import City
from hansa.guard import Site, check_csrf, check_fresh, is_loopback

if TYPE_CHECKING:
    from webauthn import helpers
else:
    helpers = Late("webauthn.helpers")


class NewPasskey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the browser made of an offer."""

    ticket: str
    credential: dict[str, Any]
    name: str = ""


class Keys:
    """The handlers over one city's passkeys."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._keys = city.guard.passkeys

    async def many(self, request: Request) -> Response:
        """One's own passkeys."""
        found = await self._keys.own(request.grant)
        told = [
            {
                "id": helpers.bytes_to_base64url(one.id),
                "name": one.name,
                "createdAt": format_instant(one.created),
                "usedAt": None if one.used is None else format_instant(one.used),
            }
            for one in found
        ]
        return json_response({"passkeys": told}, headers=PRIVATE)

    async def offer(self, request: Request) -> Response:
        """Begin to add one."""
        check_fresh(request.grant, self._city.clock.outside.now())
        offer = await self._keys.offer_registration(request.grant, site_of(self._city, request))
        return json_response({"ticket": offer.ticket, "options": offer.options}, headers=PRIVATE)

    async def register(self, request: Request) -> Response:
        """Add one."""
        wish = await parsing.read(request, NewPasskey)
        site = site_of(self._city, request)
        row = await self._keys.register(
            request.grant, site, wish.ticket, wish.credential, wish.name
        )
        told = {"id": helpers.bytes_to_base64url(row.id), "name": row.name}
        return json_response(told, 201, PRIVATE)

    async def remove(self, request: Request) -> Response:
        """Remove one of one's own."""
        try:
            key = helpers.base64url_to_bytes(request.path_params["id"])
        except ValueError as error:
            raise ResourceNotFound("there is no such passkey", where="id") from error
        await self._keys.remove(request.grant, key)
        return Response(204, b"", PRIVATE)

    async def forget(self, request: Request) -> Response:
        """Remove all of an account whose owner lost them."""
        await self._keys.forget(request.grant, request.path_params["name"])
        return Response(204, b"", PRIVATE)

    async def ask(self, request: Request) -> Response:
        """Begin a sign-in; anybody may."""
        check_csrf(request.method, request.headers)
        offer = self._keys.offer_sign_in(site_of(self._city, request))
        return json_response({"ticket": offer.ticket, "options": offer.options}, headers=PRIVATE)


def site_of(city: City, request: Request) -> Site:
    """Where the browser is: as `city.yaml` says, else this machine under its own name."""
    access = city.settings.access
    if access.origin:
        return Site(access.host, access.origin)
    host = request.headers.get("host", "")
    name = urlsplit(f"//{host}").hostname or ""
    if name != "localhost" or not is_loopback(request.client_host):
        raise InvalidRequest(
            "passkeys need to know the address of this node",
            where="city.yaml: access.origin",
            remedy="write the origin that people type, or open http://localhost on this machine",
        )
    return Site(name, f"{request.scheme}://{host}")
