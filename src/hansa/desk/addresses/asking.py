"""What somebody may mean by what was typed: a street, and perhaps a house. Pure.

Streets have numbers in their names (9 Мая, 1-я Линия) and some write the house first, so a text
may be read in several ways; all are tried and the best finds win.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hansa.desk.addresses import numbers
from hansa.desk.addresses.spelling import Spelling, words_of
from hansa.desk.addresses.typos import Heard

LONGEST = 120  # characters that are looked at
_GLUED = re.compile(r"([^\W\d_]{3,})(\d)")
_FEWEST = 2  # letters before anything is looked for


@dataclass(frozen=True, slots=True)
class Ask:
    """One way to read a text: the street's words, its kind if said, keys of the house."""

    words: tuple[Heard, ...]
    kinds: frozenset[str]
    house: tuple[str, ...]
    number: str = ""


def readings(spelling: Spelling, text: str, *, loose: bool = False) -> tuple[Ask, ...]:
    """Every way to read the text, without the flat that may stand at its end.

    `loose`: the slip may be in the word for the kind of street.
    """
    tokens = _without_flat(spelling, words_of(_GLUED.sub(r"\1 \2", text[:LONGEST])))
    ways = [tokens]
    if len(tokens) > 2 and tokens[0] in spelling.file.town:
        ways.append(tokens[2:])
    asks = (_ask(spelling, *one, loose=loose) for way in ways for one in _parted(spelling, way))
    return tuple(dict.fromkeys(one for one in asks if one is not None))


def _without_flat(spelling: Spelling, tokens: Sequence[str]) -> Sequence[str]:
    for place, token in enumerate(tokens):
        if place > 1 and token in spelling.file.flat:
            return tokens[:place]
    return tokens


def _parted(
    spelling: Spelling, tokens: Sequence[str]
) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Street and house: the house at the end, at the beginning, or not said yet."""
    for place in range(1, len(tokens)):
        if tokens[place].lstrip("№#")[:1].isdigit():
            yield _street(spelling, tokens[:place]), tokens[place:]
    if len(tokens) > 1 and tokens[0][:1].isdigit():
        yield tokens[1:], tokens[:1]
    yield _street(spelling, tokens), ()
    yield tokens, ()


def _street(spelling: Spelling, tokens: Sequence[str]) -> Sequence[str]:
    """Without the word that announces the house: Ленина, дом."""
    last = len(tokens)
    while last > 1 and tokens[last - 1] in spelling.file.house:
        last -= 1
    return tokens[:last]


def _ask(
    spelling: Spelling, street: Sequence[str], house: Sequence[str], *, loose: bool
) -> Ask | None:
    bare, kinds = spelling.name_words(street, loose=loose)
    words = tuple(one for word in bare if (one := spelling.heard(word)).sound)
    if not words or (sum(len(one.sound) for one in words) < _FEWEST and not kinds):
        return None
    number = " ".join(house)
    return Ask(words, kinds, numbers.keys(spelling, number), number)
