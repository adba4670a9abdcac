"""Aggregated temporal evolutions (GS CIM 009 v1.9.1, 4.5.19) of instances."""

from collections.abc import Iterable
from datetime import UTC, datetime, time

import orjson

from hansa.base.times import to_micros
from hansa.context import periods
from hansa.context.model import (
    Aggregated,
    Aggregation,
    Evolution,
    Instance,
    Window,
    instance_value,
)
from hansa.context.periods import Sum
from hansa.context.tables import plain


def aggregate(one: Evolution, window: Window, asked: Aggregation) -> Aggregated:
    """The evolution of one entity in periods."""
    moments = {
        name: [(moment(each, window.timeproperty), each) for each in instances if each.body]
        for name, instances in one.attributes.items()
    }
    everything = [when for pairs in moments.values() for when, _ in pairs]
    if not everything:
        return Aggregated(one.id, one.types, {})
    bounds = bounds_of(window, asked, min(everything), max(everything))
    found = {}
    for name, pairs in moments.items():
        for dataset, sums in _sums(pairs, bounds).items():
            key = f"{name} {dataset}" if dataset else name
            found[key] = periods.buckets(sums, bounds, asked.methods)
    return Aggregated(one.id, one.types, found)


def bounds_of(window: Window, asked: Aggregation, first: int, last: int) -> list[int]:
    """The periods of a window; an open begin is the midnight before `first` in the zone."""
    if window.after is not None:
        low = to_micros(window.after)
    else:
        day = datetime.fromtimestamp(first / 1_000_000, UTC).astimezone(asked.zone).date()
        low = to_micros(datetime.combine(day, time(), asked.zone))
    high = last + 1 if window.before is None else to_micros(window.before)
    return periods.edges(asked.period, low, max(high, low + 1), asked.zone)


def moment(one: Instance, timeproperty: str) -> int:
    """The time by which an instance falls into a period, microseconds."""
    observed = one.observed_at if timeproperty == "observedAt" else None
    return to_micros(observed or one.recorded_at)


def _sums(pairs: Iterable[tuple[int, Instance]], bounds: list[int]) -> dict[str, dict[int, Sum]]:
    found: dict[str, dict[int, Sum]] = {}
    for when, one in pairs:
        number = periods.place(bounds, when)
        if number is None or one.body is None:
            continue
        value = plain(instance_value(one.body))
        dataset = str(one.body.get("datasetId", ""))
        sums = found.setdefault(dataset, {})
        added = periods.of_value(value, orjson.dumps(value).decode())
        sums[number] = sums[number].plus(added) if number in sums else added
    return found
