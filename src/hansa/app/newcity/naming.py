"""Names out of spreadsheets: a key for each, and which of them mean the same. Pure."""

import re
import unicodedata
from collections.abc import Collection, Sequence

from hansa.app.newcity.model import Company

_LONGEST = 40
_APART = re.compile(r"[^\w]+")
_BRACKETS = re.compile(r"\([^)]*\)")
_NO_KEY = re.compile(r"[^a-z0-9]+")
_LATIN = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e", "є": "ie",
        "ж": "zh", "з": "z", "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m",
        "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh",
        "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e",
        "ю": "iu", "я": "ia", "'": "", "’": "", "ʼ": "",
    }
)  # fmt: skip


def key_of(name: str, taken: Collection[str] = ()) -> str:
    """A key of Latin letters, digits and hyphens that is not taken; "" where nothing is left."""
    latin = unicodedata.normalize("NFC", name).casefold().translate(_LATIN)
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    base = _NO_KEY.sub("-", plain).strip("-")[:_LONGEST].strip("-")
    number, found = 1, base
    while base and found in taken:
        number += 1
        found = f"{base}-{number}"
    return found


def normal(name: str) -> str:
    """The name without case, quotation marks and other signs."""
    text = unicodedata.normalize("NFC", name).casefold().replace("ё", "е")
    return " ".join(_APART.sub(" ", text).split())


def meant(companies: Sequence[Company], name: str) -> Company | None:
    """The one organisation that a name means: its key, its name, or words that only one has."""
    wanted = normal(name)
    for one in companies:
        if name.strip() == one.key or (wanted and wanted == normal(one.name)):
            return one
    bare = _bare(name)
    near = [one for one in companies if bare and _within(bare, _bare(one.name))]
    return near[0] if len(near) == 1 else None


def _bare(name: str) -> str:
    """The name without what stands in brackets."""
    return normal(_BRACKETS.sub(" ", name))


def _within(one: str, other: str) -> bool:
    return f" {one} " in f" {other} " or f" {other} " in f" {one} "
