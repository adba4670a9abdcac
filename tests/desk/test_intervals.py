"""Intervals against their own definitions, summed up the long way."""

import math
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.desk.indicators.intervals import (
    poisson,
    poisson_below,
    quantile,
    quantile_bounds,
    ranks,
    wilson,
)

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_bounds_are_where_the_score_test_turns(given: tuple[int, int]) -> None:
    hits, n = given
    found = wilson(hits, n)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= hits / n <= found.high <= 1
    for bound in (found.low, found.high):
        if 0 < bound < 1:
            score = (hits / n - bound) / math.sqrt(bound * (1 - bound) / n)
            assert abs(score) == pytest.approx(1.959964, abs=1e-4)


@given(st.integers(0, 400))
def test_counts_are_bounded_where_each_tail_has_its_part(count: int) -> None:
    found = poisson(count)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= count <= found.high
    assert poisson_below(count, found.high) == pytest.approx(0.025, rel=0.01)
    if count:
        assert 1 - poisson_below(count - 1, found.low) == pytest.approx(0.025, rel=0.01)


def test_known_intervals_of_counts() -> None:
    low, high = poisson(10).low, poisson(10).high
    assert low == pytest.approx(4.795, abs=1e-3)
    assert high == pytest.approx(18.390, abs=1e-3)
    assert poisson(0).high == pytest.approx(-math.log(0.025))


def exactly_below(number: int, n: int, share: Fraction) -> Fraction:
    """P(B < number) of a binomial variable."""
    return sum((comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(number)), Fraction(0))


@given(st.integers(1, 40), st.sampled_from([Fraction(1, 2), Fraction(9, 10), Fraction(1, 4)]))
def test_ranks_enclose_a_quantile_as_the_binomial_says(n: int, share: Fraction) -> None:
    lower, upper = ranks(n, float(share))
    tail = Fraction(25, 1000)
    assert lower == max(r for r in range(n + 1) if exactly_below(r, n, share) <= tail)
    assert upper == min(
        [s for s in range(1, n + 1) if 1 - exactly_below(s, n, share) <= tail], default=n + 1
    )


@given(st.lists(NUMBERS, min_size=1, max_size=200), st.sampled_from([0.1, 0.5, 0.9]))
def test_a_quantile_lies_between_its_bounds(values: list[float], share: float) -> None:
    ordered = sorted(values)
    found, bounds = quantile(ordered, share), quantile_bounds(ordered, share)
    assert bounds.low is None or bounds.low <= found
    assert bounds.high is None or found <= bounds.high
    below = sum(value < found for value in ordered)
    assert below <= share * (len(ordered) - 1) + 1


def test_few_values_bound_no_high_quantile() -> None:
    assert quantile_bounds([1.0, 2.0, 3.0, 4.0, 5.0], 0.9).high is None
    assert quantile([1.0, 2.0, 3.0, 4.0], 0.5) == 2.5
