"""Series for charts over months: few enough points, gaps as gaps, how old and how known.

Where a window holds few instances they are sent as they are; else each period says mean, least,
greatest and how many. Nothing is drawn across a time of which nothing is known: such a time is
a point without a value.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from hansa.base.times import format_instant, to_micros
from hansa.console.spans import MOST, Step, begin_of, step_for
from hansa.context import (
    Aggregated,
    Aggregation,
    Bucket,
    City,
    Entity,
    Instance,
    Method,
    Query,
    Window,
    instance_value,
)
from hansa.guard import View

_METHODS = (Method.AVG, Method.MIN, Method.MAX, Method.TOTAL_COUNT)
_NEWEST = 50  # instances that tell whether what is charted was back-filled
_HOLE = 3  # times the usual distance between readings, and something is missing


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold of one of the city's rules, drawn as a line."""

    type: str
    attribute: str
    operator: str
    value: float
    severity: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """The window of a chart; `at`: as known then. `after` None: from the first instance on."""

    after: datetime | None
    before: datetime
    at: datetime | None = None
    most: int = MOST


@dataclass(frozen=True, slots=True)
class Points:
    """Columns of a chart; `low` and `high` are empty where each point is one instance."""

    at: list[int]
    mean: list[float | None]
    low: list[float | None]
    high: list[float | None]
    count: list[int]


async def window_of(
    city: City, view: View, query: Query, wanted: Wanted, timeproperty: str
) -> tuple[Window, Step]:
    """The window of a chart, begun at the begin of a period; and that period."""
    window = Window(wanted.after, wanted.before, timeproperty)
    after = wanted.after or await _first(city, view, query, window, wanted.at) or wanted.before
    step = step_for(wanted.before - after, wanted.most)
    return replace(window, after=begin_of(step, after, city.settings.zone)), step


async def _first(
    city: City, view: View, query: Query, window: Window, at: datetime | None
) -> datetime | None:
    """About when the first instance was: the begin of its day."""
    whole = Aggregation((Method.TOTAL_COUNT,), None, city.settings.zone)
    found = await city.aggregates(view, query, window, whole, at)
    buckets = (one for each in found for told in each.attributes.values() for one in _counts(told))
    return min((one.begin for one in buckets), default=None)


def _counts(told: Mapping[Method, tuple[Bucket, ...]]) -> tuple[Bucket, ...]:
    return told.get(Method.TOTAL_COUNT, ())


async def series_of(
    city: City, view: View, query: Query, window: Window, step: Step, wanted: Wanted
) -> dict[str, list[dict[str, Any]]]:
    """Entity id -> its series, those of `query.attrs` that hold numbers."""
    asked = Aggregation(_METHODS, step.period, city.settings.zone)
    newest = replace(window, last=_NEWEST)
    found, instances = await asyncio.gather(
        city.aggregates(view, query, window, asked, wanted.at),
        city.history(view, query, newest, wanted.at),
    )
    few = all(_size(one) <= wanted.most for one in found)
    if few and any(_size(one) > _NEWEST for one in found):
        instances = await city.history(view, query, window, wanted.at)
    past = {one.id: one.attributes for one in instances}
    now = wanted.at or city.clock.now()
    return {
        one.id: [
            _series(key, told, _instances(past.get(one.id, {}), key), step, now, raw=few)
            for key, told in sorted(one.attributes.items())
            if any(bucket.value is not None for bucket in told[Method.AVG])
        ]
        for one in found
    }


def _size(one: Aggregated) -> int:
    """How many instances the longest of its series has."""
    totals = (sum(b.value for b in _counts(told)) for told in one.attributes.values())
    return max(totals, default=0)


def _instances(past: Mapping[str, Sequence[Instance]], key: str) -> list[Instance]:
    name, _, dataset = key.partition(" ")
    return [
        one
        for one in past.get(name, ())
        if one.body is not None and one.body.get("datasetId", "") == dataset
    ]


def _series(
    key: str,
    told: Mapping[Method, tuple[Bucket, ...]],
    instances: Sequence[Instance],
    step: Step,
    now: datetime,
    *,
    raw: bool,
) -> dict[str, Any]:
    name, _, dataset = key.partition(" ")
    newest = instances[-1] if instances else None
    points = raw_points(instances) if raw else period_points(told)
    back = sum(one.backfilled for one in instances)
    return {
        "attribute": name,
        "dataset": dataset or None,
        "unit": newest.body.get("unitCode") if newest and newest.body else None,
        "period": None if raw else step.name,
        "length": None if raw else step.length // timedelta(milliseconds=1),
        "points": {
            "at": points.at,
            "mean": points.mean,
            "low": points.low,
            "high": points.high,
            "count": points.count,
        },
        "count": sum(bucket.value for bucket in _counts(told)),
        "newest": None if newest is None else newest_of(newest, now),
        "backfilled": {"of": len(instances), "share": back / len(instances) if instances else 0},
    }


def newest_of(one: Instance, now: datetime) -> dict[str, Any]:
    """The newest instance of a window: value, both times, and its age in seconds."""
    moment = one.observed_at or one.recorded_at
    return {
        "value": instance_value(one.body or {}),
        "observedAt": None if one.observed_at is None else format_instant(one.observed_at),
        "recordedAt": format_instant(one.recorded_at),
        "age": round((now - moment).total_seconds()),
        "backfilled": one.backfilled,
    }


def raw_points(instances: Iterable[Instance]) -> Points:
    """Each instance a point; a hole in their rhythm is a point without a value."""
    pairs = [
        (_milliseconds(one.observed_at or one.recorded_at), instance_value(one.body or {}))
        for one in instances
    ]
    told = sorted((at, value) for at, value in pairs if isinstance(value, int | float))
    gaps = [b[0] - a[0] for a, b in pairwise(told)]
    hole = _HOLE * median(gaps) if gaps else 0
    points = Points([], [], [], [], [])
    for index, (at, value) in enumerate(told):
        if index and at - points.at[-1] > hole:
            _gap(points, points.at[-1] + 1)
        points.at.append(at)
        points.mean.append(value)
        points.count.append(1)
    return points


def period_points(told: Mapping[Method, tuple[Bucket, ...]]) -> Points:
    """Each period a point in its middle; periods without instances are one without a value."""
    points = Points([], [], [], [], [])
    before: datetime | None = None
    columns = zip(*(told[method] for method in _METHODS), strict=True)
    for mean, low, high, count in columns:
        if before is not None and mean.begin > before:
            _gap(points, _milliseconds(before))
        before = mean.end
        points.at.append(_milliseconds(mean.begin + (mean.end - mean.begin) / 2))
        points.mean.append(_short(mean.value))
        points.low.append(low.value)
        points.high.append(high.value)
        points.count.append(count.value)
    return points


def _gap(points: Points, at: int) -> None:
    points.at.append(at)
    points.mean.append(None)
    points.count.append(0)
    if points.low:
        points.low.append(None)
        points.high.append(None)


def _short(value: Any) -> float | None:
    """Six digits: more than a screen can show."""
    return None if value is None else float(f"{value:.6g}")


def _milliseconds(moment: datetime) -> int:
    return to_micros(moment) // 1000


def measured(entity: Entity, only: Sequence[str] = ()) -> dict[str, bool]:
    """The attributes of an entity that hold numbers; whether they say when it was true."""
    found = {}
    for name in only or entity.document:
        given = entity.document.get(name)
        for one in given if isinstance(given, list) else (given,):
            value = instance_value(one) if isinstance(one, dict) else None
            if isinstance(value, int | float) and not isinstance(value, bool):
                found[name] = isinstance(one, dict) and "observedAt" in one
    return found
