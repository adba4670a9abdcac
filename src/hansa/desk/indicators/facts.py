"""What indicators are computed from, read from the graph as of a moment.

All indicators of a type share one table, and their small multiples one reading of its history at
most, because a report is made while the city is at work.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from hansa.base.times import to_micros
from hansa.context import (
    Aggregated,
    Aggregation,
    City,
    Evolution,
    Method,
    Period,
    Query,
    Table,
    TypeIs,
    Window,
    instance_value,
    parse_q,
)
from hansa.desk.indicators.model import Indicator, Kind
from hansa.desk.indicators.moments import Moments
from hansa.desk.indicators.readings import States, Sum, Sums
from hansa.guard import View

Of: TypeAlias = tuple[str, str]
"""A type and a filter: what indicators share a reading of."""

HOUR = Period(micros=3_600_000_000)
DAY = Period(days=1)
_SUMMED = (Method.SUM, Method.TOTAL_COUNT)
_PERIODS = {Kind.LATEST: HOUR, Kind.MEAN: DAY, Kind.SUM: DAY}


@dataclass(frozen=True, slots=True)
class Facts:
    """Tables as known at the moment; readings by hour or day; states over time, by attribute."""

    tables: dict[Of, Table]
    sums: dict[tuple[Of, str, Period], Sums] = field(default_factory=dict)
    states: dict[tuple[Of, str], States] = field(default_factory=dict)


def shared(one: Indicator) -> Of:
    """What the indicator is read from."""
    return one.type, one.where


async def gather(
    city: City, view: View, indicators: Sequence[Indicator], moments: Moments, grouping: str = ""
) -> Facts:
    """All that the indicators need, as known at the moment. `grouping`: by this attribute too."""
    # together: while files are read in the process beside, rows of others are counted here
    found = await asyncio.gather(
        *(
            _gathered(city, view, of, some, moments, grouping)
            for of, some in _sharing(indicators).items()
        )
    )
    facts = Facts({})
    for one in found:
        facts = Facts(facts.tables | one.tables, facts.sums | one.sums, facts.states | one.states)
    return facts


async def _gathered(
    city: City,
    view: View,
    of: Of,
    some: Sequence[Indicator],
    moments: Moments,
    grouping: str,
) -> Facts:
    """What indicators of one type need."""
    columns = tuple(dict.fromkeys(name for one in some for name in _columns(one, grouping)))
    table = await city.table(view, of[0], columns, where=of[1], at=moments.at)
    sums: dict[tuple[Of, str, Period], Sums] = {}
    states: dict[tuple[Of, str], States] = {}
    for period in (HOUR, DAY):
        read = [one.attribute for one in some if _PERIODS.get(one.kind) == period]
        if read:
            sums |= await _sums(city, view, of, tuple(dict.fromkeys(read)), period, moments)
    for one in some:
        if one.kind is Kind.MATCHING:
            since = moments.begin - timedelta(microseconds=one.window)
            states[(of, one.attribute)] = await _states(
                city, view, of, one.attribute, since, moments.at
            )
    return Facts({of: table}, sums, states)


def _sharing(indicators: Iterable[Indicator]) -> Mapping[Of, Sequence[Indicator]]:
    found: dict[Of, list[Indicator]] = {}
    for one in indicators:
        found.setdefault(shared(one), []).append(one)
    return found


def _columns(one: Indicator, grouping: str) -> Iterable[str]:
    if one.life is not None:
        yield from one.life.columns
    if one.kind in (Kind.LATEST, Kind.MATCHING):
        yield one.attribute
        yield f"{one.attribute}.observedAt"
    if one.breakdown:
        yield one.breakdown
    if grouping in one.by:
        yield grouping


def _query(of: Of, attributes: Sequence[str]) -> Query:
    where = parse_q(of[1]) if of[1] else None
    return Query(types=TypeIs(of[0]), where=where, attrs=tuple(attributes))


async def _sums(
    city: City,
    view: View,
    of: Of,
    attributes: Sequence[str],
    period: Period,
    moments: Moments,
) -> Mapping[tuple[Of, str, Period], Sums]:
    window = Window(after=moments.begin, before=moments.at)
    asked = Aggregation(_SUMMED, period, moments.zone)
    found = await city.aggregates(view, _query(of, attributes), window, asked, moments.at)
    length = 86_400 if period == DAY else 3_600
    return {
        (of, name, period): {one.id: _numbered(one, name, moments.begin, length) for one in found}
        for name in attributes
    }


def _numbered(one: Aggregated, attribute: str, begin: datetime, length: int) -> Mapping[int, Sum]:
    """Sums by the number of their period; a day that changes the clock is still one day."""
    methods = one.attributes.get(attribute, {})
    pairs = zip(methods.get(Method.SUM, ()), methods.get(Method.TOTAL_COUNT, ()), strict=True)
    return {
        round((total.begin - begin).total_seconds() / length): Sum(count.value, total.value)
        for total, count in pairs
        if total.value is not None
    }


async def _states(
    city: City, view: View, of: Of, attribute: str, since: datetime, at: datetime
) -> States:
    """What the attribute was from when on, by its own time; nothing is known of before `since`."""
    past = await city.history(view, _query(of, [attribute]), Window(after=since), at)
    return {one.id: _course(one, attribute) for one in past}


def _course(one: Evolution, attribute: str) -> tuple[Sequence[int], Sequence[object]]:
    told = sorted(
        (
            (to_micros(each.observed_at or each.recorded_at), each.number, each.body)
            for each in one.attributes.get(attribute, ())
            if each.body is None or "datasetId" not in each.body
        ),
        key=lambda each: each[:2],
    )
    moments = [moment for moment, _, _ in told]
    return moments, [None if body is None else instance_value(body) for _, _, body in told]
