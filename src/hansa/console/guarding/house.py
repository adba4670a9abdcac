"""Another house's word for who somebody is: OpenID Connect Core 1.0, authorization code flow.

With PKCE (RFC 7636), a state that is bound to the browser and a nonce, each good once. Everything
that is fetched goes through the guarded client, so the house must stand in `egress.allow`; no
key is fetched because a token named one.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote_plus, urlencode

import orjson

from hansa.base.access import Oidc
from hansa.base.clock import Clock
from hansa.base.late import Late
from hansa.base.outgoing import Outgoing, Unreachable
from hansa.base.problems import BadFile, Unauthenticated
from hansa.base.settings import CitySettings

if TYPE_CHECKING:
    from joserfc import errors, jwk, jwt
else:
    errors, jwk, jwt = Late("joserfc.errors"), Late("joserfc.jwk"), Late("joserfc.jwt")

_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")  # signed with a key of the house, never ours
_GOOD_FOR = timedelta(minutes=10)
_MOST_OPEN = 2_000
_SKEW = 60  # seconds (the house's clock is its own)
_PLAIN = {"Accept": "application/json", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where the browser goes, and the secret it must bring back in a cookie."""

    url: str
    browser: str


@dataclass(frozen=True, slots=True)
class _Asked:
    nonce: str
    verifier: str
    browser: bytes
    until: datetime


class House:
    """One other house, as `city.yaml` names it. `back`: our own address it sends people to."""

    def __init__(
        self, settings: Oidc, folder: Path, outgoing: Outgoing, clock: Clock, back: str
    ) -> None:
        self.settings = settings
        self._secret = _secret(settings, folder)
        self._outgoing = outgoing
        self._clock = clock
        self._back = back
        self._asked: dict[str, _Asked] = {}
        outgoing.check(settings.issuer, "access.oidc.issuer")

    async def leave(self) -> Leaving:
        """Begin a sign-in."""
        place = await self._discovered()
        now = self._clock.now()
        self._asked = {key: one for key, one in self._asked.items() if now < one.until}
        while len(self._asked) >= _MOST_OPEN:
            self._asked.pop(next(iter(self._asked)))
        state, nonce, verifier, browser = (secrets.token_urlsafe(32) for _ in range(4))
        self._asked[state] = _Asked(nonce, verifier, _hash(browser), now + _GOOD_FOR)
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self._back,
            "scope": " ".join(self.settings.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": _text(_hash(verifier)),
            "code_challenge_method": "S256",
        }
        joint = "&" if "?" in place["authorization_endpoint"] else "?"
        return Leaving(f"{place['authorization_endpoint']}{joint}{urlencode(asked)}", browser)

    async def arrive(self, state: str, code: str, browser: str) -> Mapping[str, Any]:
        """The claims of who came back; Unauthenticated, Unreachable."""
        asked = self._asked.pop(state, None)
        if asked is None or self._clock.now() >= asked.until:
            raise Unauthenticated("this sign-in took too long, or was used before")
        if not secrets.compare_digest(asked.browser, _hash(browser)):
            raise Unauthenticated("this sign-in was begun in another browser")
        place = await self._discovered()
        token = await self._token(place["token_endpoint"], code, asked.verifier)
        keys = await self._get(place["jwks_uri"])
        return self._verified(token, keys, asked.nonce)

    # ---- what the house says

    async def _discovered(self) -> Mapping[str, Any]:
        issuer = self.settings.issuer
        found = await self._get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != issuer:  # OpenID Connect Discovery 1.0, 4.3
            raise Unreachable(f"{issuer} says that it is {found.get('issuer')!r}")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if not all(isinstance(found.get(name), str) for name in names):
            raise Unreachable(f"{issuer} does not say where its endpoints are")
        return found

    async def _token(self, url: str, code: str, verifier: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "code_verifier": verifier,
        }
        headers = {**_PLAIN, "Content-Type": "application/x-www-form-urlencoded"}
        if self.settings.method == "client_secret_basic":  # RFC 6749, 2.3.1
            pair = f"{quote_plus(self.settings.client_id)}:{quote_plus(self._secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form["client_id"] = self.settings.client_id
        if self.settings.method == "client_secret_post":
            form["client_secret"] = self._secret
        body = urlencode(form).encode()
        answer = await self._outgoing.send("POST", url, headers=headers, body=body)
        if answer.status != 200:
            raise Unauthenticated("the other house did not accept this sign-in")
        token = _members(answer.body).get("id_token")
        if not isinstance(token, str):
            raise Unauthenticated("the other house sent no ID token")
        return token

    async def _get(self, url: str) -> Mapping[str, Any]:
        answer = await self._outgoing.send("GET", url, headers=_PLAIN)
        if answer.status != 200:
            raise Unreachable(f"{url} answers {answer.status}")
        return _members(answer.body)

    def _verified(self, token: str, keys: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """The claims of an ID token (OpenID Connect Core 1.0, 3.1.3.7)."""
        client = self.settings.client_id
        rules = jwt.JWTClaimsRegistry(
            now=int(self._clock.now().timestamp()),
            leeway=_SKEW,
            iss={"essential": True, "value": self.settings.issuer},
            aud={"essential": True, "value": client},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            found = jwt.decode(
                token,
                jwk.KeySet.import_key_set(cast("jwk.KeySetSerialization", keys)),
                algorithms=_ALGORITHMS,
            )
            rules.validate(found.claims)
        except (errors.JoseError, ValueError, KeyError, TypeError) as error:
            raise Unauthenticated(f"the ID token is not valid: {error}") from error
        if found.claims.get("azp", client) != client:
            raise Unauthenticated("the ID token was made for another party")
        return found.claims


def house_of(city: CitySettings, outgoing: Outgoing, clock: Clock) -> House | None:
    """The other house that a city names; BadFile where it cannot send anybody back."""
    access = city.access
    if access.oidc is None:
        return None
    if not access.origin:
        raise BadFile(
            "the other house must know where to send people back",
            where="city.yaml: access.origin",
            remedy="write the origin that people type into the browser",
        )
    back = f"{access.origin}/guard/oidc/callback"
    return House(access.oidc, city.folder, outgoing, clock, back)


def _secret(settings: Oidc, folder: Path) -> str:
    if settings.method == "none":
        return ""
    path = folder / settings.secret_file
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadFile(
            f"the client's secret cannot be read: {error.strerror}",
            where=f"city.yaml: access.oidc.secretFile ({settings.secret_file})",
            remedy="keep it in a file of its own that only the node may read",
        ) from error


def _members(body: bytes) -> Mapping[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unreachable("the other house does not answer in JSON") from error
    if not isinstance(found, dict):
        raise Unreachable("the other house does not answer with an object")
    return found


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
