"""Five operators at one city, over HTTP as the console speaks it, and what each was answered."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp

from bench import node
from bench.day.plan import Card

PASSWORD = "bench-of-the-day-2026"  # noqa: S105 - of accounts that live as long as the bench
_PURPOSE = "call-handling"


@dataclass(slots=True)
class Operator:
    """One account and its cookie."""

    name: str
    cookie: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie, "Hansa-CSRF": "1"}


@dataclass(slots=True)
class Edit:
    """An order that was accepted."""

    call: str
    theme: str
    by: str


@dataclass(slots=True)
class Journal:
    """What the bench was told, to be held against what the city knows at the end."""

    acknowledged: dict[str, Card] = field(default_factory=dict)  # id -> card, of a 200 or 201
    edits: list[Edit] = field(default_factory=list)  # in the order of their answers
    struck: set[str] = field(default_factory=set)
    pairs: int = 0  # orders given by two on the same state
    refused: int = 0
    unshown: list[str] = field(default_factory=list)  # refusals that name nobody
    unseen: list[str] = field(default_factory=list)  # both of two were accepted
    strange: list[str] = field(default_factory=list)
    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    corrected: int = 0
    attached: int = 0

    def took(self, what: str, began: float) -> None:
        self.milliseconds.setdefault(what, []).append((time.perf_counter() - began) * 1000)


class Crew:
    """The operators' requests. `http` is opened anew after a kill."""

    def __init__(self, operators: list[Operator], journal: Journal) -> None:
        self.operators = operators
        self.journal = journal
        self._http: aiohttp.ClientSession | None = None
        self._streams: list[asyncio.Task[None]] = []

    async def arrive(self, base: str, running: node.Node) -> None:
        """Sign in, and open a console's stream each."""
        self._http = aiohttp.ClientSession(base, connector=aiohttp.TCPConnector(limit=0))
        for one in self.operators:
            one.cookie = await asyncio.to_thread(running.enter, one.name, PASSWORD)
        self._streams = [asyncio.create_task(self._watch(one)) for one in self.operators]

    async def leave(self) -> None:
        """Close what is open."""
        for stream in self._streams:
            stream.cancel()
        await asyncio.gather(*self._streams, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    async def _watch(self, one: Operator) -> None:
        timeout = aiohttp.ClientTimeout(total=None)
        async with self._open.get(
            "/console/stream", headers=one.headers, timeout=timeout
        ) as answer:
            async for _ in answer.content:
                pass

    @property
    def _open(self) -> aiohttp.ClientSession:
        if self._http is None:
            raise node.BenchFailedError("nobody is signed in")
        return self._http

    async def get(self, one: Operator, path: str, **headers: str) -> Any:
        """One GET that must be answered with 200."""
        async with self._open.get(path, headers={**one.headers, **headers}) as answer:
            told = await answer.read()
            if answer.status != 200:
                raise node.BenchFailedError(f"{path}: {answer.status} {told[:500]!r}")
            return json.loads(told)

    async def post(self, one: Operator, path: str, body: Mapping[str, Any]) -> tuple[int, Any]:
        """One POST: status and answer."""
        async with self._open.post(path, json=body, headers=one.headers) as answer:
            return answer.status, await answer.json(content_type=None)

    # ---- a card

    async def take(self, one: Operator, card: Card, *, known: bool = False) -> None:
        """A card as the console fills it: address, what is known there, theme, save.

        `known`: with the key that attaches it to the outage which the card shows.
        """
        await self._suggested(one, card)
        began = time.perf_counter()
        here = await self.get(one, f"/desk/calls/at?building={quote(card.building)}")
        self.journal.took("what is known of the house", began)
        body = card.body()
        cuts = [cut["id"] for cut in here["outages"] if cut["resource"] == "coldWater"]
        if known and cuts:
            body["outage"] = cuts[0]
            self.journal.attached += 1
        await self.send(one, card, body)

    async def _suggested(self, one: Operator, card: Card) -> None:
        began = time.perf_counter()
        await self.get(one, f"/desk/addresses?q={quote(card.typed)}")
        self.journal.took("an address suggested", began)
        began = time.perf_counter()
        status, told = await self.post(one, "/desk/themes/suggest", {"words": card.words})
        self.journal.took("a theme suggested", began)
        if status != 200:
            self.journal.strange.append(f"no suggestion: {status} {told}")

    async def send(self, one: Operator, card: Card, body: Mapping[str, Any]) -> None:
        """Save the card; it counts as acknowledged once the node says so."""
        began = time.perf_counter()
        status, told = await self.post(one, "/desk/calls", body)
        if status in (200, 201):
            self.journal.took("a card taken", began)
            self.journal.acknowledged[told["id"]] = card
        else:
            self.journal.strange.append(f"{card.draft}: {status} {told}")

    async def correct(self, one: Operator, wrong: Card, right: Card) -> None:
        """Another card in place of a wrong one."""
        change = (await self.call(one, wrong.id))["change"]
        status, told = await self.post(
            one, f"/desk/calls/{quote(wrong.id)}/correct", {**right.body(), "expect": change}
        )
        if status == 201:
            self.journal.acknowledged[told["id"]] = right
            self.journal.struck.add(wrong.id)
            self.journal.corrected += 1
        elif status != 409:  # the desk itself was faster: nothing was changed, and it says so
            self.journal.strange.append(f"correction of {wrong.draft}: {status} {told}")

    async def call(self, one: Operator, name: str) -> Any:
        """A call as its page shows it."""
        return (await self.get(one, f"/desk/calls/{quote(name)}"))["call"]

    # ---- two at once

    async def both(self, call: str, first: Operator, other: Operator, themes: list[str]) -> None:
        """Two look at the same call and each gives it another theme."""
        journal = self.journal
        seen = await self.call(first, call)
        path, pair = f"/desk/calls/{quote(call)}/theme", (first, other)
        answers = await asyncio.gather(
            *(
                self.post(who, path, {"expect": seen["change"], "theme": theme})
                for who, theme in zip(pair, themes, strict=True)
            )
        )
        journal.pairs += 1
        accepted = 0
        for who, theme, (status, told) in zip(pair, themes, answers, strict=True):
            if status == 200:
                accepted += 1
                journal.edits.append(Edit(call, theme, who.name))
            elif status in (409, 412):
                journal.refused += 1
                if not told.get("changed"):
                    journal.unshown.append(f"{call}: {told}")
            else:
                journal.strange.append(f"{call}: {status} {told}")
        if accepted > 1:
            journal.unseen.append(call)

    # ---- everything at once

    async def every(self, one: Operator, kind: str) -> list[dict[str, Any]]:
        """All entities of a type with what they hold of persons, in pages."""
        found: list[dict[str, Any]] = []
        while True:
            path = f"/ngsi-ld/v1/entities?type={kind}&limit=1000&offset={len(found)}"
            headers = {"Hansa-Purpose": _PURPOSE, "Accept": "application/json"}
            page = await self.get(one, f"{path}&options=keyValues", **headers)
            found += page
            if len(page) < 1000:
                return found
