"""Streets by all their names: which is meant by these words? Made anew when one changes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from hansa.desk.addresses.asking import Ask
from hansa.desk.addresses.spelling import Spelling, words_of
from hansa.desk.addresses.typos import Heard, Likeness, Words

_SHORT_NAME = 3  # words


class Fit(NamedTuple):
    """How well a street answers, best first."""

    slips: int
    begun: int
    more: int  # 1: its name has words that were not typed
    old: int  # 1: by a name that it does not bear now
    kind: int  # 1: another kind of street than was said
    rest: int  # letters of its words that were not typed


@dataclass(frozen=True, slots=True)
class Named:
    """One way to write one name of a street."""

    street: str
    name: str
    words: tuple[str, ...]
    kinds: frozenset[str]


class Streets:
    """All streets of a city, by the sounds of their names."""

    def __init__(self, spelling: Spelling, names: Mapping[str, Iterable[str]]) -> None:
        """`names`: a street -> its other names."""
        self._named: list[Named] = []
        heard: set[Heard] = set()
        for street, others in names.items():
            for name in dict.fromkeys((street, *others)):
                self._named += _written(spelling, street, name, heard)
        self._having: dict[str, list[int]] = {}
        for number, one in enumerate(self._named):
            for word in set(one.words):
                self._having.setdefault(word, []).append(number)
        self._words = Words(heard)

    def fitting(self, ask: Ask) -> dict[str, tuple[Fit, str]]:
        """Streets that may be meant, with the name by which they are."""
        likes = [self._words.like(word) for word in ask.words]
        found: dict[str, tuple[Fit, str]] = {}
        for number in self._candidates(likes):
            one = self._named[number]
            fit = _fit(one, likes, ask)
            if fit is not None and (one.street not in found or fit < found[one.street][0]):
                found[one.street] = (fit, one.name)
        return found

    def _candidates(self, likes: list[Mapping[str, Likeness]]) -> set[int]:
        """Names that hold something like each of the words."""
        sets = [{n for word in like for n in self._having[word]} for like in likes]
        return set.intersection(*sets) if sets else set()


def _written(spelling: Spelling, street: str, name: str, heard: set[Heard]) -> Iterator[Named]:
    """A name in every way people write it: by sound, and with a dash or as one word.

    Each word is added to `heard`.
    """
    words, kinds = spelling.name_words(words_of(name))
    apart = tuple(part for word in words for part in word.split("-") if part)
    seen: set[tuple[str, ...]] = set()
    for way in dict.fromkeys((words, apart)):
        sounds = [spelling.sounds(word) for word in way]
        for word, many in zip(way, sounds, strict=True):
            sign = spelling.heard(word).sign
            heard.update(Heard(sound, sign) for sound in many if sound)
        for one in _together(sounds):
            known = tuple(word for word in one if word)
            if known and known not in seen:
                seen.add(known)
                yield Named(street, name, known, kinds)


def _together(sounds: Sequence[tuple[str, ...]]) -> Iterable[tuple[str, ...]]:
    """Names of the ways to write their words: all of short names, of long ones each scheme's."""
    if len(sounds) < _SHORT_NAME:
        return product(*sounds)
    most = max(len(one) for one in sounds)
    return (tuple(one[min(n, len(one) - 1)] for one in sounds) for n in range(most))


def _fit(one: Named, likes: list[Mapping[str, Likeness]], ask: Ask) -> Fit | None:
    """Each typed word takes the best word of the name that is left; one slip in all."""
    left = list(one.words)
    slips = begun = rest = 0
    for like, typed in zip(likes, ask.words, strict=True):
        fitting = [(like[word], word) for word in left if word in like]
        if not fitting:
            return None
        best, word = min(fitting)
        left.remove(word)
        slips, begun = slips + best.slips, begun | best.begun
        rest += max(0, len(word) - len(typed.sound))
    if slips > 1:
        return None
    other_kind = bool(ask.kinds) and ask.kinds.isdisjoint(one.kinds)
    return Fit(slips, begun, int(bool(left)), int(one.name != one.street), int(other_kind), rest)
