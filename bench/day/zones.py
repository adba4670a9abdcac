"""Houses, people and social objects of a zone, over HTTP at a hundred thousand addresses.

Exact against the quarter that `bench.day.town` counts by hand, and against the sums of the making
of every invented zone of cold water.
"""

import json
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from bench import node
from bench.day.card import warm
from bench.day.town import BY_HAND, Counted, Town
from bench.figure import Figure

MILLISECONDS = 200.0
_AGAIN = 10  # times each count by hand is asked for


def measure(town: Town, running: node.Node) -> list[Figure]:
    """How many counts were wrong, and the slowest answer."""
    cookie = running.sign_in("duty-officer")
    warm(running, cookie)
    wrong: list[str] = []
    took: list[float] = []
    for zones, counted in BY_HAND.items():
        for _ in range(_AGAIN):
            took.append(_asked(running, cookie, zones, counted, wrong))
    for zone, counted in town.zones.items():
        took.append(_asked(running, cookie, (zone,), counted, wrong))
    notes: dict[str, object] = {
        "counted by hand": {
            "water": _said(BY_HAND, 0), "heat": _said(BY_HAND, 1), "both": _said(BY_HAND, 2)
        },
        "zones of the making": len(town.zones),
        "houses in the largest": max(one.houses for one in town.zones.values()),
        "wrong": wrong[:3],
    }  # fmt: skip
    share = tuple(sorted(took))
    return [
        Figure(
            "zone count: houses, people, children, social objects that are wrong",
            "0, against a fixture counted by hand",
            "zones",
            (float(len(wrong)),),
            not wrong,
            notes,
        ),
        Figure(
            "zone count over HTTP at 100,000 addresses, slowest",
            f"less than {MILLISECONDS:.0f} ms",
            "ms",
            (share[-1],),
            share[-1] < MILLISECONDS,
            {"n": len(share), "p50": round(share[len(share) // 2], 1)},
        ),
    ]


def _said(counts: dict[tuple[str, ...], Counted] | Any, place: int) -> str:
    one = [*counts.values()][place]
    return f"{one.houses} houses, {one.people} people, {one.children} children, {len(one.social)}"


def _asked(
    running: node.Node, cookie: str, zones: Sequence[str], wanted: Counted, wrong: list[str]
) -> float:
    path = f"/desk/outages/count?zones={quote(','.join(zones))}"
    began = time.perf_counter()
    status, body = running.get(path, {"Cookie": cookie})
    took = (time.perf_counter() - began) * 1000
    if status != 200:
        raise node.BenchFailedError(f"{path}: {status} {body[:300]!r}")
    found = counted_of(json.loads(body))
    if found != wanted:
        wrong.append(f"{zones}: {found}, wanted {wanted}")
    return took


def counted_of(told: dict[str, Any]) -> Counted:
    """An answer of the node as the town counts."""
    social = sorted((one["category"], one["name"]) for one in told["socialObjects"])
    return Counted(told["houses"], told["people"], told["children"], tuple(social))
