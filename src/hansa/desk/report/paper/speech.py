"""Numbers, days and words of a printed report in one language; pure, given the words.

The console leaves this to the browser; on paper there is none, and a locale library would bring
ten megabytes for three languages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hansa.base import yamlfile
from hansa.base.symbols import symbols
from hansa.base.times import parse_instant
from hansa.desk.report.speaking import rounded

LANGUAGES = ("en", "ru", "uk")
NBSP = "\u00a0"
MINUS = "\u2212"
_COUNT = "C62"
_GROUPED = 10_000  # below, Russian and Ukrainian write no space


@cache
def all_words() -> Mapping[str, Mapping[str, str]]:
    """The words of the printed report by language and key."""
    path = Path(str(resources.files("hansa.desk.report.paper") / "words.yaml"))
    return yamlfile.load(path, dict[str, dict[str, str]])


@cache
def _symbols() -> Mapping[str, Mapping[str, str]]:
    return symbols()


@dataclass(frozen=True, slots=True)
class Speech:
    """How one language says things, in the zone of one city."""

    language: str
    zone: ZoneInfo

    @property
    def words(self) -> Mapping[str, str]:
        """Every word that stands alone."""
        return all_words()[self.language]

    def say(self, key: str, **given: str) -> str:
        """The words of a key with what belongs in their braces."""
        return self.words[key].format_map(given)

    def text(self, texts: Mapping[str, str] | None) -> str:
        """A text of the report in this language, or in the best one there is."""
        if not texts:
            return ""
        return texts.get(self.language) or texts.get("en") or next(iter(texts.values()))

    def sentence(self, texts: Mapping[str, str] | None) -> str:
        """The same, as the begin of a line."""
        text = self.text(texts)
        return text[:1].upper() + text[1:]

    # ---- numbers

    def number(self, value: float | None, digits: int = 0) -> str:
        """`1,204.5`, `1 204,5`; a hyphen never stands for a minus."""
        if value is None:
            return self.say("unknown")
        text = f"{rounded(abs(value), digits):,f}"
        if self.language != "en":
            gap = NBSP if abs(value) >= _GROUPED else ""
            text = text.replace(",", gap).replace(".", ",")
        negative = value < 0 and any(sign in "123456789" for sign in text)
        return f"{MINUS}{text}" if negative else text

    def unit(self, code: str) -> str:
        """The symbol of a unit; a count has none."""
        if code == _COUNT or not code:
            return ""
        return self.text(_symbols().get(code)) or code

    def measure(self, value: float | None, digits: int, code: str) -> str:
        """A number with its unit."""
        unit = self.unit(code) if value is not None else ""
        return self.number(value, digits) + (f"{NBSP}{unit}" if unit else "")

    def change(self, value: float, before: float, digits: int) -> str:
        """The difference with its sign; nothing where there is none to be seen."""
        text = self.number(value - before, digits)
        if not any(sign in "123456789" for sign in text):
            return ""
        return text if text.startswith(MINUS) else f"+{text}"

    # ---- times

    def day(self, day: date) -> str:
        """`Wednesday, 15 July 2015`: day before month, as European desks read it."""
        weekday = self._listed("weekdays")[day.weekday()]
        return f"{weekday[0].upper()}{weekday[1:]}, {self._date(day)} {day.year}"

    def moment(self, instant: str, near: str | None = None) -> str:
        """An instant in the city's zone; of the day of `near` the time alone."""
        there = self._there(instant)
        clock = f"{there:%H:%M}"
        if near is None:
            return f"{self._date(there)} {there.year}, {clock}"
        other = self._there(near)
        if other.date() == there.date():
            return clock
        year = "" if other.year == there.year else f" {there.year}"
        return f"{self._date(there)}{year}, {clock}"

    def span(self, since: str, until: str) -> str:
        """`14 h`: how long in the largest unit of which there are two."""
        minutes = int((parse_instant(until) - parse_instant(since)).total_seconds() // 60)
        amount, word = max(minutes, 0), "minutes"
        if minutes >= 48 * 60:
            amount, word = minutes // (24 * 60), "days"
        elif minutes >= 100:
            amount, word = minutes // 60, "hours"
        return f"{amount}{NBSP}{self.say(word)}"

    def _there(self, instant: str) -> datetime:
        return parse_instant(instant).astimezone(self.zone)

    def _date(self, day: date) -> str:
        return f"{day.day}{NBSP}{self._listed('months')[day.month - 1]}"

    def _listed(self, key: str) -> Sequence[str]:
        return self.say(key).split()


def speech_for(document: Mapping[str, Any], language: str) -> Speech:
    """The speech of a report's city; English where a language is not spoken here."""
    known = language if language in LANGUAGES else "en"
    return Speech(known, ZoneInfo(document["city"]["zone"]))
