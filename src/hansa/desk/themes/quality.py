"""How good the suggestions were: what was shown beside what a clerk then chose. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

BANDS = (0.0, 0.45, 0.8, 0.95)  # where a band of confidence begins
_CONFUSED = 2  # times two themes were taken for each other before that is worth a line
_MOST_CONFUSIONS = 20

Shown: TypeAlias = tuple[tuple[str, float], ...]
"""Themes with their confidence, likeliest first."""


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """One theme. `chosen`: by clerks who were shown something; `first`: how often it was named
    first, of these `right`; `among`: chosen and among the three."""

    theme: str
    chosen: int
    first: int
    right: int
    among: int


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often one theme was named first where another was chosen."""

    suggested: str
    chosen: str
    count: int


@dataclass(frozen=True, slots=True)
class Band:
    """Of suggestions from `low` confidence on (to the next band): how many, how many right."""

    low: float
    calls: int
    right: int


@dataclass(frozen=True, slots=True)
class Quality:
    """`calls`: with a theme; `shown`: of these, where something had been suggested."""

    calls: int
    shown: int
    right: int
    among: int
    themes: tuple[ThemeCount, ...]
    confusions: tuple[Confusion, ...]
    bands: tuple[Band, ...]


def quality(told: Iterable[tuple[str, Shown]]) -> Quality:
    """Counted over (chosen theme, what was shown)."""
    every = [*told]
    seen = [(theme, shown) for theme, shown in every if shown]
    right = [theme for theme, shown in seen if shown[0][0] == theme]
    among = [theme for theme, shown in seen if theme in {one for one, _ in shown}]
    return Quality(
        calls=len(every),
        shown=len(seen),
        right=len(right),
        among=len(among),
        themes=_themes(seen, Counter(right), Counter(among)),
        confusions=_confusions(seen),
        bands=_bands(seen),
    )


def _themes(
    seen: Sequence[tuple[str, Shown]], right: Counter[str], among: Counter[str]
) -> tuple[ThemeCount, ...]:
    chosen = Counter(theme for theme, _ in seen)
    first = Counter(shown[0][0] for _, shown in seen)
    names = sorted({*chosen, *first}, key=lambda one: (-chosen[one], one))
    return tuple(ThemeCount(one, chosen[one], first[one], right[one], among[one]) for one in names)


def _confusions(seen: Sequence[tuple[str, Shown]]) -> tuple[Confusion, ...]:
    pairs = Counter((shown[0][0], theme) for theme, shown in seen if shown[0][0] != theme)
    found = [
        Confusion(suggested, chosen, count)
        for (suggested, chosen), count in pairs.items()
        if count >= _CONFUSED
    ]
    found.sort(key=lambda one: (-one.count, one.suggested, one.chosen))
    return tuple(found[:_MOST_CONFUSIONS])


def _bands(seen: Sequence[tuple[str, Shown]]) -> tuple[Band, ...]:
    calls: Counter[float] = Counter()
    right: Counter[float] = Counter()
    for theme, shown in seen:
        name, confidence = shown[0]
        band = max(one for one in BANDS if one <= max(confidence, 0.0))
        calls[band] += 1
        right[band] += name == theme
    return tuple(Band(one, calls[one], right[one]) for one in BANDS)
