"""Chance that is the same every time: numbers drawn from a key, not from a sequence.

A sequence of random numbers depends on where one began to draw; a restart would tell another
story. Here each throw is a function of the seed and a key (source, slot, what for), so any part
of the story can be told again on its own, on any machine and Python version.
"""

from collections.abc import Sequence
from hashlib import blake2b
from math import exp
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A short row of throws that belongs to one key."""

    def __init__(self, *key: object) -> None:
        digest = blake2b("\x1f".join(map(str, key)).encode(), digest_size=8).digest()
        # Only `.random()` is promised to give the same numbers in every version of Python.
        self._random = Random(int.from_bytes(digest))  # noqa: S311 - a story, not a secret

    def share(self) -> float:
        """Evenly from 0 up to, not with, 1."""
        return self._random.random()

    def between(self, low: float, high: float) -> float:
        """Evenly from `low` to `high`."""
        return low + (high - low) * self.share()

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.share() * (high - low + 1))

    def bell(self) -> float:
        """About normal around 0 with deviation 1, never beyond 3."""
        return (sum(self.share() for _ in range(4)) - 2.0) * 1.5

    def pick(self, things: Sequence[T]) -> T:
        """One of the things, all alike."""
        return things[int(self.share() * len(things))]

    def weighted(self, things: Sequence[T], weights: Sequence[float]) -> T:
        """One of the things by its weight."""
        rest = self.share() * sum(weights)
        for thing, weight in zip(things, weights, strict=True):
            rest -= weight
            if rest < 0:
                return thing
        return things[-1]

    def arrivals(self, mean: float) -> int:
        """How many come when `mean` come on average (Poisson)."""
        limit, product, count = exp(-mean), self.share(), 0
        while product > limit:
            product *= self.share()
            count += 1
        return count
