"""Periods: they cover the window without gap or overlap, and sums of parts are sums of all."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.base.times import from_micros, to_micros
from hansa.context import Method, Period
from hansa.context.periods import Sum, edges, of_hours, of_value, place, value_of

BOSTON = ZoneInfo("America/New_York")
MOMENTS = st.integers(
    to_micros(datetime(2014, 1, 1, tzinfo=UTC)), to_micros(datetime(2016, 1, 1, tzinfo=UTC))
)
PERIODS = st.sampled_from(
    [None, Period(micros=3_600_000_000), Period(days=1), Period(days=7), Period(months=1)]
)
VALUES = st.lists(st.floats(-1e6, 1e6) | st.integers(-1000, 1000), min_size=1, max_size=30)


@given(low=MOMENTS, span=st.integers(1, 40 * 86_400_000_000), period=PERIODS, data=st.data())
def test_every_moment_of_a_window_is_in_exactly_one_period(
    low: int, span: int, period: Period | None, data: st.DataObject
) -> None:
    bounds = edges(period, low, low + span, BOSTON)
    moment = data.draw(st.integers(low, low + span - 1))

    number = place(bounds, moment)

    assert bounds == sorted(set(bounds))
    assert number is not None
    assert bounds[number] <= moment < bounds[number + 1]
    assert place(bounds, bounds[-1]) is None
    assert place(bounds, low - 1) is None


def test_a_day_that_changes_the_clock_has_23_hours() -> None:
    low = to_micros(datetime(2015, 3, 7, tzinfo=BOSTON))
    high = to_micros(datetime(2015, 3, 10, tzinfo=BOSTON))

    days = edges(Period(days=1), low, high, BOSTON)

    lengths = [from_micros(b) - from_micros(a) for a, b in pairwise(days)]
    assert lengths == [timedelta(hours=24), timedelta(hours=23), timedelta(hours=24)]
    assert of_hours(days)


def test_months_from_the_31st_end_with_the_month() -> None:
    low = to_micros(datetime(2015, 1, 31, tzinfo=UTC))
    high = to_micros(datetime(2015, 4, 1, tzinfo=UTC))

    days = [from_micros(one).date().isoformat() for one in edges(Period(months=1), low, high, UTC)]

    assert days == ["2015-01-31", "2015-02-28", "2015-03-31", "2015-04-30"]


@given(values=VALUES, cut=st.integers(0, 30))
def test_parts_added_say_the_same_as_the_whole(values: list[float], cut: int) -> None:
    whole, left, right = Sum(), Sum(), Sum()
    for number, value in enumerate(values):
        one = of_value(value, repr(value))
        whole = whole.plus(one)
        left, right = (left.plus(one), right) if number < cut else (left, right.plus(one))

    together = left.plus(right)

    for method in Method:
        said, meant = value_of(together, method), value_of(whole, method)
        assert said == pytest.approx(meant, rel=1e-9, abs=1e-3)
    assert value_of(together, Method.AVG) == pytest.approx(sum(values) / len(values), abs=1e-6)


def test_texts_have_an_order_and_no_sum() -> None:
    both = of_value("b", '"b"').plus(of_value("a", '"a"'))

    assert (value_of(both, Method.MIN), value_of(both, Method.MAX)) == ("a", "b")
    assert value_of(both, Method.SUM) is None
    assert value_of(both, Method.DISTINCT_COUNT) == 2


def test_a_number_beside_a_text_has_neither() -> None:
    both = of_value(1, "1").plus(of_value("a", '"a"'))

    assert value_of(both, Method.MIN) is None
    assert value_of(both, Method.TOTAL_COUNT) == 2
