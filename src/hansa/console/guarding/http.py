"""The routes of administration, and of one's own account."""

from collections.abc import Mapping
from typing import Any

from hansa.base.rights import OWN, Right, over
from hansa.base.web import Access, Operation, Parameter, Route
from hansa.base.web.route import Handler
from hansa.console.guarding.accounts import People
from hansa.console.guarding.house import House
from hansa.console.guarding.journal import Reading
from hansa.console.guarding.parsing import BODY
from hansa.console.guarding.passkeys import Keys
from hansa.console.guarding.roles import Roles
from hansa.console.guarding.sessions import Open
from hansa.console.guarding.tokens import Programs
from hansa.console.guarding.visits import Visits
from hansa.context import City

_TAGS = ("administration",)
_ACCOUNTS, _TOKENS = over("accounts"), over("tokens")
_TEXT: Mapping[str, Any] = {"type": "string"}
_WHOLE: Mapping[str, Any] = {"type": "integer"}
_ROLES: Mapping[str, Any] = {"type": "array", "items": _TEXT}
_EXPECT = {"expect": _WHOLE}


def routes(city: City, house: House | None = None) -> tuple[Route, ...]:
    """Every route below /guard. `house`: another one that signs people in."""
    return (
        _get("/guard/roles", Roles(city).many, "The roles and what each may do"),
        *_of_accounts(People(city)),
        *_of_passkeys(Keys(city)),
        *_of_tokens(Programs(city)),
        *_of_sessions(Open(city)),
        *_of_house(Visits(city, house)),
        _get(
            "/guard/journal",
            Reading(city).many,
            "What was done and looked at, newest first",
            Parameter("kind", "Kinds, separated by commas; absent: all but commits"),
            Parameter("actor", "Only what this account, program or room did"),
            Parameter("from", "From this moment on (RFC 3339)"),
            Parameter("to", "Before this moment (RFC 3339)"),
            Parameter("before", "Below this number: `next` of the page before", schema=_WHOLE),
            Parameter("limit", "At most so many", schema=_WHOLE),
            right=over("journal"),
        ),
    )


def _of_accounts(people: People) -> tuple[Route, ...]:
    one = "/guard/accounts/{name}"
    house = {"type": "boolean", "description": "May be entered through the other house"}
    new = {"name": _TEXT, "roles": _ROLES, "organization": _TEXT, "house": house}
    changed = {**_EXPECT, "roles": _ROLES, "organization": _TEXT}
    return (
        _get("/guard/accounts", people.many, "The accounts", right=_ACCOUNTS),
        _post("/guard/accounts", people.create, "A new account", new, _ACCOUNTS, 201),
        _post(
            f"{one}/roles", people.roles, "Other roles or another organisation", changed, _ACCOUNTS
        ),
        _post(
            *(f"{one}/house", people.house, "Entered through the other house, or not"),
            {**_EXPECT, "allowed": house},
            _ACCOUNTS,
        ),
        _post(
            f"{one}/disable", people.disable, "Nobody signs in with it any more", _EXPECT, _ACCOUNTS
        ),
        _post(f"{one}/enable", people.enable, "It may be used again", _EXPECT, _ACCOUNTS),
        _post(f"{one}/password", people.reset, "Another password, shown once", _EXPECT, _ACCOUNTS),
        _post(
            *("/guard/password", people.change_own, "One's own password"),
            {"old": _TEXT, "new": _TEXT},
            OWN,
        ),
    )


def _of_passkeys(keys: Keys) -> tuple[Route, ...]:
    one = "/guard/passkeys"
    offer = "What the browser is to sign, and a ticket"
    new = {"ticket": _TEXT, "name": _TEXT, "credential": {"type": "object"}}
    public = Operation(offer, _TAGS, responses={200: "OK", 429: "Too many attempts"})
    return (
        _get(one, keys.many, "One's own passkeys"),
        _post(f"{one}/registration", keys.offer, offer, {}, OWN),
        _post(one, keys.register, "Add a passkey to one's own account", new, OWN, 201),
        _delete(f"{one}/{{id}}", keys.remove, "Remove one of one's own", OWN),
        _delete(
            "/guard/accounts/{name}/passkeys", keys.forget, "Remove all that were lost", _ACCOUNTS
        ),
        Route("POST", f"{one}/assertion", keys.ask, Access.PUBLIC, public, body_limit=BODY),
    )


def _of_tokens(programs: Programs) -> tuple[Route, ...]:
    one = "/guard/tokens/{name}"
    new = {"name": _TEXT, "role": _TEXT, "days": _WHOLE, "source": _TEXT}
    return (
        _get("/guard/tokens", programs.many, "The programs that hold a token", right=_TOKENS),
        _post("/guard/tokens", programs.issue, "A new token, shown once", new, _TOKENS, 201),
        _post(f"{one}/rotate", programs.rotate, "Another secret, shown once", _EXPECT, _TOKENS),
        _delete(one, programs.revoke, "The program comes in no more", _TOKENS),
    )


def _of_sessions(sessions: Open) -> tuple[Route, ...]:
    return (
        _get("/guard/sessions", sessions.many, "Who is signed in; without the right, oneself"),
        _delete("/guard/sessions/{id}", sessions.end, "End a session", OWN),
    )


def _of_house(visits: Visits) -> tuple[Route, ...]:
    away, back = "Sign in at another house", "Back from there, into a session"
    told = {303: "The browser goes on", 404: "No other house signs people in here"}
    return tuple(
        Route("GET", path, handler, Access.PUBLIC, Operation(summary, _TAGS, responses=told))
        for path, handler, summary in (
            ("/guard/oidc/login", visits.leave, away),
            ("/guard/oidc/callback", visits.arrive, back),
        )
    )


# ---- plain tables


def _get(
    path: str, handler: Handler, summary: str, *parameters: Parameter, right: Right = OWN
) -> Route:
    operation = Operation(summary, _TAGS, parameters)
    return Route("GET", path, handler, operation=operation, strict=True, right=right)


def _post(
    path: str,
    handler: Handler,
    summary: str,
    members: Mapping[str, Any],
    right: Right,
    status: int = 200,
) -> Route:
    body = {"type": "object", "additionalProperties": False, "properties": members}
    told = {status: "Done", 403: "Not for this role", 409: "It changed meanwhile"}
    operation = Operation(summary, _TAGS, request={"application/json": body}, responses=told)
    return Route("POST", path, handler, operation=operation, body_limit=BODY, right=right)


def _delete(path: str, handler: Handler, summary: str, right: Right) -> Route:
    operation = Operation(summary, _TAGS, responses={204: "Done", 404: "There is none"})
    return Route("DELETE", path, handler, operation=operation, right=right)
