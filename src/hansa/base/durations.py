"""Durations as people write them in a city folder: `30 s`, `10 min`, `2 h`, `1 d`.

ISO 8601's `PT10M` is easily mistaken (P10M is ten months), and a rule is read by people who
keep a duty, so the unit stands there as a word.
"""

import re

_FORM = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h|d)")
_MICROS = {"s": 1_000_000, "min": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}


def parse_duration(text: str) -> int:
    """Microseconds of `text`; ValueError says what is expected."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not a duration such as 30 s, 10 min, 2 h or 1 d")
    return round(float(found.group(1)) * _MICROS[found.group(2)])


_WORDS = {
    "en": ("d", "h", "min", "s"),
    "ru": ("д", "ч", "мин", "с"),
    "uk": ("д", "год", "хв", "с"),
}


def duration_text(micros: int, language: str) -> str:
    """The two largest units that count: `2 h 30 min`. Signs of units need no plural forms."""
    words = _WORDS.get(language, _WORDS["en"])
    seconds = micros // 1_000_000
    parts = []
    for word, size in zip(words, (86_400, 3_600, 60, 1), strict=True):
        number, seconds = divmod(seconds, size)
        if number:
            parts.append(f"{number} {word}")
    return " ".join(parts[:2]) or f"0 {words[-1]}"
