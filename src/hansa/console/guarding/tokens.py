"""Tokens of programs over HTTP: which program may do what, until when, and when it last did."""

from typing import Any

import msgspec

from hansa.base.times import format_instant
from hansa.base.web import Request, Response, json_response
from hansa.console.guarding import parsing
from hansa.console.guarding.accounts import PRIVATE
from hansa.context import City
from hansa.guard import Issued, Token


class NewToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A program that may come in. `source`: the only source that it speaks for."""

    name: str
    role: str = "api"
    days: int = 365
    source: str = ""


class Programs:
    """The handlers over one city's tokens."""

    def __init__(self, city: City) -> None:
        self._guard = city.guard
        self._tokens = city.guard.tokens

    async def many(self, request: Request) -> Response:
        """Every token, without its secret."""
        found = self._tokens.all(request.grant)
        return json_response({"tokens": [_shown(one) for one in found]}, headers=PRIVATE)

    async def issue(self, request: Request) -> Response:
        """A new token, which stands in this answer only; AlreadyExists for a name in use."""
        self._guard.check_manage(request.grant, "tokens")
        wish = await parsing.read(request, NewToken)
        issued = await self._tokens.issue(
            *(request.grant, wish.name, wish.role),
            days=wish.days,
            source=wish.source,
            replaces=False,
        )
        return json_response(_issued(issued), 201, PRIVATE)

    async def rotate(self, request: Request) -> Response:
        """Another secret under the same name and rights; the old one ends now."""
        self._guard.check_manage(request.grant, "tokens")
        wish = await parsing.read(request, parsing.Expecting)
        issued = await self._tokens.rotate(request.grant, _name(request), expect=wish.expect)
        return json_response(_issued(issued), headers=PRIVATE)

    async def revoke(self, request: Request) -> Response:
        """The program comes in no more."""
        await self._tokens.revoke(request.grant, _name(request))
        return Response(204, b"", PRIVATE)


def _issued(issued: Issued) -> dict[str, Any]:
    return {"token": issued.token, "ends": format_instant(issued.ends)}


def _shown(token: Token) -> dict[str, Any]:
    return {
        "name": token.name,
        "role": token.role,
        "source": token.source or None,
        "tenant": token.tenant,
        "createdAt": format_instant(token.created),
        "ends": format_instant(token.ends),
        "usedAt": None if token.used is None else format_instant(token.used),
        "over": token.over,
        "version": token.version,
    }


def _name(request: Request) -> str:
    return request.path_params["name"]
