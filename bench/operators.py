"""Twenty operators on five hundred open incidents: how soon an order is answered and seen by all.

Every operator holds the console's stream and gives orders to incidents picked by chance; one
order in five is given by two operators at once, on the state both looked at, so that one of them
must be refused. Afterwards the timelines are counted: an order that was answered with 200 and has
no line, or a line without its order, is a lost update.
"""

import asyncio
import json
import random
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bench import node, start
from bench.figure import Figure, percentile

OPERATORS = 20
INCIDENTS = 500
SECONDS = 40
LIMIT = 300.0  # milliseconds
RATES = (5, 25)  # actions a second, of all together
_ALIKE = 5  # one order in so many is given twice at once
_LINES = "type=TimelineEntry&q=kind==%22assigned%22&options=keyValues"
_COLUMNS = 25  # of the grid on which the incidents lie, far enough from each other


@dataclass(slots=True)
class Board:
    """What the operators know together: change number of each incident, and who has seen what."""

    change: dict[str, int] = field(default_factory=dict)
    seen: dict[int, Counter[int]] = field(default_factory=dict)  # operator -> numbers
    answered: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    strange: list[str] = field(default_factory=list)
    watched: asyncio.Event = field(default_factory=asyncio.Event)


def measure(_data: Path, homes: Path, runs: int) -> list[Figure]:
    """p99 of answer and of sight in milliseconds, at each rate; and lost updates."""
    figures: list[Figure] = []
    for rate in RATES:
        boards = [_run(homes / f"operators-{rate}-{number}", rate) for number in range(runs)]
        figures += _figures(rate, [one for one, _ in boards], [lost for _, lost in boards])
    return figures


def _figures(rate: int, boards: list[Board], lost: list[int]) -> list[Figure]:
    asked = f"p99 less than {LIMIT:.0f} ms" if rate == RATES[0] else "no limit asked"
    crowd = f"{OPERATORS} operators, {INCIDENTS} open incidents, {rate} actions/s"
    told: list[Figure] = []
    for what, of in (("an order until it is answered", "answered"), ("until all see it", "shown")):
        values = [getattr(one, of) for one in boards]
        worst = tuple(percentile(run, 0.99) for run in values)
        good = rate != RATES[0] or sorted(worst)[len(worst) // 2] < LIMIT
        middle = [round(percentile(run, 0.5), 1) for run in values]
        notes: dict[str, object] = {"p50": middle, "n": [len(run) for run in values]}
        told.append(Figure(f"{crowd}: {what}", asked, "ms", worst, good, notes))
    refused: dict[str, object] = {
        "orders": [sum(one.done.values()) for one in boards],
        "refused, as one of two at once": [one.refused for one in boards],
    }
    strange = [one for board in boards for one in board.strange]
    numbers = tuple(float(one) for one in lost)
    what = f"{crowd}: lost updates"
    told.append(Figure(what, "0", "", numbers, not any(lost) and not strange, refused))
    if strange:
        raise node.BenchFailedError(f"{len(strange)} strange answers, such as {strange[0]}")
    return told


def _run(home: Path, rate: int) -> tuple[Board, int]:
    with node.node(start.EXERCISE, home, "--no-generate") as running:
        board, lost = asyncio.run(_work(running, rate))
    shutil.rmtree(home)
    return board, lost


async def _work(running: node.Node, rate: int) -> tuple[Board, int]:
    base = f"http://127.0.0.1:{running.port}"
    board = Board()
    async with aiohttp.ClientSession(base, connector=aiohttp.TCPConnector(limit=0)) as http:
        await _alarm(http, running.sign_in("administrator"))
        cookies = [running.sign_in("duty-officer") for _ in range(OPERATORS)]
        await _until_open(http, cookies[0], board)
        streams = [
            asyncio.create_task(_watch(http, one, who, board)) for who, one in enumerate(cookies)
        ]
        await asyncio.wait_for(board.watched.wait(), node.PATIENCE)
        await _orders(http, cookies, board, rate)
        lost = await _lost(http, cookies[0], board)
        for stream in streams:
            stream.cancel()
        await asyncio.gather(*streams, return_exceptions=True)
    return board, lost


# ---- five hundred incidents


async def _alarm(http: aiohttp.ClientSession, cookie: str) -> None:
    alerts = [_alert(number) for number in range(INCIDENTS)]
    path = "/ngsi-ld/v1/entityOperations/create"
    async with http.post(path, json=alerts, headers=_headers(cookie)) as answer:
        if answer.status != 201:
            raise node.BenchFailedError(f"no alerts: {answer.status} {await answer.text()}")


def _alert(number: int) -> dict[str, Any]:
    row, column = divmod(number, _COLUMNS)
    point = {"type": "Point", "coordinates": [39 + column / 10, 54 + row / 20]}
    words = dict.fromkeys(("ru", "en", "uk"), f"Trouble {number}")
    plain = {
        "severity": "high",
        "sector": "water",
        "category": f"bench-{number}",
        "state": "open",
        "rule": "bench",
        "dedupKey": f"bench-{number}",
    }
    return {
        "id": f"urn:ngsi-ld:Alert:bench-{number}",
        "type": "Alert",
        "title": {"type": "LanguageProperty", "languageMap": words},
        "location": {"type": "GeoProperty", "value": point},
        **{name: {"type": "Property", "value": value} for name, value in plain.items()},
    }


async def _until_open(http: aiohttp.ClientSession, cookie: str, board: Board) -> None:
    path = f"/desk/incidents?limit={INCIDENTS}"
    until = time.perf_counter() + node.PATIENCE
    while time.perf_counter() < until:
        async with http.get(path, headers=_headers(cookie)) as answer:
            found = (await answer.json())["incidents"]
        if len(found) == INCIDENTS:
            board.change = {one["entity"]["id"]: one["change"] for one in found}
            return
        await asyncio.sleep(0.2)
    raise node.BenchFailedError(f"{len(found)} incidents are open, {INCIDENTS} were wanted")


# ---- the operators


async def _watch(http: aiohttp.ClientSession, cookie: str, who: int, board: Board) -> None:
    """Read the stream as the console does: note every change number that comes."""
    timeout = aiohttp.ClientTimeout(total=None)
    async with http.get("/console/stream", headers=_headers(cookie), timeout=timeout) as answer:
        board.seen[who] = Counter()
        if len(board.seen) == OPERATORS:
            board.watched.set()
        async for line in answer.content:
            if line.startswith(b"data: [") and b'"Incident"' in line:
                for record in json.loads(line[6:]):
                    board.seen[who][record["number"]] += 1


async def _orders(http: aiohttp.ClientSession, cookies: list[str], board: Board, rate: int) -> None:
    """Give orders at a steady rate, whatever the answers take."""
    dice, began, tasks = random.Random(7), time.perf_counter(), []
    for step in range(rate * SECONDS):
        await asyncio.sleep(max(0.0, began + step / rate - time.perf_counter()))
        incident = dice.choice(list(board.change))
        both = dice.sample(cookies, 2 if step % _ALIKE == 0 else 1)
        expect = board.change[incident]
        for cookie in both:
            task = asyncio.create_task(_order(http, cookie, incident, expect, len(both), board))
            tasks.append(task)
    await asyncio.gather(*tasks)


async def _order(
    http: aiohttp.ClientSession, cookie: str, incident: str, expect: int, alike: int, board: Board
) -> None:
    path, body = f"/desk/incidents/{incident}/assign", {"expect": expect, "owner": "bench"}
    began = time.perf_counter()
    async with http.post(path, json=body, headers=_headers(cookie)) as answer:
        told = await answer.json()
    took = (time.perf_counter() - began) * 1000
    if answer.status == 200:
        board.change[incident] = told["change"]
        board.done[incident] += 1
        board.answered.append(took)
        await _until_seen(told["change"], board)
        board.shown.append((time.perf_counter() - began) * 1000)
    elif answer.status == 409 and (alike == 2 or board.change[incident] != expect):
        board.refused += 1
    else:
        board.strange.append(f"{answer.status} {told}")


async def _until_seen(number: int, board: Board) -> None:
    until = time.perf_counter() + 30
    while not all(number in numbers for numbers in board.seen.values()):
        if time.perf_counter() > until:
            board.strange.append(f"change {number} was not seen by all")
            return
        await asyncio.sleep(0.002)


async def _lost(http: aiohttp.ClientSession, cookie: str, board: Board) -> int:
    """Orders without a line, and lines without an order."""
    lines: Counter[str] = Counter()
    async for entry in _entries(http, cookie):
        lines[entry["refIncident"]] += 1
    return sum(abs(lines[one] - board.done[one]) for one in board.change)


async def _entries(http: aiohttp.ClientSession, cookie: str) -> AsyncIterator[dict[str, Any]]:
    offset = 0
    while True:
        query = f"{_LINES}&limit=1000&offset={offset}"
        async with http.get(f"/ngsi-ld/v1/entities?{query}", headers=_headers(cookie)) as answer:
            page = await answer.json()
        for one in page:
            yield one
        if len(page) < 1000:
            return
        offset += len(page)


def _headers(cookie: str) -> dict[str, str]:
    return {"Cookie": cookie, "Hansa-CSRF": "1"}
