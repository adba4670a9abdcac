"""Instances in periods: where each begins and ends, and what is made of those in it.

A period's values are kept as a `Sum` that can be added to another, so that what the store holds
hot, what lies in a segment and what a roll-up counted before come to the same answer.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from math import isfinite, sqrt
from typing import Any

from hansa.base.problems import TooManyResults
from hansa.base.times import from_micros, to_micros
from hansa.context.model import Bucket, Method, Period

MOST = 20_000  # periods of one answer


def edges(period: Period | None, low: int, high: int, zone: tzinfo) -> list[int]:
    """Begins of the periods from `low` on, and the end of the last, all microseconds.

    `high` is inside the last period. Days and months are the zone's, so a day that changes
    the clock has 23 or 25 hours.
    """
    if period is None:
        return [low, max(high, low + 1)]
    start = from_micros(low).astimezone(zone)
    found = [low]
    while found[-1] < high:
        if len(found) > MOST:
            raise TooManyResults(
                f"more than {MOST} periods", where="aggrPeriodDuration", remedy="take longer ones"
            )
        found.append(to_micros(_step(start, period, len(found))))
    return found if len(found) > 1 else [low, to_micros(_step(start, period, 1))]


def _step(start: datetime, period: Period, times: int) -> datetime:
    if not period.months and not period.days:
        return from_micros(to_micros(start) + period.micros * times)
    wall = start.replace(tzinfo=None)
    month = wall.month - 1 + period.months * times
    wall = _on_day(wall, wall.year + month // 12, month % 12 + 1)
    moved = wall + timedelta(days=period.days * times, microseconds=period.micros * times)
    return moved.replace(tzinfo=start.tzinfo)


def _on_day(wall: datetime, year: int, month: int) -> datetime:
    """The same day of another month, or its last one."""
    following = datetime(year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001 - a wall clock
    last = (following - timedelta(days=1)).day
    return wall.replace(year=year, month=month, day=min(wall.day, last))


def of_hours(bounds: Iterable[int]) -> bool:
    """Whether every bound is a full hour, so that hourly roll-ups can answer."""
    return all(bound % 3_600_000_000 == 0 for bound in bounds)


@dataclass(slots=True)
class Sum:
    """What adds up over instances. `total` and `squares` None: one of them is no number."""

    count: int = 0
    total: float | None = 0.0
    squares: float | None = 0.0
    least: Any = None
    most: Any = None
    distinct: frozenset[str] | None = frozenset()

    def plus(self, other: "Sum") -> "Sum":
        """Both together."""
        sets = (self.distinct, other.distinct)
        return Sum(
            self.count + other.count,
            _both(self.total, other.total),
            _both(self.squares, other.squares),
            _extreme(min, self, other, "least"),
            _extreme(max, self, other, "most"),
            None if None in sets else frozenset().union(*(one for one in sets if one)),
        )


def of_value(value: Any, text: str) -> Sum:
    """One instance; `text` is the value as JSON, by which distinct ones are told apart."""
    number = number_of(value)
    if number is not None:
        return Sum(1, number, number * number, number, number, frozenset((text,)))
    ordered = value if isinstance(value, str) else None
    return Sum(1, None, None, ordered, ordered, frozenset((text,)))


def number_of(value: Any) -> float | None:
    """The value as a number, a truth value as 0 or 1; None where it is none."""
    if isinstance(value, int | float) and isfinite(value):
        return float(value)
    return None


def _both(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other


def _extreme(choose: Any, one: Sum, other: Sum, name: str) -> Any:
    found = [getattr(each, name) for each in (one, other) if each.count]
    if None in found or len({isinstance(each, str) for each in found}) > 1:
        return None  # numbers and texts have no order between them
    return choose(found) if found else None


def place(bounds: Sequence[int], moment: int) -> int | None:
    """The number of the period that holds a moment, None outside of all."""
    if moment < bounds[0] or moment >= bounds[-1]:
        return None
    return bisect_right(bounds, moment) - 1


def buckets(
    sums: Mapping[int, Sum], bounds: Sequence[int], methods: Sequence[Method]
) -> dict[Method, tuple[Bucket, ...]]:
    """The values of each method, periods in order; those without instances are left out."""
    spans = {n: (from_micros(bounds[n]), from_micros(bounds[n + 1])) for n in sorted(sums)}
    return {
        method: tuple(Bucket(value_of(sums[n], method), *span) for n, span in spans.items())
        for method in methods
    }


def value_of(total: Sum, method: Method) -> Any:
    """What one method makes of a sum; None where the values have no such thing."""
    match method:
        case Method.TOTAL_COUNT:
            return total.count
        case Method.DISTINCT_COUNT:
            return None if total.distinct is None else len(total.distinct)
        case Method.MIN:
            return total.least
        case Method.MAX:
            return total.most
        case Method.SUM:
            return total.total
        case Method.SUMSQ:
            return total.squares
        case Method.AVG:
            return None if total.total is None else total.total / total.count
        case Method.STDDEV:
            return _deviation(total)


def _deviation(total: Sum) -> float | None:
    if total.total is None or total.squares is None:
        return None
    mean = total.total / total.count
    return sqrt(max(0.0, total.squares / total.count - mean * mean))
