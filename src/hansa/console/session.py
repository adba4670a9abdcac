"""Who sits at a screen: the HTTP half of guard's sessions.

On a loopback exercise city a visitor picks a role; every other city asks for name and password.
"""

from typing import Any

from hansa.base.problems import BadRequestData
from hansa.base.times import format_instant
from hansa.base.web import Request, Response, json_response
from hansa.console.guarding.house import House
from hansa.console.guarding.passkeys import site_of
from hansa.console.replay import may_turn, replay_of
from hansa.context import City, Query, TypeIs
from hansa.guard import Delegation, Grant, Opened, check_csrf

_LARGEST = 16 * 1024  # bytes of a sign-in


class Sessions:
    """Sessions of one city over HTTP.

    `host`: the address that the node listens on; `house`: another one that signs people in.
    """

    def __init__(self, city: City, *, host: str, house: House | None = None) -> None:
        self._city = city
        self.house = house
        city.guard.sessions.listens_at(host)

    async def authenticate(self, request: Request) -> Grant | None:
        """The grant of a request by its cookie or bearer token; None for a stranger."""
        guard = self._city.guard
        return await guard.authenticate(request.method, request.headers, request.client_host)

    async def show(self, request: Request) -> Response:
        """The city's name, the roles that may be picked, and who is here."""
        told = await self._document(await request.identify())
        return json_response(told | {"organizations": await self._choice(told)}, headers=_PRIVATE)

    async def begin(self, request: Request) -> Response:
        """Pick a role, or sign in by name and password."""
        check_csrf(request.method, request.headers)
        wish = await request.json(_LARGEST)
        opened = await self._open(wish if isinstance(wish, dict) else {}, request)
        return await self._opened(opened, request)

    async def switch(self, request: Request) -> Response:
        """Go on in another role of the same account."""
        wish = await request.json(_LARGEST)
        role = _text(wish, "role") if isinstance(wish, dict) else ""
        return await self._opened(
            await self._city.guard.sessions.switch(request.grant, role), request
        )

    async def _opened(self, opened: Opened, request: Request) -> Response:
        cookie = self._city.guard.authenticate.cookie(opened.token, secure=_secure(request))
        document = await self._document(opened.grant)
        return json_response(document, 201, (*_PRIVATE, ("Set-Cookie", cookie)))

    async def end(self, request: Request) -> Response:
        """Sign out; saying it twice does no harm."""
        grant = await request.identify()
        if grant is not None:
            await self._city.guard.sessions.sign_out(grant)
        cookie = self._city.guard.authenticate.no_cookie(secure=_secure(request))
        return Response(204, b"", (*_PRIVATE, ("Set-Cookie", cookie)))

    async def act(self, request: Request) -> Response:
        """Act by an appointment from now on, or for oneself again."""
        wish = await request.json(_LARGEST)
        if not isinstance(wish, dict) or not isinstance(wish.get("appointment"), str):
            raise BadRequestData("which appointment is meant", where="appointment")
        grant = await self._city.guard.act(request.grant, wish["appointment"])
        return json_response(await self._document(grant), headers=_PRIVATE)

    async def _open(self, wish: dict[str, Any], request: Request) -> Opened:
        sessions = self._city.guard.sessions
        match wish:
            case {"name": str(name), "password": str(password)}:
                role = _text(wish, "role") or None
                return await sessions.sign_in(name, password, request.client_host, role)
            case {"passkey": {"ticket": str(ticket), "credential": dict(credential)}}:
                account = await self._city.guard.passkeys.check(
                    site_of(self._city, request), ticket, credential, request.client_host
                )
                role = _text(wish, "role") or None
                return await sessions.open_for(account, request.client_host, role, how="passkey")
            case {"role": str(role)}:
                return await sessions.pick(
                    *(role, request.client_host, request.headers.get("host", "")),
                    _text(wish, "organization"),
                )
            case _:
                raise BadRequestData(
                    "neither a role nor a name with its password",
                    remedy='send {"name": …, "password": …}, or {"role": …} in an exercise',
                )

    async def _document(self, grant: Grant | None) -> dict[str, Any]:
        settings, guard = self._city.settings, self._city.guard
        picks = guard.sessions.pickable()
        return {
            "city": {
                "name": settings.name,
                "title": settings.title,
                "languages": settings.languages,
            },
            "world": settings.world,
            "replay": replay_of(self._city),
            "pick": [self._role(name) for name in picks] or None,
            "house": None if self.house is None else {"title": self.house.settings.title},
            "person": None if grant is None else await self._person(grant),
        }

    async def _choice(self, told: dict[str, Any]) -> list[dict[str, Any]] | None:
        """The organisations of which one is picked with a role that belongs to one."""
        if not told["pick"] or told["person"]:
            return None
        view = self._city.guard.view(self._city.guard.machine("console", self._city.world))
        page = await self._city.read(view, Query(types=TypeIs("Organization")))
        return [
            {"id": one.id, "name": one.value("name")}
            for one in page.entities
            if one.value("active")
        ]

    def _role(self, name: str) -> dict[str, Any]:
        role = self._city.guard.policy.role(name)
        return {"id": name, "words": role.words, "organization": role.organization}

    async def _person(self, grant: Grant) -> dict[str, Any]:
        guard = self._city.guard
        role = guard.policy.role(grant.role)
        return {
            "actor": grant.actor,
            "role": grant.role,
            "organization": grant.organization or None,
            "roles": [self._role(name) for name in await self._city.guard.sessions.roles_of(grant)],
            "account": not grant.actor.startswith("visitor-") and not grant.source,
            "words": role.words,
            "works": sorted(role.works),
            "manages": sorted(role.manages),
            "turns": may_turn(self._city, grant),
            "onBehalf": grant.on_behalf or None,
            "actsFor": [self._appointment(one) for one in guard.delegations.of(grant.actor)],
        }

    def _appointment(self, one: Delegation) -> dict[str, Any]:
        return {
            "id": one.id,
            "principal": one.principal,
            "role": self._role(one.role),
            "until": format_instant(one.valid_until),
        }


def _text(wish: dict[str, Any], name: str) -> str:
    given = wish.get(name)
    return given if isinstance(given, str) else ""


_PRIVATE = (("Cache-Control", "no-store"),)


def _secure(request: Request) -> bool:
    return request.scheme == "https"
