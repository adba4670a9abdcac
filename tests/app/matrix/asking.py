"""Those who ask: everybody who picks a role, a stranger, and programs; and how they ask."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from hansa.app.node import Node
from hansa.base.web import WebApp
from tests.app.matrix.objects import AIR, OURS
from tests.app.matrix.table import EMPTY, PEOPLE, PROGRAMS, Line

_MANY = 300  # requests after which one comes anew, below what a session may ask at once
NOWHERE = "urn:ngsi-ld:Incident:none"


def client_of(app: WebApp, address: str = "127.0.0.1") -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=(address, 5000)),
        base_url="http://127.0.0.1:8080",
        headers={"Hansa-CSRF": "1"},
    )


@dataclass(slots=True)
class Asker:
    """One of them. `actor`, `session`: as the node knows them."""

    node: Node
    app: WebApp
    who: str
    name: str  # of its token, where it is a program
    client: httpx.AsyncClient
    actor: str = ""
    session: str = ""
    asked: int = 0
    visits: int = 0

    @classmethod
    async def come(cls, node: Node, app: WebApp, who: str, name: str = "") -> "Asker":
        one = cls(node, app, who, name or f"{who}-box", client_of(app))
        await one.again()
        return one

    async def again(self) -> None:
        """Come anew: what was asked may have signed one out."""
        await self.client.aclose()
        self.asked, self.visits = 0, self.visits + 1
        self.client = client_of(self.app, f"127.0.0.{self.visits % 200 + 1}")
        if self.who in PEOPLE:
            wish = {"role": self.who, "organization": OURS}
            answer = await self.client.post("/console/session", json=wish)
            assert answer.status_code == 201, answer.text
            self.actor = answer.json()["person"]["actor"]
            found = (await self.client.get("/guard/sessions")).json()["sessions"]
            self.session = next(one["id"] for one in found if one["own"])
        elif self.who in PROGRAMS:
            guard, source = self.node.city.guard, AIR if self.who == "source" else ""
            self.actor = self.name
            issued = await guard.tokens.issue(guard.operator(), self.actor, self.who, source=source)
            self.client.headers["Authorization"] = f"Bearer {issued.token}"

    async def ask(self, line: Line, case: str, words: Mapping[str, Any]) -> httpx.Response:
        """Ask it."""
        method, _, path = line.route.partition(" ")
        if self.asked >= _MANY:
            await self.again()
        self.asked += 1
        if case == EMPTY:
            body = None if method in ("GET", "DELETE") else dict[str, str]()
            return await self.client.request(method, _nowhere(path), json=body)
        given = line.given
        more: dict[str, Any] = {"params": _filled(given.get("query", {}), words)}
        if "purpose" in given:
            more["headers"] = {"Hansa-Purpose": given["purpose"]}
        if "file" in given:
            more |= {"content": b"words", "headers": {"Content-Type": "text/plain", "Slug": "a"}}
        elif "csv" in given:
            more |= {"content": b"post,measured\n", "params": {"name": "new.csv"}}
        elif method not in ("GET", "DELETE"):
            more["json"] = _filled(given.get("body", {}), words)
        return await self.client.request(method, _there(path, words), **more)


def _nowhere(path: str) -> str:
    filled = re.sub(r"\{(\w*[iI]d)\}", NOWHERE, path)
    filled = re.sub(r"\{\w+(\.\.\.)?\}", "none", filled)
    return filled + "?after=x" if path == "/console/stream" else filled  # it would never end


def _there(path: str, words: Mapping[str, Any]) -> str:
    def word(found: re.Match[str]) -> str:
        name = "id" if found[1] == "entityId" or found[1] == "subscriptionId" else found[1]
        return str(words[name]).replace("/", "%2F")

    return re.sub(r"\{(\w+)\}", word, path)


def _filled(given: Any, words: Mapping[str, Any]) -> Any:
    if isinstance(given, dict):
        return {name: _filled(one, words) for name, one in given.items()}
    if isinstance(given, list):
        return [_filled(one, words) for one in given]
    if isinstance(given, str) and given.startswith("$"):
        return words[given[1:]]
    return given
