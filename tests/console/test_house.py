"""Sign-in through another house: a little OpenID provider on loopback, and all it may try."""

import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from hansa import console
from hansa.base.clock import ManualClock
from hansa.base.outgoing import Outgoing
from hansa.base.problems import BadFile
from hansa.base.settings import load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.base.web import WebApp
from hansa.context import City

SECRET = "correct horse battery"
SETTINGS = """
name: testing
title: {en: Testing}
zone: Europe/Moscow
world: exercise:testing
map: {center: [39.74, 54.63]}
egress: {allow: [ISSUER]}
access:
  origin: http://127.0.0.1:8080
  oidc:
    issuer: ISSUER
    clientId: hansa
    secretFile: secret
    rolesClaim: groups
    roles: {watch: duty-officer, press: press}
    create: CREATE
"""


class Provider:
    """An OpenID provider that says what a test wants it to say."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.issuer = ""
        self.key = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})
        self.signing = self.key
        self.claims: dict[str, Any] = {}
        self.asked: dict[str, str] = {}
        self.algorithm = "ES256"

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._describe)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/token", self._token)
        return app

    async def _describe(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        )

    async def _keys(self, _: web.Request) -> web.Response:
        return web.json_response(KeySet([self.key]).as_dict(private=False))

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        verifier = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        pair = base64.b64encode(b"hansa:keep+it").decode()
        known = request.headers.get("Authorization") == f"Basic {pair}"
        if not known or challenge != self.asked["code_challenge"] or form["code"] != "good":
            return web.json_response({"error": "invalid_grant"}, status=400)
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": "hansa",
            "sub": "4711",
            "iat": now,
            "exp": now + 300,
            "nonce": self.asked["nonce"],
            "preferred_username": "Olga",
            "groups": ["watch", "choir"],
            **self.claims,
        }
        header = {"alg": self.algorithm, "kid": "one"}
        token = jwt.encode(header, claims, self.signing, algorithms=[self.algorithm])
        return web.json_response({"id_token": token, "access_token": "x", "token_type": "Bearer"})


class Trial:
    """A city, a house beside it, and a browser between the two."""

    def __init__(self, city: City, provider: Provider, client: httpx.AsyncClient) -> None:
        self.city = city
        self.provider = provider
        self.client = client

    async def leave(self) -> dict[str, str]:
        answer = await self.client.get("/guard/oidc/login")
        assert answer.status_code == 303
        parts = urlsplit(answer.headers["location"])
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.provider.asked = asked
        return asked

    async def arrive(self, state: str, code: str = "good") -> httpx.Response:
        return await self.client.get("/guard/oidc/callback", params={"state": state, "code": code})

    async def person(self) -> Any:
        return (await self.client.get("/console/session")).json()["person"]


async def _trial(tmp_path: Path, clock: ManualClock, *, create: bool) -> AsyncIterator[Trial]:
    provider = Provider(clock)
    runner = web.AppRunner(provider.app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    provider.issuer = f"http://127.0.0.1:{runner.addresses[0][1]}"
    folder = tmp_path / "city"
    folder.mkdir()
    text = SETTINGS.replace("ISSUER", provider.issuer).replace("CREATE", str(create).lower())
    (folder / "city.yaml").write_text(text, encoding="utf-8")
    (folder / "secret").write_text("keep it\n", encoding="utf-8")
    city = await City.open(load_city(folder), load_vocabulary(), tmp_path / "home", clock)
    outgoing = Outgoing(city.settings.egress.allow, loopback=True)
    house = console.house_of(city.settings, outgoing, clock)
    sessions = console.Sessions(city, host="127.0.0.1", house=house)
    app = WebApp(
        console.routes(city, sessions),
        sessions.authenticate,
        lambda _: city.world.name,
        view=city.guard.view,
    )
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 5000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        yield Trial(city, provider, client)
    await outgoing.close()
    await city.close()
    await runner.cleanup()


@pytest.fixture
async def trial(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Trial]:
    async for one in _trial(tmp_path, clock, create=False):
        guard = one.city.guard
        await guard.accounts.create(guard.operator(), "olga", SECRET, ["analyst"], house=True)
        yield one


@pytest.fixture
async def open_trial(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Trial]:
    async for one in _trial(tmp_path, clock, create=True):
        yield one


async def test_an_account_is_entered_through_the_house(trial: Trial) -> None:
    asked = await trial.leave()
    assert asked["response_type"] == "code"
    assert asked["redirect_uri"] == "http://127.0.0.1:8080/guard/oidc/callback"
    assert asked["code_challenge_method"] == "S256"
    answer = await trial.arrive(asked["state"])
    assert (answer.status_code, answer.headers["location"]) == (303, "/"), (
        await trial.city.guard.journal.entries("sign-in-refused")
    )
    person = await trial.person()
    assert (person["actor"], person["role"]) == ("olga", "analyst")  # roles are kept here


async def refused(trial: Trial, state: str, code: str = "good") -> None:
    answer = await trial.arrive(state, code)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?signin=refused")
    assert await trial.person() is None


async def test_a_state_is_good_once_in_its_own_browser_for_a_while(
    trial: Trial, clock: ManualClock
) -> None:
    asked = await trial.leave()
    await refused(trial, "another")
    trial.client.cookies.clear()  # as a link that an attacker sends
    await refused(trial, asked["state"])
    asked = await trial.leave()
    clock.advance(timedelta(minutes=10))
    await refused(trial, asked["state"])
    asked = await trial.leave()
    await refused(trial, asked["state"], code="bad")
    await refused(trial, asked["state"])


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://127.0.0.1:1"},
        {"aud": "another"},
        {"aud": ["hansa", "another"], "azp": "another"},
        {"nonce": "another"},
        {"exp": 0},
        {"iat": None},
        {"sub": ""},
        {"preferred_username": "nobody"},
    ],
)
async def test_what_the_house_may_not_say(trial: Trial, claims: dict[str, Any]) -> None:
    trial.provider.claims = claims
    asked = await trial.leave()
    await refused(trial, asked["state"])


async def test_a_token_signed_by_somebody_else_is_none(trial: Trial) -> None:
    trial.provider.signing = ECKey.generate_key("P-256", {"kid": "one"})
    asked = await trial.leave()
    await refused(trial, asked["state"])


async def test_another_subject_of_the_same_name_is_somebody_else(trial: Trial) -> None:
    asked = await trial.leave()
    assert (await trial.arrive(asked["state"])).headers["location"] == "/"
    trial.client.cookies.clear()
    trial.provider.claims = {"sub": "4712"}
    asked = await trial.leave()
    await refused(trial, asked["state"])


async def test_a_closed_account_stays_closed(trial: Trial) -> None:
    guard = trial.city.guard
    await guard.accounts.disable(guard.operator(), "olga")
    asked = await trial.leave()
    await refused(trial, asked["state"])


async def test_an_account_is_made_where_the_city_wants_it(open_trial: Trial) -> None:
    asked = await open_trial.leave()
    assert (await open_trial.arrive(asked["state"])).headers["location"] == "/"
    assert (await open_trial.person())["role"] == "duty-officer"

    open_trial.provider.claims = {"groups": ["press"]}  # moved elsewhere over there
    asked = await open_trial.leave()
    await open_trial.arrive(asked["state"])
    assert (await open_trial.person())["role"] == "press"

    open_trial.client.cookies.clear()
    open_trial.provider.claims = {"groups": ["choir"]}
    asked = await open_trial.leave()
    await refused(open_trial, asked["state"])
    open_trial.provider.claims = {"groups": ["choir"], "sub": "9", "preferred_username": "petr"}
    asked = await open_trial.leave()
    await refused(open_trial, asked["state"])  # without a role nobody is made


async def test_a_house_that_is_not_listed_is_refused_at_start(trial: Trial) -> None:
    with pytest.raises(Exception, match="not among the origins"):
        console.house_of(trial.city.settings, Outgoing(()), trial.city.clock)
    (trial.city.settings.folder / "secret").unlink()
    outgoing = Outgoing(trial.city.settings.egress.allow, loopback=True)
    with pytest.raises(BadFile, match="cannot be read"):
        console.house_of(trial.city.settings, outgoing, trial.city.clock)


async def test_a_name_alone_opens_no_account(trial: Trial) -> None:
    """Whoever is called like an account over there is let in where an administrator said so."""
    accounts, operator = trial.city.guard.accounts, trial.city.guard.operator()
    await accounts.create(operator, "pavel", SECRET, ["administrator"])
    trial.provider.claims = {"preferred_username": "pavel", "sub": "13"}
    await refused(trial, (await trial.leave())["state"])

    await accounts.through_house(operator, "pavel", True)
    asked = await trial.leave()
    assert (await trial.arrive(asked["state"])).headers["location"] == "/"
    assert (await trial.person())["actor"] == "pavel"

    await accounts.through_house(operator, "pavel", False)  # also who came before is known no more
    assert await trial.person() is None
    await refused(trial, (await trial.leave())["state"])


async def test_an_administrator_lets_an_account_be_entered_through_the_house(trial: Trial) -> None:
    wish = {"role": "administrator"}
    headers = {"Hansa-CSRF": "1"}
    await trial.client.post("/console/session", json=wish, headers=headers)
    new = {"name": "petr", "roles": ["press"], "house": True}
    made = await trial.client.post("/guard/accounts", json=new, headers=headers)
    assert made.json()["house"] is True
    path, no = "/guard/accounts/petr/house", {"expect": 1, "allowed": False}
    answer = await trial.client.post(path, json=no, headers=headers)
    assert (answer.status_code, answer.json()["house"]) == (200, False)
    assert (await trial.client.post(path, json=no, headers=headers)).status_code == 409
