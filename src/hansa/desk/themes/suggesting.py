"""Which themes words mean, likeliest first. Pure: the numbers of a learned model, and the words.

The model is learned in the helper process (`hansa.beside.themes`) and asked here, without a
library of numbers: some hundred words by some forty themes are milliseconds, and nobody waits for
a process that is busy learning.
"""

import heapq
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from math import exp, log, sqrt
from operator import add, mul
from typing import Any

from hansa.base import grams

MOST = 3  # suggestions that are shown


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A theme, and how likely it is what is meant, 0 to 1."""

    theme: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Model:
    """A learned model; see `hansa.beside.themes.Learned` for what the numbers are."""

    themes: tuple[str, ...]
    numbers: Sequence[int]
    rarity: Sequence[float]
    weights: Sequence[int]
    scale: tuple[float, ...]
    bias: tuple[float, ...]
    slope: float

    def suggest(self, text: str, most: int = MOST) -> tuple[Suggestion, ...]:
        """The likeliest themes, likeliest first; none where no word of the text is known."""
        found = [*_weighed(self, grams.counted(text))]
        if not found:
            return ()
        scores = self._scores(found)
        top = max(scores)
        likely = [exp(self.slope * (one - top)) for one in scores]
        whole = sum(likely)
        best = heapq.nlargest(most, range(len(likely)), key=likely.__getitem__)
        return tuple(Suggestion(self.themes[one], likely[one] / whole) for one in best)

    def _scores(self, found: Sequence[tuple[int, float]]) -> list[float]:
        width = len(self.themes)
        sums = [0.0] * width
        for place, value in found:
            row = self.weights[place * width : (place + 1) * width]
            sums = [*map(add, sums, map(mul, row, repeat(value)))]
        return [
            one * scale + bias for one, scale, bias in zip(sums, self.scale, self.bias, strict=True)
        ]


def model_of(themes: Sequence[str], learned: Mapping[str, Any]) -> Model:
    """The model as the helper process told it; `themes` in the order they were learned in."""
    return Model(
        themes=tuple(themes),
        numbers=array("I", learned["numbers"]),
        rarity=array("f", learned["rarity"]),
        weights=memoryview(learned["weights"]).cast("b"),
        scale=tuple(learned["scale"]),
        bias=tuple(learned["bias"]),
        slope=learned["slope"],
    )


def _weighed(model: Model, counted: Counter[int]) -> list[tuple[int, float]]:
    """Places of the words that the model knows, with their weight in this text."""
    parts: tuple[list[tuple[int, float]], list[tuple[int, float]]] = ([], [])
    for number, times in counted.items():
        place = bisect_left(model.numbers, number)
        if place < len(model.numbers) and model.numbers[place] == number:
            weight = (1 + log(times)) * model.rarity[place]
            parts[grams.is_piece(number)].append((place, weight))
    return [*_of_length_one(parts[0]), *_of_length_one(parts[1])]


def _of_length_one(part: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    length = sqrt(sum(weight * weight for _, weight in part))
    return [(place, weight / length) for place, weight in part]
