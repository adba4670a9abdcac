"""Words of streets as people begin them, with one slip of the finger at most. Pure.

One slip is a wrong letter, one too many, one left out, or two swapped. It is looked for twice: as
the word is written in Latin, and with one sign for each Cyrillic letter, for who types ш and у in
the wrong order makes one slip and not three. Words that begin alike are compared one by one; a slip
in the first letter is found by the rest of the word.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

SHORTEST = 4  # letters of a word that may hold a slip: in three, everything is like everything


class Heard(NamedTuple):
    """A word by its sound in Latin, and with one sign for each Cyrillic letter."""

    sound: str
    sign: str


class Likeness(NamedTuple):
    """How a typed word fits a known one, best first."""

    slips: int
    begun: int  # 1: only the beginning of the known word was typed


def slip(typed: str, word: str) -> int | None:
    """0: `typed` is the word with one slip, 1: its beginning with one, None: neither."""
    same = 0
    for one, other in zip(typed, word, strict=False):
        if one != other:
            break
        same += 1
    rest, known = typed[same:], word[same:]
    if not rest:
        return None
    less, more = rest[1:], known[1:]
    left: list[int] = []
    if known.startswith(less):  # one too many
        left.append(len(known) - len(less))
    if more.startswith(less):  # a wrong one
        left.append(len(more) - len(less))
    if more.startswith(rest):  # one left out
        left.append(len(more) - len(rest))
    if len(known) > 1 and rest[:2] == known[1::-1] and known.startswith(rest[2:], 2):
        left.append(len(known) - len(rest))
    return min(1, *left) if left else None


def alike(typed: Heard, word: Heard) -> bool:
    """Whether one is the other with one slip."""
    pairs = zip(typed, word, strict=True)
    return any(slip(one, other) == 0 or one == other[:-1] for one, other in pairs)


class Words:
    """Known words, ready to be asked for."""

    def __init__(self, words: Iterable[Heard]) -> None:
        self._sounding: dict[str, set[str]] = {}
        for word in words:
            self._sounding.setdefault(word.sign, set()).add(word.sound)
        self._sounds = _Sorted(one for many in self._sounding.values() for one in many)
        self._signs = _Sorted(self._sounding)

    def like(self, typed: Heard) -> Mapping[str, Likeness]:
        """The sound of every known word that the typed one may mean."""
        begun = self._sounds.beginning(typed.sound)
        found = {word: Likeness(0, int(len(word) > len(typed.sound))) for word in begun}
        for word, left in self._sounds.slips(typed.sound):
            found.setdefault(word, Likeness(1, left))
        for sign, left in self._signs.slips(typed.sign):
            for word in self._sounding[sign]:
                found[word] = min(found.get(word, Likeness(1, left)), Likeness(1, left))
        return found


class _Sorted:
    """Words in order, and by what follows their first letter."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = sorted(set(words))
        self._tails = sorted((word[1:], word) for word in self.words)
        self._firsts: dict[str, list[str]] = {}
        for word in self.words:
            self._firsts.setdefault(word[:1], []).append(word)

    def beginning(self, typed: str) -> Iterator[str]:
        """Words that begin so."""
        for place in range(bisect_left(self.words, typed), len(self.words)):
            if not self.words[place].startswith(typed):
                return
            yield self.words[place]

    def slips(self, typed: str) -> Iterator[tuple[str, int]]:
        """Words that begin so but for one slip, each perhaps several times."""
        if len(typed) < SHORTEST:
            return
        for word in self._first_right(typed):
            left = slip(typed, word)
            if left is not None:
                yield word, left

    def _first_right(self, typed: str) -> Iterator[str]:
        yield from self._firsts.get(typed[0], ())
        yield from self.beginning(typed[1:])  # the first is too many
        yield from self.beginning(typed[1] + typed[0] + typed[2:])  # the first two are swapped
        yield from self._after(typed[1:])  # the first is wrong
        yield from self._after(typed)  # the first is left out

    def _after(self, tail: str) -> Iterator[str]:
        """Words that go on like this behind their first letter."""
        for place in range(bisect_left(self._tails, (tail, "")), len(self._tails)):
            rest, word = self._tails[place]
            if not rest.startswith(tail):
                return
            yield word
