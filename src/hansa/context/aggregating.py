"""Aggregated temporal evolutions (GS CIM 009 v1.9.1, 4.5.19), from wherever instances lie.

Hot instances are added up here, sealed ones in the helper process; where the periods are full
hours, hourly sums answer and no sealed instance is touched.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, tzinfo
from typing import Any, TypeAlias

import orjson

from hansa.base.database import Tx
from hansa.base.times import to_micros
from hansa.context import door, periods, reading
from hansa.context.model import (
    Aggregated,
    Aggregation,
    Instance,
    Method,
    Window,
    instance_value,
)
from hansa.context.past import Ask, First, PastReader, first_of, reach_of
from hansa.context.periods import Sum
from hansa.context.query import Query
from hansa.context.reading import Subject
from hansa.context.store import history, hot
from hansa.context.store.history import Span
from hansa.context.tables import plain
from hansa.guard import View

Sums: TypeAlias = dict[tuple[int, str], dict[int, Sum]]
"""(eid, key) -> number of the period -> what its instances come to."""

_NO_HOURS = frozenset({Method.DISTINCT_COUNT})
_OF_TEXTS = frozenset({Method.MIN, Method.MAX})


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: whose view, which attributes, which periods."""

    view: View
    names: tuple[str, ...]
    span: Span
    bounds: list[int]
    methods: tuple[Method, ...]


async def aggregates(
    past: PastReader,
    ask: Ask,
    view: View,
    query: Query,
    window: Window,
    wish: Aggregation,
    at: datetime | None,
) -> tuple[Aggregated, ...]:
    """What the instances of each entity of a query come to, period by period."""
    chosen = await past.subjects(ask, view, query, at)
    span = reading.span_of(replace(window, last=None), at)
    bounds = await _bounds(ask, chosen, window, wish, span)
    if bounds is None:
        return tuple(Aggregated(one.id, one.types, {}) for one in chosen)
    asked = Asked(view, query.attrs, span, bounds, wish.methods)
    sums: Sums = await past.settled(
        ask,
        lambda tx, part: first_of(tx, part, chosen, span),
        lambda first: _sealed(past, first, chosen, asked),
        lambda tx, _, first, found: _with_hot(past, tx, first, chosen, asked, found),
    )
    mine: dict[int, dict[str, dict[int, Sum]]] = {}
    for (eid, key), series in sorted(sums.items()):
        mine.setdefault(eid, {})[key] = series
    found = [_aggregated(one, asked, mine.get(one.eid, {})) for one in chosen]
    return tuple(one for one in found if one.attributes or not query.attrs)


# ---- where periods begin


async def _bounds(
    ask: Ask, chosen: Sequence[Subject], window: Window, wish: Aggregation, span: Span
) -> list[int] | None:
    """The periods of a window; None: there is no instance, and the window does not say."""
    if window.after is not None and window.before is not None:
        first, last = to_micros(window.after), to_micros(window.before) - 1
    else:
        found = await ask(lambda tx, part: _extent(tx, part, chosen, span))
        if found is None:
            return None
        first, last = found
    low = _midnight(first, wish.zone) if window.after is None else to_micros(window.after)
    high = last + 1 if window.before is None else to_micros(window.before)
    return periods.edges(wish.period, low, max(high, low + 1), wish.zone)


def _midnight(moment: int, zone: tzinfo) -> int:
    day = datetime.fromtimestamp(moment / 1_000_000, UTC).astimezone(zone).date()
    return to_micros(datetime.combine(day, time(), zone))


def _extent(tx: Tx, part: int, chosen: Sequence[Subject], span: Span) -> tuple[int, int] | None:
    """Between which moments there may be instances of entities."""
    found = list(hot.extent(tx, [one.eid for one in chosen], span.column))
    for one in first_of(tx, part, chosen, span).segments:
        found += one.observed if span.column == "observed" else one.recorded
    moments = [one for one in found if one is not None]
    return (min(moments), max(moments)) if moments else None


# ---- adding up


async def _sealed(past: PastReader, first: First, chosen: Sequence[Subject], asked: Asked) -> Sums:
    if not first.segments:
        return {}
    files, eids = past.files(first.segments), [one.eid for one in chosen]
    names, bounds = list(asked.names), asked.bounds
    if _by_hours(first, asked):
        rows = await past.helper.call("history.hourly", files, eids, names, bounds, _end(asked))
        texts = any(row[4] for row in rows)
        if not (texts and _OF_TEXTS & set(asked.methods)):
            return _read(rows)
    distinct = Method.DISTINCT_COUNT in asked.methods
    reach = reach_of(asked.span)
    return _read(
        await past.helper.call(
            "history.sums", files, eids, names, reach, bounds, distinct, first.gone
        )
    )


def _by_hours(first: First, asked: Asked) -> bool:
    """Whether hourly sums can say it: full hours of observation, nothing gone, as known now."""
    plain_span = asked.span.column == "observed" and asked.span.known is None
    whole = plain_span and not first.gone and not (_NO_HOURS & set(asked.methods))
    return whole and periods.of_hours((*asked.bounds, _end(asked)))


def _end(asked: Asked) -> int:
    """Where the window ends, which may be inside its last period."""
    end, high = asked.bounds[-1], asked.span.high
    return end if high is None else min(end, high)


def _read(rows: Iterable[Sequence[Any]]) -> Sums:
    found: Sums = {}
    for eid, key, period, count, texts, *more in rows:
        found.setdefault((eid, key), {})[int(period)] = _sum(int(count), int(texts), more)
    return found


def _sum(count: int, texts: int, more: Sequence[Any]) -> Sum:
    total, squares, least, most, first, last, distinct = more
    known = None if distinct is None else frozenset(distinct)
    if not texts:
        return Sum(count, total, squares, least, most, known)
    if texts < count or first is None:
        return Sum(count, None, None, None, None, known)
    return Sum(count, None, None, first, last, known)


def _with_hot(
    past: PastReader,
    tx: Tx,
    first: First,
    chosen: Sequence[Subject],
    asked: Asked,
    sums: Sums,
) -> Sums:
    only = frozenset(asked.names)
    for one in chosen:
        gone = [each for each in first.gone if each.eid == one.eid]
        rows = history.instances(tx, past.names, one.eid, asked.span, only)
        seen = door.instances(asked.view, one.types, hot.merged(rows, (), asked.span, gone))
        for name, instances in seen.items():
            _add(sums, one.eid, name, instances, asked)
    return sums


def _add(sums: Sums, eid: int, name: str, instances: Iterable[Instance], asked: Asked) -> None:
    for one in instances:
        when = one.recorded_at
        if asked.span.column == "observed" and one.observed_at is not None:
            when = one.observed_at
        number = periods.place(asked.bounds, to_micros(when))
        if one.body is None or number is None:
            continue
        value = plain(instance_value(one.body))
        dataset = str(one.body.get("datasetId", ""))
        series = sums.setdefault((eid, f"{name} {dataset}" if dataset else name), {})
        added = periods.of_value(value, orjson.dumps(value).decode())
        series[number] = series[number].plus(added) if number in series else added


def _aggregated(one: Subject, asked: Asked, sums: Mapping[str, dict[int, Sum]]) -> Aggregated:
    attributes: dict[str, Mapping[Method, Any]] = {
        key: periods.buckets(series, asked.bounds, asked.methods)
        for key, series in sums.items()
        if asked.view.sees(one.types, key.partition(" ")[0])
    }
    return Aggregated(one.id, one.types, attributes)
