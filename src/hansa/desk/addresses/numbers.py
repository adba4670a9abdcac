"""House numbers in the many ways people write them, as keys that compare. Pure.

12а, 12 А, 12-a and 12A are one house; so are 12к2, 12 к. 2 and 12 корп. 2. A letter has the key of
its sound and, where it is Latin and looks like a Cyrillic one, the key of its look.
"""

import re
from itertools import product

from hansa.desk.addresses.spelling import Spelling, plain

_PARTS = re.compile(r"\d+|[^\W\d_]+|/|-")
_LEADING = re.compile(r"\d+")
_MOST = 8  # keys of one number


def keys(spelling: Spelling, text: str) -> tuple[str, ...]:
    """The keys of a house number, the usual one first; none where it says nothing."""
    given = _PARTS.findall(plain(text))
    while given and given[0] in spelling.file.house:
        given.pop(0)
    parts = [one for part in given if (one := _part(spelling, part))]
    whole = tuple(_joined(parts, place) for place in range(len(parts)))
    found = ["".join(one) for one in product(*whole)] if len(parts) < _MOST else [plain(text)]
    return tuple(dict.fromkeys(key for key in found[:_MOST] if key))


def _part(spelling: Spelling, part: str) -> tuple[str, ...]:
    file = spelling.file
    if part in file.block:
        return ("k",)
    if part in file.building:
        return ("s",)
    if part in file.letter:
        return ()
    if len(part) == 1 and part.isalpha():
        return spelling.letter(part)
    return (spelling.sound(part),) if part.isalpha() else (part,)


def _joined(parts: list[tuple[str, ...]], place: int) -> tuple[str, ...]:
    """A part as it stands in the key: a dash counts between digits only."""
    part = parts[place]
    if part != ("-",):
        return part
    around = (parts[place - 1 : place], parts[place + 1 : place + 2])
    digits = all(side and side[0][0].isdigit() for side in around)
    return ("-",) if digits else ("",)


def order(house: str) -> tuple[int, str]:
    """Houses in the order of a street: 2 before 12, 12 before 12а."""
    found = _LEADING.search(house)
    return (int(found[0][:9]) if found else 0, plain(house))
