"""Five operators, 2,000 cards in four simulated hours, two storms, one kill -9.

The node runs on a clock that the bench moves; everything else is real: its process, its store,
HTTP, five accounts that are signed in and hold the console's stream. A round is 36 seconds in which
each operator takes a card at the same time as the others; some cards are set right, some calls are
edited by two at once, both on the state they looked at. In the middle of a round the process is
killed; whoever had no answer sends the card again, with the same key, as the console does.
"""

import asyncio
import random
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import aiohttp

from bench import node
from bench.day import plan
from bench.day.crew import PASSWORD, Crew, Journal, Operator
from bench.day.plan import ROUND, Card, Shape
from bench.day.timed import Timed
from bench.day.town import Town, zone_id

_ROLES = ("duty-officer", "duty-officer", "clerk", "clerk", "clerk")
_EDITS = ("street-light", "noise", "dump", "tree", "animals", "playground")
_PAIR_EVERY, _CORRECTED_EVERY = 4, 8  # rounds


@dataclass(slots=True)
class Storm:
    """What came of one storm."""

    zone: str
    outage: str = ""
    at_call: int = 0  # cards that were taken when the proposal stood
    proposed_after: float = 0.0  # milliseconds of the machine after the round
    confirmed: bool = False
    seconds: float = 0.0


@dataclass(slots=True)
class Result:
    """The day as it went."""

    journal: Journal
    cards: int = 0
    storms: list[Storm] = field(default_factory=list)
    calls: dict[str, dict[str, Any]] = field(default_factory=dict)
    tasks: list[dict[str, Any]] = field(default_factory=list)
    lost_at_kill: list[str] = field(default_factory=list)
    in_flight: int = 0
    seconds: float = 0.0
    starts: list[float] = field(default_factory=list)
    first_address: list[float] = field(default_factory=list)  # seconds, after each start

    @property
    def lost(self) -> list[str]:
        """Cards that were acknowledged and are not there, or not with their words."""
        known, told = self.calls, self.journal.acknowledged
        return [one for one, card in told.items() if known.get(one, {}).get("words") != card.words]

    @property
    def unseen(self) -> list[str]:
        """Calls that do not stand as the last accepted order left them."""
        last = {one.call: one.theme for one in self.journal.edits}
        wrong = [one for one, theme in last.items() if self.calls[one].get("theme") != theme]
        return [*self.journal.unseen, *wrong]


def accounts(town: Town) -> list[Operator]:
    """Five accounts, made as an administrator makes them."""
    made = []
    for number, role in enumerate(_ROLES, 1):
        name = f"operator-{number}"
        words = ("--city", town.folder, "--home", town.home, "--role", role)
        node.run("user", "add", name, *words, "--password", PASSWORD)
        made.append(Operator(name))
    return made


def run(town: Town, themes: dict[str, str], shape: Shape = plan.DAY) -> Result:
    """The whole day."""
    operators = accounts(town)
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)
    timed = Timed(town.folder, town.home, start)
    timed.start()
    try:
        return asyncio.run(
            _Day(town, timed, operators, shape).work(plan.rounds(town, themes, shape))
        )
    finally:
        timed.stop()


class _Day:
    def __init__(self, town: Town, timed: Timed, operators: list[Operator], shape: Shape) -> None:
        self._timed = timed
        self._shape = shape
        self._dice = random.Random(plan.SEED + 1)
        self._journal = Journal()
        self._crew = Crew(operators, self._journal)
        self._result = Result(self._journal)
        self._plain: list[Card] = []  # that may be edited

    async def work(self, rounds: list[tuple[Card, ...]]) -> Result:
        began = time.perf_counter()
        await self._arrive()
        try:
            for number, cards in enumerate(rounds):
                await self._timed.pass_by(ROUND)
                await self._round(number, cards)
            await self._settled()
            await self._read()
        finally:
            await self._crew.leave()
        self._result.seconds = time.perf_counter() - began
        self._result.starts = self._timed.starts
        return self._result

    async def _arrive(self) -> None:
        """Everybody signs in; the first question of an address waits until the table is read."""
        await self._crew.arrive(self._timed.base, self._timed.running())
        began = time.perf_counter()
        await self._crew.get(self._chief, f"/desk/addresses?q={quote('Ручная 3')}")
        self._result.first_address.append(time.perf_counter() - began)

    @property
    def _chief(self) -> Operator:
        return self._crew.operators[0]

    # ---- rounds

    async def _round(self, number: int, cards: tuple[Card, ...]) -> None:
        self._result.cards += len(cards)
        if number == self._shape.killed_in:
            await self._killed(cards)
            return
        storm = self._storm(number)
        began = time.perf_counter()
        await asyncio.gather(
            *(
                self._crew.take(who, card, known=storm is not None and place % 2 == 0)
                for place, (who, card) in enumerate(zip(self._crew.operators, cards, strict=True))
            )
        )
        if storm is not None:
            storm.seconds += time.perf_counter() - began
            await self._look(storm, number)
            return
        self._plain += cards
        if number % _CORRECTED_EVERY == 3:
            await self._correct(number)
        if number % _PAIR_EVERY == 1:
            await self._both()

    def _storm(self, number: int) -> Storm | None:
        for start, zone in self._shape.storms.items():
            if number == start:
                self._result.storms.append(Storm(zone_id(zone)))
            if start <= number < start + self._shape.storm_rounds:
                return self._result.storms[-1]
        return None

    async def _look(self, storm: Storm, number: int) -> None:
        """Is it proposed? Then two confirm it at once, a round later."""
        if not storm.outage:
            began, pause = time.perf_counter(), 0.02
            while not storm.outage and time.perf_counter() - began < self._shape.patience:
                await asyncio.sleep(pause)
                storm.outage = await self._proposed(storm.zone)
                pause = min(pause * 1.5, 2.0)  # the node's limits count on its own clock
            storm.at_call = len(await self._taken_in(storm.zone))
            storm.proposed_after = (time.perf_counter() - began) * 1000
        elif not storm.confirmed:
            await self._confirm(storm)

    async def _proposed(self, zone: str) -> str:
        told = await self._crew.get(self._chief, "/desk/outages")
        return next((one["id"] for one in told["outages"] if zone in one["zones"]), "")

    async def _taken_in(self, zone: str) -> list[str]:
        told = self._journal.acknowledged.items()
        return [one for one, card in told if card.storm == zone]

    async def _confirm(self, storm: Storm) -> None:
        path = f"/desk/outages/{quote(storm.outage)}"
        told = await self._crew.get(self._chief, path)
        expect = {"expect": told["outage"]["change"]}
        pair = self._crew.operators[:2]
        answers = await asyncio.gather(
            *(self._crew.post(one, f"{path}/confirm", expect) for one in pair)
        )
        done = [status for status, _ in answers].count(200)
        self._journal.pairs += 1
        storm.confirmed = done == 1
        if done > 1:
            self._journal.unseen.append(storm.outage)
        for status, body in answers:
            if status == 409:
                self._journal.refused += 1
            elif status != 200:
                self._journal.strange.append(f"confirm: {status} {body}")

    async def _correct(self, number: int) -> None:
        wrong = self._plain.pop()
        right = replace(wrong, draft=f"right{number:04d}", words=f"{wrong.words}, исправлено")
        await self._crew.correct(self._chief, wrong, right)

    async def _both(self) -> None:
        first, other = self._dice.sample(self._crew.operators, 2)
        call = self._dice.choice(self._plain[-100:])
        themes = self._dice.sample([one for one in _EDITS if one != call.theme], 2)
        await self._crew.both(call.id, first, other, themes)

    # ---- the kill

    async def _killed(self, cards: tuple[Card, ...]) -> None:
        """Killed when the first of five is answered; the others send again."""
        sending = [
            asyncio.create_task(self._crew.send(who, card, card.body()))
            for who, card in zip(self._crew.operators, cards, strict=True)
        ]
        await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
        self._timed.kill()
        answers = await asyncio.gather(*sending, return_exceptions=True)
        for one in answers:
            if isinstance(one, BaseException) and not isinstance(one, aiohttp.ClientError):
                raise one
        await self._crew.leave()
        await asyncio.to_thread(self._timed.start)
        await self._arrive()
        await self._read()
        self._result.lost_at_kill = self._result.lost
        missing = [one for one in cards if one.id not in self._journal.acknowledged]
        self._result.in_flight = len(missing)
        for who, card in zip(self._crew.operators, missing, strict=False):
            await self._crew.send(who, card, card.body())

    # ---- the end

    async def _settled(self) -> None:
        """Until nothing of the desk's own follows any more."""
        before, quiet = -1, 0
        while quiet < 5:
            await asyncio.sleep(0.2)
            now = (await self._crew.get(self._chief, "/health/ready"))["change"]
            quiet, before = (quiet + 1 if now == before else 0), now

    async def _read(self) -> None:
        found = await self._crew.every(self._chief, "Call")
        self._result.calls = {one["id"]: one for one in found}
        self._result.tasks = await self._crew.every(self._chief, "Task")
