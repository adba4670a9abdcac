"""Intervals of 95 % for shares, counts and quantiles: what chance alone would have made of them.

Wilson's score interval for shares (Wilson 1927), the exact one for counts (Garwood 1936, by
Byar's approximation where the count is large), and for quantiles the binomial interval of order
statistics, which assumes nothing about the distribution. No library: these few lines are all
that a city's report needs, and the serving process stays small.
"""

import math
from collections.abc import Callable, Sequence

from hansa.desk.indicators.model import Bounds

CONFIDENCE = 0.95
_TAIL = (1 - CONFIDENCE) / 2
_Z = 1.959963984540054
_EXACT = 100  # counts up to here are bounded exactly
_WIDE = 12  # standard deviations beyond which a binomial has no weight that counts


def wilson(hits: int, n: int) -> Bounds:
    """The share hits/n of a sample, n > 0."""
    share, square = hits / n, _Z * _Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = _Z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    low = 0.0 if hits == 0 else max(middle - half, 0.0)
    high = 1.0 if hits == n else min(middle + half, 1.0)
    return Bounds(low, high, "wilson")


def poisson(count: int) -> Bounds:
    """The expectation behind a count of events."""
    if count > _EXACT:
        return Bounds(_byar(count, -_Z), _byar(count + 1, _Z), "poisson")
    high = _root(lambda mean: poisson_below(count, mean) - _TAIL, count, 4 * count + 10)
    if count == 0:
        return Bounds(0.0, high, "poisson")
    low = _root(lambda mean: _TAIL - (1 - poisson_below(count - 1, mean)), 0, count)
    return Bounds(low, high, "poisson")


def poisson_below(count: int, mean: float) -> float:
    """P(X <= count) of a Poisson variable."""
    if mean <= 0:
        return 1.0
    total = term = math.exp(-mean)
    for step in range(1, count + 1):
        term *= mean / step
        total += term
    return total


def _byar(count: int, z: float) -> float:
    return float(count * (1 - 1 / (9 * count) + z / (3 * math.sqrt(count))) ** 3)


def _root(falling: Callable[[float], float], low: float, high: float) -> float:
    """Where a function that falls from above zero to below it crosses zero."""
    for _ in range(60):
        middle = (low + high) / 2
        if falling(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def quantile(ordered: Sequence[float], share: float) -> float:
    """The quantile of sorted values, linear between neighbours (Hyndman and Fan, type 7)."""
    place = (len(ordered) - 1) * share
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def quantile_bounds(ordered: Sequence[float], share: float) -> Bounds:
    """The order statistics between which the quantile lies, of sorted values."""
    lower, upper = ranks(len(ordered), share)
    return Bounds(
        ordered[lower - 1] if lower >= 1 else None,
        ordered[upper - 1] if upper <= len(ordered) else None,
        "order-statistic",
    )


def ranks(n: int, share: float) -> tuple[int, int]:
    """Ranks (from 1) that enclose the quantile; 0 and n + 1 where the sample is too small.

    The number of values below the quantile is binomial: the lower rank is the greatest r with
    P(B < r) <= 2.5 %, the upper one the least s with P(B >= s) <= 2.5 %.
    """
    spread = _WIDE * math.sqrt(n * share * (1 - share)) + 1
    first = max(0, math.floor(n * share - spread))
    last = min(n, math.ceil(n * share + spread))
    lower, upper, below = first, n + 1, 0.0
    for number in range(first, last + 1):  # below: P(B < number)
        if below <= _TAIL:
            lower = number
        if 1 - below <= _TAIL:
            upper = number
            break
        below += _binomial(number, n, share)
    else:
        upper = last + 1
    return lower, upper


def _binomial(number: int, n: int, share: float) -> float:
    return math.exp(
        math.lgamma(n + 1)
        - math.lgamma(number + 1)
        - math.lgamma(n - number + 1)
        + number * math.log(share)
        + (n - number) * math.log1p(-share)
    )
