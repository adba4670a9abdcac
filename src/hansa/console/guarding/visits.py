"""Sign-in through another house over HTTP: away, back, and a session or a plain no."""

from collections.abc import Mapping
from typing import Any

from hansa.base.access import Oidc
from hansa.base.problems import Problem, ResourceNotFound
from hansa.base.web import Request, Response
from hansa.console.guarding.house import House
from hansa.context import City
from hansa.guard import JournalEntry, Kind, Stranger

_COOKIE = "hansa-house"  # Lax: the house sends the browser back by a link
_REFUSED = "/?signin=refused"


class Visits:
    """The handlers; without a house there is nothing here."""

    def __init__(self, city: City, house: House | None) -> None:
        self._city = city
        self._house = house

    async def leave(self, request: Request) -> Response:
        """Send the browser to the other house."""
        leaving = await self._there().leave()
        return _to(leaving.url, _cookie(leaving.browser, request))

    async def arrive(self, request: Request) -> Response:
        """Take it back: into a session, or to the sign-in page with a word."""
        house, query = self._there(), request.query
        try:
            claims = await house.arrive(
                query.get("state") or "", query.get("code") or "", _jar(request).get(_COOKIE, "")
            )
            guard = self._city.guard
            account = await guard.accounts.of_house(stranger_of(house.settings, claims))
            opened = await guard.sessions.open_for(account, request.client_host, None, how="oidc")
        except Problem as problem:
            await self._refused(problem, request)
            return _to(_REFUSED, _cookie("", request))
        session = guard.authenticate.cookie(opened.token, secure=request.scheme == "https")
        return _to("/", _cookie("", request), session)

    async def _refused(self, problem: Problem, request: Request) -> None:
        """The page says no more than no; why is for whoever reads the journal."""
        facts = {"address": request.client_host, "how": "oidc", "reason": problem.detail}
        now = self._city.clock.outside.now()
        entry = JournalEntry(Kind.SIGN_IN_REFUSED, "unknown", now, facts=facts)
        await self._city.guard.journal.write(entry)

    def _there(self) -> House:
        if self._house is None:
            raise ResourceNotFound(
                "no other house signs people in here", remedy="city.yaml: access.oidc"
            )
        return self._house


def stranger_of(settings: Oidc, claims: Mapping[str, Any]) -> Stranger:
    """Who came, in our words: claims of the house by the city's mapping."""
    given = claims.get(settings.roles_claim, ()) if settings.roles_claim else ()
    groups = [given] if isinstance(given, str) else [one for one in given if isinstance(one, str)]
    roles = dict.fromkeys(role for group in groups if (role := settings.roles.get(group)))
    organization = claims.get(settings.organization_claim, "")
    return Stranger(
        subject=f"{settings.issuer} {claims['sub']}",
        name=str(claims.get(settings.account, "")).strip().casefold(),
        roles=tuple(roles),
        organization=organization if isinstance(organization, str) else "",
        create=settings.create,
        mapped=bool(settings.roles_claim),
    )


def _to(url: str, *cookies: str) -> Response:
    headers = [("Location", url), ("Cache-Control", "no-store")]
    return Response(303, b"", (*headers, *(("Set-Cookie", one) for one in cookies)))


def _cookie(value: str, request: Request) -> str:
    secure = "; Secure" if request.scheme == "https" else ""
    age = "600" if value else "0"
    return f"{_COOKIE}={value}; Path=/guard/oidc; HttpOnly; SameSite=Lax; Max-Age={age}{secure}"


def _jar(request: Request) -> Mapping[str, str]:
    pairs = (one.strip().partition("=") for one in request.headers.get("cookie", "").split(";"))
    return {name: value for name, _, value in pairs}
