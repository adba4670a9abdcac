"""Rules tried on the past of a city: when they would have fired, and what that comes to.

The history is read beside, per type and of the attributes that count, and played through in a
thread, so that the node goes on meanwhile. Nothing is written.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hansa.base.times import format_instant
from hansa.context import City, Query, TypeIs, Window
from hansa.guard import View
from hansa.watch.replay import Firing, Replayed, replay_rules, wanted, warm_up
from hansa.watch.rules import Rule
from hansa.watch.summary import Summary, summarise


@dataclass(frozen=True, slots=True)
class Trial:
    """What rules would have done over a span, and each in sum."""

    begin: datetime | None
    end: datetime | None
    firings: tuple[Firing, ...]
    summaries: tuple[Summary, ...]


async def try_rules(
    city: City,
    view: View,
    rules: Sequence[Rule],
    after: datetime | None = None,
    before: datetime | None = None,
) -> Trial:
    """Try rules on what the city remembers of a span; None: all there is.

    A rule needs to know what was before: history is read from earlier on, and what would have
    opened there is left out.
    """
    firings: list[Firing] = []
    sums: dict[str, Summary] = {}
    spans: list[tuple[datetime, datetime]] = []
    for kind in dict.fromkeys(rule.type for rule in rules):
        mine = [rule for rule in rules if rule.type == kind]
        since = None if after is None else after - max(map(warm_up, mine))
        query = Query(types=TypeIs(kind), attrs=wanted(mine))
        past = await city.history(view, query, Window(since, before, "modifiedAt"))
        found = _within(await asyncio.to_thread(replay_rules, mine, past, before), after)
        firings += found.firings
        sums |= {one.rule: one for one in summarise([rule.id for rule in mine], found)}
        if found.begin is not None and found.end is not None:
            spans.append((found.begin, found.end))
    return Trial(
        min((begin for begin, _ in spans), default=None),
        max((end for _, end in spans), default=None),
        tuple(sorted(firings, key=lambda one: (one.opened, one.rule, one.key))),
        tuple(sums[rule.id] for rule in rules),
    )


def _within(found: Replayed, after: datetime | None) -> Replayed:
    """Without what opened before the span."""
    if after is None:
        return found
    kept = tuple(one for one in found.firings if one.opened >= after)
    return replace(found, firings=kept, begin=after)


def trial_document(trial: Trial) -> dict[str, Any]:
    """A trial as plain JSON."""
    return {
        "begin": trial.begin and format_instant(trial.begin),
        "end": trial.end and format_instant(trial.end),
        "summaries": [_sums(one) for one in trial.summaries],
        "firings": [_firing(one) for one in trial.firings],
    }


def _sums(one: Summary) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "fired": one.times,
        "hours": round(one.seconds / 3600, 1),
        "longest": round(one.longest / 3600, 1),
        "share": None if one.share is None else round(100 * one.share, 1),
        "atOnce": one.at_once,
        "open": one.still_open,
    }


def _firing(one: Firing) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "key": one.key,
        "severity": one.severity,
        "opened": format_instant(one.opened),
        "cleared": None if one.cleared is None else format_instant(one.cleared),
        "minutes": None if one.seconds is None else round(one.seconds / 60, 1),
        "value": one.value,
        "entities": len(one.entities),
    }
