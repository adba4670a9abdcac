"""Accounts over HTTP: who may sign in, in which roles, for which organisation."""

import secrets
from typing import Any

from hansa.base.times import format_instant
from hansa.base.web import Request, Response, json_response
from hansa.console.guarding import parsing
from hansa.context import City
from hansa.guard import Account

PRIVATE = (("Cache-Control", "no-store"),)
_WORDS = 4  # groups of a password that is made here: read from a screen, typed once
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


class People:
    """The handlers over one city's accounts."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._accounts = city.guard.accounts

    async def many(self, request: Request) -> Response:
        """Every account."""
        found = await self._accounts.all(request.grant)
        keys = await self._city.guard.passkeys.counts(request.grant)
        told = [{**_shown(one), "passkeys": keys.get(one.name, 0)} for one in found]
        return json_response({"accounts": told}, headers=PRIVATE)

    async def create(self, request: Request) -> Response:
        """A new account; its first password stands in this answer only."""
        self._city.guard.check_manage(request.grant, "accounts")
        wish = await parsing.read(request, parsing.NewAccount)
        password = made_password()
        made = await self._accounts.create(
            *(request.grant, wish.name, password, wish.roles, wish.organization),
            house=wish.house,
        )
        return json_response({**_shown(made), "password": password}, 201, PRIVATE)

    async def roles(self, request: Request) -> Response:
        """Other roles or another organisation."""
        self._city.guard.check_manage(request.grant, "accounts")
        wish = await parsing.read(request, parsing.RolesOf)
        changed = await self._accounts.set_roles(
            request.grant, _name(request), wish.roles, wish.organization, expect=wish.expect
        )
        return json_response(_shown(changed), headers=PRIVATE)

    async def house(self, request: Request) -> Response:
        """It may be entered through the other house, or not."""
        wish = await parsing.read(request, parsing.ThroughHouse)
        changed = await self._accounts.through_house(
            request.grant, _name(request), wish.allowed, expect=wish.expect
        )
        return json_response(_shown(changed), headers=PRIVATE)

    async def disable(self, request: Request) -> Response:
        """Nobody signs in with it any more."""
        self._city.guard.check_manage(request.grant, "accounts")
        expect = (await parsing.read(request, parsing.Expecting)).expect
        changed = await self._accounts.disable(request.grant, _name(request), expect=expect)
        return json_response(_shown(changed), headers=PRIVATE)

    async def enable(self, request: Request) -> Response:
        """It may be used again."""
        self._city.guard.check_manage(request.grant, "accounts")
        expect = (await parsing.read(request, parsing.Expecting)).expect
        changed = await self._accounts.enable(request.grant, _name(request), expect=expect)
        return json_response(_shown(changed), headers=PRIVATE)

    async def reset(self, request: Request) -> Response:
        """Another password, shown in this answer only."""
        self._city.guard.check_manage(request.grant, "accounts")
        expect = (await parsing.read(request, parsing.Expecting)).expect
        password = made_password()
        changed = await self._accounts.set_password(
            request.grant, _name(request), password, expect=expect
        )
        return json_response({**_shown(changed), "password": password}, headers=PRIVATE)

    async def change_own(self, request: Request) -> Response:
        """One's own password; every session of the account ends."""
        wish = await parsing.read(request, parsing.NewPassword)
        await self._accounts.change_password(request.grant, wish.old, wish.new, request.client_host)
        return Response(204, b"", PRIVATE)


def made_password() -> str:
    """A password of about 79 bits that can be read out."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(_WORDS))
    return "-".join(groups)


def _shown(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "roles": account.roles,
        "organization": account.organization or None,
        "disabled": account.disabled,
        "createdAt": format_instant(account.created),
        "changedAt": format_instant(account.changed),
        "version": account.version,
        "house": account.house,
    }


def _name(request: Request) -> str:
    return request.path_params["name"]
