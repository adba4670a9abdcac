"""Sentences of the report in every language of the city. Pure, given the texts.

Plural categories are those of CLDR. Three languages need three short rules; a locale library
would bring ten megabytes for them. A language without a rule here says its `other` form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from importlib import resources
from pathlib import Path
from typing import TypeAlias

from hansa.base import yamlfile
from hansa.base.symbols import symbols
from hansa.desk.report.model import Words

Forms: TypeAlias = str | dict[str, str]
_FALLBACK = "en"
_SILENT = ("", "C62")
_SLAVIC = ("ru", "uk")
_GROUPED = 10_000  # below, Russian and Ukrainian write no space
_NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Texts in the languages of one city."""

    languages: Sequence[str]
    texts: Mapping[str, Mapping[str, Forms]]
    signs: Mapping[str, Words] = field(default_factory=symbols)

    def say(self, name: str, n: float | None = None, **fields: Words | str) -> Words:
        """A sentence; `n` chooses the plural form and stands for {n}."""
        return {one: self._say(one, name, n, fields) for one in self.languages}

    def number(self, value: float, digits: int, unit: str = "") -> Words:
        """A number as each language writes it, with the unit's symbol where it has one."""
        return {one: self._measure(value, digits, unit, one) for one in self.languages}

    def text(self, words: Words, **fields: Words) -> Words:
        """Words of the city's folder with their fields filled in."""
        return {one: _filled(spoken(words, one), one, fields) for one in self.languages}

    def all(self, words: Words) -> Words:
        """Words in the languages of the city, the nearest one where a language is missing."""
        return {one: spoken(words, one) for one in self.languages}

    def join(self, parts: Sequence[Words], between: str) -> Words:
        """Several texts as one."""
        return {one: between.join(part[one] for part in parts) for one in self.languages}

    def _measure(self, value: float, digits: int, unit: str, language: str) -> str:
        number = _decimal(value, digits, language)
        if unit in _SILENT:
            return number
        symbol = spoken(self.signs.get(unit) or {}, language) or unit
        return f"{number}{_NBSP}{symbol}"

    def _say(
        self, language: str, name: str, n: float | None, fields: Mapping[str, Words | str]
    ) -> str:
        of = self.texts[name]
        forms = of.get(language) or of[_FALLBACK]
        told = language if language in of else _FALLBACK
        if isinstance(forms, dict):
            forms = forms.get(plural(told, n or 0)) or forms["other"]
        number = {} if n is None else {"n": {language: _decimal(n, 0, language)}}
        return _filled(forms, language, {**number, **fields})


def load_texts() -> Mapping[str, Mapping[str, Forms]]:
    """The sentences of the package."""
    path = Path(str(resources.files("hansa.desk.report") / "texts.yaml"))
    return yamlfile.load(path, dict[str, dict[str, str | dict[str, str]]])


def plural(language: str, n: float) -> str:
    """The plural category (CLDR) of a number: one, few, many or other."""
    whole = int(n)
    if whole != n:
        return "other"
    if language == "en":
        return "one" if whole == 1 else "other"
    if language not in _SLAVIC:
        return "other"
    tens, ones = whole % 100, whole % 10
    if ones == 1 and tens != 11:
        return "one"
    if ones in (2, 3, 4) and tens not in (12, 13, 14):
        return "few"
    return "many"


def spoken(words: Words, language: str) -> str:
    """The words in a language, else in English, else in whichever there is."""
    return words.get(language) or words.get(_FALLBACK) or next(iter(words.values()), "")


def rounded(value: float, digits: int) -> Decimal:
    """A half goes away from zero, as in the console: one number, one spelling."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _filled(template: str, language: str, fields: Mapping[str, Words | str]) -> str:
    for name, given in fields.items():
        text = given if isinstance(given, str) else spoken(given, language)
        template = template.replace("{" + name + "}", text)
    return template


def _decimal(value: float, digits: int, language: str) -> str:
    text = f"{rounded(value, digits):,f}"
    if language in _SLAVIC:
        gap = _NBSP if abs(value) >= _GROUPED else ""
        text = text.replace(",", gap).replace(".", ",")
    return text
