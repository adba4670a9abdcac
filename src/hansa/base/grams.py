"""A text as numbers that nobody reads back: hashed stems, pairs of stems, and pieces of words.

Who learns from texts (the helper process) and who asks (the serving one) must see a text alike, so
this stands below both. Numbers are left out, for they are houses, flats and telephones. Stems are
cut by a short list of endings, Russian, Ukrainian and English together: with the pieces of words
beside them this measured as well as a dictionary of forms, and costs no memory.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from zlib import crc32

SPACE = 1 << 18  # numbers there are: the lower half for words, the upper for pieces of them
LONGEST = 2000  # characters of a text that are looked at

_HALF = SPACE // 2
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_PLAIN = str.maketrans({"ё": "е", "ґ": "г", "'": None, "’": None, "ʼ": None})
_PIECES = range(3, 6)
_STEM = 7  # letters; what goes beyond tells little more
_LEAST = 3  # letters of a stem
_REFLEXIVE = ("ся", "сь")
_SAID = """\
иями ями ами ией ого его ому ему ыми ими иях ах ях ам ям ой ей ою ею ов ев ем ом ых их
ый ий ая яя ое ее ые ие ую юю ия ию ии ью ья ье ьи а я о е ы и у ю ь й
ать ять еть ить уть ають ают яют уют еют ает яет ует еет ит ят ат ут ют ешь ишь ете
ите ал ял ел ил ул ала яла ела ила ула али яли ели или ули ало яло ело ило уло ла ло ли
л т ть ющий ющая ющее ющие ащий нный нная нное нные на но ны н
ові еві єві ього ьому єю їй ій їх ів їв і ї є ти тися ає яє ує іє їть ємо емо имо єте
ав яв ив ів в ні ний
ing ed es s
"""
_ENDINGS = frozenset(_SAID.split())  # Russian and Ukrainian ones do not hinder each other
_LONGEST_ENDING = max(map(len, _ENDINGS))


def words(text: str) -> list[str]:
    """The words of a text as they are compared: small letters, without numbers."""
    return _WORD.findall(text[:LONGEST].lower().translate(_PLAIN))


def stem(word: str) -> str:
    """The word without its ending, and not longer than tells it from others."""
    if word.endswith(_REFLEXIVE) and len(word) > _LEAST + 3:
        word = word[:-2]
    for length in range(min(_LONGEST_ENDING, len(word) - _LEAST), 0, -1):
        if word[-length:] in _ENDINGS:
            return word[:-length][:_STEM]
    return word[:_STEM]


def counted(text: str) -> Counter[int]:
    """How often each number stands in the text."""
    found = words(text)
    stems = [stem(one) for one in found]
    return Counter(_numbers(stems, found))


def is_piece(number: int) -> bool:
    """Whether the number is of a piece of a word, not of a word or a pair."""
    return number >= _HALF


def _numbers(stems: list[str], found: Iterable[str]) -> Iterator[int]:
    for one in stems:
        yield crc32(one.encode()) % _HALF
    for first, second in pairwise(stems):
        yield crc32(f"{first} {second}".encode()) % _HALF
    for word in found:
        padded = f" {word} "
        for length in _PIECES:
            for start in range(max(1, len(padded) - length + 1)):
                yield _HALF + crc32(padded[start : start + length].encode()) % _HALF
