"""How people are known in texts: by what they are found, and what looks like them.

A person is found exactly: by the digits of a telephone, an e-mail address, the words of a name. So
what is compared is brought into one form first, and only a keyed mark of it is kept. The patterns
are for a city that may hold no personal data: they would rather refuse a date too many than keep a
telephone, and say which of the two they took it for.
"""

import re
from collections.abc import Sequence

from hansa.base.vocabulary import Tells

_NATIONAL = 10  # digits that tell a subscriber apart, whatever stands before them (+7, 8, 0, +1)
_FEWEST = 5
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "`": "'", "ё": "е"})


def telephone(text: str) -> str:
    """The digits a telephone is compared by; empty where it is none."""
    digits = "".join(str(int(one)) for one in text if one.isdecimal())
    return digits[-_NATIONAL:] if len(digits) >= _FEWEST else ""


def email(text: str) -> str:
    """An e-mail address in the form it is compared in; empty where it is none."""
    plain = text.strip().casefold()
    return plain if "@" in plain else ""


def name_words(text: str) -> tuple[str, ...]:
    """The words of a name in the form they are compared in, in the order of letters."""
    plain = text.casefold().translate(_APOSTROPHES)
    return tuple(sorted(re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", plain)))


def found_by(tells: Tells, value: object) -> bytes | None:
    """What an exact search asks for; None where nobody is found by such a value."""
    if not isinstance(value, str):
        return None
    if tells == "telephone":
        form = telephone(value)
    elif tells == "email":
        form = email(value)
    elif tells == "name":
        form = " ".join(name_words(value))
    else:
        return None
    return form.encode() or None


_FIGURES = re.compile(
    r"\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}:\d\d(?::\d\d)?"
)
_CAPITAL = r"[A-ZА-ЯІЇЄҐЁ]"
_LOOKS: Sequence[tuple[Tells, re.Pattern[str]]] = (
    ("email", re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\W\d_]{2,}")),
    ("telephone", re.compile(r"(?<!\w)\+?\d(?:[\s().\-–‑/]{0,3}\d){6,14}(?!\w)")),
    ("telephone", re.compile(r"(?<!\w)\d{2,3}[-–‑]\d\d[-–‑]\d\d(?!\w)")),
    ("name", re.compile(rf"{_CAPITAL}[\w'’ʼ-]+\s+{_CAPITAL}\.\s?{_CAPITAL}\.")),
    ("name", re.compile(rf"(?<!\w){_CAPITAL}\.\s?{_CAPITAL}\.\s?{_CAPITAL}[\w'’ʼ-]+")),
    (
        "name",
        re.compile(
            r"[А-ЯІЇЄҐЁ]\w+\s+[А-ЯІЇЄҐЁ]\w*(?:ович|евич|йович|ьич|овна|евна|ична|івна|ївна)\b"
        ),
    ),
    ("name", re.compile(r"\b(?:Mr|Mrs|Ms|Dr)\.?\s+[A-Z][a-z]+")),
    ("name", re.compile(r"\b(?:меня зовут|мене звати|my name is)\b", re.IGNORECASE)),
    (
        "flat",
        re.compile(r"\b(?:кв|квартира|кв-ра|apt|apartment|flat)\b\.?\s*[№#]?\s*\d", re.IGNORECASE),
    ),
)


def looks_like(text: str) -> Tells | None:
    """What of a person a text seems to hold; None where nothing does. Dates and hours do not."""
    plain = _FIGURES.sub(" ", text)
    return next((tells for tells, pattern in _LOOKS if pattern.search(plain)), None)
