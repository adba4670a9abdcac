"""From which confidence on a call may be filed without a clerk. Pure.

Measured on clerks' choices that the model had not seen. The confidence is lowered step by step as
long as the share that was right, at the lower end of what so few calls can prove (Wilson's bound,
one-sided, 95 %), is still the city's precision, and no further: to try every step and keep the
best would promise too much.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TypeAlias

Out: TypeAlias = tuple[int, int, float, int]
"""Of a choice unseen when asked: theme, first guess, its confidence, rank of the truth from 0."""

_Z = 1.6449  # one-sided 95 %
_STEPS = 50


@dataclass(frozen=True, slots=True)
class Bar:
    """`confidence`: from here on; `share`: of calls that reach it; `precision`: measured there."""

    confidence: float
    share: float
    precision: float


def wilson(right: int, of: int) -> float:
    """The lower bound of a share: what can be said with 95 % certainty from `of` trials."""
    if not of:
        return 0.0
    share, square = right / of, _Z * _Z
    middle = share + square / (2 * of)
    spread = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return (middle - spread) / (1 + square / of)


def bar(out: Sequence[Out], precision: float, least: int) -> Bar | None:
    """Where it lies; None while there are too few choices, or nothing proves that much."""
    if len(out) < least:
        return None
    found: Bar | None = None
    for step in range(_STEPS):
        confidence = 0.99 - step * 0.01
        over = [one for one in out if one[2] >= confidence]
        right = sum(guess == theme for theme, guess, _, _ in over)
        if wilson(right, len(over)) >= precision:
            found = Bar(confidence, len(over) / len(out), right / len(over))
        elif found is not None or wilson(len(over), len(over)) >= precision:
            break
    return found
