"""What an indicator of readings or states comes to, from plain values. Pure.

Readings of several stations are put together as the indicator says (`across`); a day without a
reading is unknown and not 0. No interval is given: neighbouring readings resemble each other, and
a formula that takes them for independent would promise too much.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hansa.desk.indicators.model import Indicator, Kind, Measure


@dataclass(frozen=True, slots=True)
class Sum:
    """The readings of one station in one hour or day: their number and sum."""

    count: int
    total: float


Sums = Mapping[str, Mapping[int, Sum]]
"""Station -> number of the hour or day -> readings."""


def latest(one: Indicator, values: Iterable[object]) -> Measure:
    """The newest readings of the stations, put together."""
    numbers = [number for each in values if (number := _number(each)) is not None]
    return Measure(_across(one, numbers), len(numbers))


def matching(one: Indicator, values: Iterable[object]) -> Measure:
    """How many entities have one of the values; `n` is of how many."""
    found = [str(each) for each in values if each is not None]
    return Measure(float(sum(each in one.values for each in found)), len(found))


def window(one: Indicator, days: Sums, first: int, last: int) -> Measure:
    """The readings of days `first` to `last` put together: per station, then across."""
    values: list[float] = []
    count = 0
    for station in days.values():
        held = [day for number, day in station.items() if first <= number <= last]
        read = sum(day.count for day in held)
        if read:
            total = sum(day.total for day in held)
            values.append(total if one.kind is Kind.SUM else total / read)
            count += read
    return Measure(_across(one, values), count)


def daily(one: Indicator, days: Sums, number: int) -> Sequence[float | None]:
    """The value of each of the days 0 to `number` - 1."""
    return [window(one, days, day, day).value for day in range(number)]


def latest_by(one: Indicator, hours: Sums, end: int) -> float | None:
    """The readings of each station's last hour before hour `end`, put together.

    Not older than the reading may be, or a day: what had fallen silent told nothing.
    """
    first = end - max((one.fresh or 0) // 3600, 24)
    values = []
    for station in hours.values():
        last = max((number for number in station if first <= number < end), default=None)
        if last is not None:
            values.append(station[last].total / station[last].count)
    return _across(one, values)


States = Mapping[str, tuple[Sequence[int], Sequence[object]]]
"""Entity -> moments in order, and the value from each moment on."""


def matching_at(one: Indicator, states: States, moment: int) -> float | None:
    """How many entities had one of the values then; None where none had any value yet."""
    held = []
    for moments, values in states.values():
        place = bisect_right(moments, moment)
        if place:
            held.append(values[place - 1])
    return matching(one, held).value if held else None


def _across(one: Indicator, values: Sequence[float]) -> float | None:
    if not values:
        return None
    match one.across:
        case "min":
            return min(values)
        case "max":
            return max(values)
        case "sum":
            return sum(values)
        case _:
            return sum(values) / len(values)


def _number(value: object) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return None
