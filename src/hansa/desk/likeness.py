"""How like two incidents are: by place, time, words, category and what they rest on. Pure.

A suggestion says its reasons in numbers and words, so that a person can judge it at a glance; the
score only puts the likeliest first. Parts that are unknown (a trouble without a place) count for
nothing, neither for nor against.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hansa.desk.places import Point, metres
from hansa.desk.rules import DuplicateRule

_WORD = re.compile(r"[^\W\d_]{3,}")
_WEIGHTS = {"place": 3.0, "time": 2.0, "words": 3.0, "category": 1.0, "entities": 3.0}


@dataclass(frozen=True, slots=True)
class Trait:
    """What of an incident tells whether another one is the same. `texts`: by language."""

    id: str
    opened: datetime
    place: Point | None
    texts: Mapping[str, str]
    category: str
    rests_on: frozenset[str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An incident that may be the same, how likely (0 to 1), and why."""

    id: str
    score: float
    metres: int | None
    minutes: int
    words: tuple[str, ...]
    same_category: bool
    entities: tuple[str, ...]


def suggestions(
    one: Trait, others: Iterable[Trait], rule: DuplicateRule, languages: Sequence[str]
) -> tuple[Suggestion, ...]:
    """Those that may be the same as `one`, the likeliest first."""
    found = (compare(one, other, rule, languages) for other in others if other.id != one.id)
    kept = [each for each in found if each is not None and each.score >= rule.at_least]
    return tuple(sorted(kept, key=lambda each: (-each.score, each.id)))


def compare(
    one: Trait, other: Trait, rule: DuplicateRule, languages: Sequence[str]
) -> Suggestion | None:
    """How like they are; None where they are too far apart in time or place."""
    minutes = abs((one.opened - other.opened).total_seconds()) / 60
    apart = _apart(one, other)
    if minutes > rule.minutes or (apart is not None and apart > rule.metres):
        return None
    shared, alike = _words(one, other, languages)
    entities = tuple(sorted(one.rests_on & other.rests_on))
    category = bool(one.category) and one.category == other.category
    parts = {
        "time": 1 - minutes / rule.minutes,
        "words": alike,
        "category": float(category),
        **({} if apart is None else {"place": 1 - apart / rule.metres}),
        **({"entities": 1.0} if entities else {}),
    }
    weight = sum(_WEIGHTS[name] for name in parts)
    score = sum(_WEIGHTS[name] * part for name, part in parts.items()) / weight
    return Suggestion(
        other.id,
        round(score, 3),
        None if apart is None else round(apart),
        round(minutes),
        shared,
        category,
        entities,
    )


def _apart(one: Trait, other: Trait) -> float | None:
    if one.place is None or other.place is None:
        return None
    return metres(one.place, other.place)


def _words(one: Trait, other: Trait, languages: Sequence[str]) -> tuple[tuple[str, ...], float]:
    """The words both have in the first language that both speak, and their part of all."""
    for language in languages:
        if language in one.texts and language in other.texts:
            here, there = _set(one.texts[language]), _set(other.texts[language])
            both = here & there
            return tuple(sorted(both)), len(both) / max(len(here | there), 1)
    return (), 0.0


def _set(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
