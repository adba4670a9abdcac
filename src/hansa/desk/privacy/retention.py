"""What was kept long enough is erased: once a day, by the city's rules, with a word in the journal.

Nothing of the graph is deleted: a closed call stays with its house, its times and its answer; who
called is gone. Doing it twice does nothing more, so a sweep that broke off is simply done again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hansa.base.problems import Problem
from hansa.base.times import parse_instant
from hansa.context import City
from hansa.desk.privacy.erasing import destroy
from hansa.desk.privacy.holds import Held, held_now
from hansa.desk.privacy.model import PrivacySettings, RetentionRule
from hansa.desk.privacy.persons import of_records
from hansa.guard import Grant


@dataclass(frozen=True, slots=True)
class Count:
    """How a rule stands: records it speaks of, those that hold values, over and held ones."""

    records: int
    over: int
    held: int
    next: datetime | None


def next_sweep(settings: PrivacySettings, zone: ZoneInfo, now: datetime) -> datetime:
    """When on the city's clock what is over is erased next."""
    here = now.astimezone(zone)
    today = datetime.combine(here.date(), settings.sweep, zone)
    return today if today > here else today + timedelta(days=1)


async def sweep(city: City, grant: Grant, settings: PrivacySettings) -> int:
    """Erase what the rules say is over; how many values went.

    It goes through what is kept, not through all records: what is gone is never looked at again.
    """
    gone, held = 0, await held_now(city, grant)
    rules = [one for one in settings.rules if one.key not in held.rules]
    async for some in city.guard.vault.entities():
        for rule in rules:
            over = _over(rule, await _began(city, grant, rule, some), city.clock.now())
            going = tuple(one for one in over if one not in held.entities)
            if going:
                person = (await of_records(city, grant, going)).without(held.entities)
                gone += await destroy(city, grant, person, {"rule": rule.key})
    return gone


async def count(city: City, grant: Grant, rule: RetentionRule, held: Held) -> Count:
    """How the rule stands now."""
    now = city.clock.now()
    kept: dict[str, datetime] = {}
    async for some in city.guard.vault.entities():
        kept |= await _began(city, grant, rule, some)
    over = frozenset(_over(rule, kept, now))
    kept_back = over if rule.key in held.rules else [one for one in over if one in held.entities]
    first = min((at for one, at in kept.items() if one not in over), default=None)
    return Count(
        records=len(kept),
        over=len(over),
        held=len(kept_back),
        next=None if first is None else first + timedelta(days=rule.days),
    )


async def _began(
    city: City, grant: Grant, rule: RetentionRule, some: Sequence[str]
) -> Mapping[str, datetime]:
    """Record -> since when its time counts; those without a time do not count yet."""
    view = replace(city.guard.view(grant), personal=False, seen={})
    table = await city.table(view, rule.type, (rule.since,), where=rule.where, ids=some)
    times = ((name, _instant(row[0])) for name, row in zip(table.ids, table.rows, strict=True))
    return {name: at for name, at in times if at is not None}


def _instant(given: Any) -> datetime | None:
    try:
        return parse_instant(given) if isinstance(given, str) else None
    except (Problem, ValueError):
        return None


def _over(rule: RetentionRule, began: Mapping[str, datetime], now: datetime) -> Sequence[str]:
    return [name for name, at in began.items() if rule.over(at, now)]
