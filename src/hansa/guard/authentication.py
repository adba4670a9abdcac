"""From a request's headers to a grant, without any web framework.

The cookie is SameSite=Strict and HttpOnly; an unsafe method also needs the header
`Hansa-CSRF: 1`, which a page of another site cannot send without asking first. The purpose of
looking at personal values is named per request (`Hansa-Purpose`), so a list never decrypts.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from hansa.base.problems import Forbidden, InvalidRequest, Unauthenticated
from hansa.guard.errors import CsrfRefused
from hansa.guard.model import Grant
from hansa.guard.policy import Policy
from hansa.guard.sessions import Sessions
from hansa.guard.tokens import Tokens

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})  # RFC 9110, 9.2.1
CSRF = "hansa-csrf"
PURPOSE = "hansa-purpose"
TENANT = "ngsild-tenant"  # GS CIM 009 v1.9.1, 6.3.14


class Authentication:
    """Recognises who asks. The cookie bears the city's name: cookies know no ports."""

    def __init__(self, city: str, policy: Policy, sessions: Sessions, tokens: Tokens) -> None:
        self._policy = policy
        self._sessions = sessions
        self._tokens = tokens
        self.cookie_name = "hansa-" + re.sub(r"[^A-Za-z0-9-]", "-", city)

    async def __call__(
        self, method: str, headers: Mapping[str, str], client_host: str
    ) -> Grant | None:
        """The grant of a request, None for a stranger; header names in lower case.

        Unauthenticated for a token that is none, CsrfRefused, Forbidden for a foreign tenant,
        InvalidRequest for an unknown purpose.
        """
        bearer = headers.get("authorization")
        if bearer is not None:
            grant: Grant | None = await self._of_bearer(bearer)
        else:
            grant = await self._of_cookie(method, headers, client_host)
        if grant is None:
            return None
        return self._in_tenant(self._for_purpose(grant, headers), headers.get(TENANT, ""))

    def cookie(self, token: str, *, secure: bool) -> str:
        """The value of Set-Cookie that begins a session; `secure` where the scheme is https."""
        return f"{self._name(secure)}={token}; {_ATTRIBUTES}" + ("; Secure" if secure else "")

    def no_cookie(self, *, secure: bool) -> str:
        """The value of Set-Cookie that ends it."""
        return self.cookie("", secure=secure) + "; Max-Age=0"

    def _name(self, secure: bool) -> str:
        return ("__Host-" if secure else "") + self.cookie_name  # RFC 6265bis, 4.1.3.2

    async def _of_bearer(self, header: str) -> Grant:
        scheme, _, token = header.partition(" ")
        known = scheme.lower() == "bearer"
        grant = await self._tokens.of_token(token.strip()) if known else None
        if grant is None:
            raise Unauthenticated(
                "the token is not known here, or its time is over",
                where="Authorization",
                rule="RFC 6750, 3.1",
                remedy="ask an administrator for a new one",
            )
        return grant

    async def _of_cookie(
        self, method: str, headers: Mapping[str, str], client_host: str
    ) -> Grant | None:
        token = self._token(headers.get("cookie", ""))
        grant = await self._sessions.of_token(token) if token else None
        if grant is None:
            return None
        check_csrf(method, headers)
        visitor = grant.actor.startswith("visitor-")
        if visitor and not self._sessions.may_visit(client_host, headers.get("host", "")):
            return None
        return grant

    def _token(self, header: str) -> str:
        pairs = (one.strip().partition("=") for one in header.split(";"))  # RFC 6265, 5.4
        jar = {name: value for name, _, value in pairs}
        return jar.get(self._name(True)) or jar.get(self._name(False), "")

    def _for_purpose(self, grant: Grant, headers: Mapping[str, str]) -> Grant:
        purpose = headers.get(PURPOSE)
        if purpose is None:
            return grant
        if purpose not in self._policy.purposes:
            raise InvalidRequest(
                f"{purpose!r} is no purpose",
                where="Hansa-Purpose",
                remedy=f"one of {', '.join(self._policy.purposes)}",
            )
        return replace(grant, purpose=purpose)

    def _in_tenant(self, grant: Grant, tenant: str) -> Grant:
        if tenant == grant.tenant:
            return grant
        if self._policy.role(grant.role).tenants != "any":
            raise Forbidden(
                f"the role {grant.role} acts in its own tenant only", where="NGSILD-Tenant"
            )
        return replace(grant, tenant=tenant)


def check_csrf(method: str, headers: Mapping[str, str]) -> None:
    """CsrfRefused for an unsafe method without our header; also to be asked before a sign-in."""
    if method.upper() not in SAFE and headers.get(CSRF) != "1":
        raise CsrfRefused("an unsafe method from a page needs the header Hansa-CSRF: 1")


_ATTRIBUTES = "Path=/; HttpOnly; SameSite=Strict"
