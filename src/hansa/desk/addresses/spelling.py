"""How addresses are spelled, and every spelling as one: pure functions over `spelling.yaml`.

A name is compared by its sound in plain Latin letters: Ленина, Леніна and Lenina are `lenina`.
Where people write a letter in several ways (х as kh or h) a name has several sounds, and whoever
types one of them finds it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path

import msgspec

from hansa.base import yamlfile
from hansa.desk.addresses.typos import SHORTEST, Heard, alike

_APART = re.compile(r"[\s,;.()\"«»„“”]+")
_UNSIGNED = re.compile(r"[\W_]+")
_UNSOUNDED = re.compile(r"[^a-z0-9]+")
_TWICE = re.compile(r"([a-z])\1+")
_LONG = 5  # letters of a word for a kind that is known with a slip too
_SCHEMES = ("ru", "uk", "iso", "plain")


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    streets: dict[str, tuple[str, ...]]
    house: frozenset[str]
    block: frozenset[str]
    building: frozenset[str]
    letter: frozenset[str]
    flat: frozenset[str]
    town: frozenset[str]
    latin: dict[str, dict[str, str]]
    alike: tuple[tuple[tuple[str, ...], str], ...]
    looks: dict[str, str]
    social: dict[str, tuple[str, ...]]
    keyboards: tuple[str, str]


@dataclass(frozen=True)
class Spelling:
    """The words and letters of `spelling.yaml`, made ready for use."""

    file: _File

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """The sound of a word for a kind of street -> the kind."""
        return {heard.sound: kind for heard, kind in self._heard_kinds}

    def kind(self, word: str, *, loose: bool = False) -> str | None:
        """The kind of street that a word stands for; `loose`: with one slip in it."""
        heard = self.heard(word)
        found = self.kinds.get(heard.sound)
        if found is None and loose and len(heard.sound) >= SHORTEST:
            long = (one for one in self._heard_kinds if len(one[0].sound) >= _LONG)
            found = next((kind for known, kind in long if alike(heard, known)), None)
        return found

    @cached_property
    def _heard_kinds(self) -> tuple[tuple[Heard, str], ...]:
        given = reversed(self.file.streets.items())
        return tuple((self.heard(word), kind) for kind, words in given for word in words)

    @cached_property
    def _tables(self) -> tuple[dict[int, str], ...]:
        base = self.file.latin["ru"]
        schemes = (base | self.file.latin[name] for name in _SCHEMES)
        return tuple({ord(letter): latin for letter, latin in one.items()} for one in schemes)

    @cached_property
    def _alike(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        return tuple((re.compile("|".join(many)), one) for many, one in self.file.alike)

    # ---- sounds

    def sound(self, word: str) -> str:
        """How a word sounds, as one types it."""
        return self._sounded(plain(word), self._tables[0])

    def sounds(self, word: str) -> tuple[str, ...]:
        """How a word of a name may be written by others, the usual way first."""
        base = plain(word)
        usual = [self._sounded(base, table) for table in self._tables]
        return tuple(dict.fromkeys((*usual, _TWICE.sub(r"\1", usual[0]))))

    def heard(self, word: str) -> Heard:
        """A word by its sound, and with one sign for each letter."""
        signs = _UNSIGNED.sub("", plain(word).translate(self._signs))
        return Heard(self.sound(word), signs)

    @cached_property
    def _signs(self) -> dict[int, str]:
        """Letters that Latin writes with several stand for themselves."""
        given = self._tables[0].items()
        return {one: chr(one) if len(latin) > 1 else latin for one, latin in given}

    def _sounded(self, base: str, table: Mapping[int, str]) -> str:
        text = base.translate(table)
        if not text.isascii():
            text = unicodedata.normalize("NFD", text)
        for pattern, one in self._alike:
            text = pattern.sub(one, text)
        return _UNSOUNDED.sub("", text)

    def letter(self, letter: str) -> tuple[str, ...]:
        """One letter of a house number, by its sound and by its look."""
        sounds = [self.sound(letter)]
        if letter in self.file.looks:
            sounds.append(self.sound(self.file.looks[letter]))
        return tuple(dict.fromkeys(sounds))

    def other_keyboard(self, text: str) -> tuple[str, ...]:
        """What the same keys give on the other keyboard."""
        one, other = self.file.keyboards
        lower = text.casefold()
        tables = (str.maketrans(one, other), str.maketrans(other, one))
        return tuple(read for table in tables if (read := lower.translate(table)) != lower)

    # ---- words

    def name_words(
        self, words: Iterable[str], *, loose: bool = False
    ) -> tuple[tuple[str, ...], frozenset[str]]:
        """The words of a street's name without its kind, and the kinds that stood there."""
        given = [(word, self.kind(word, loose=loose)) for word in words if word]
        kinds = frozenset(kind for _, kind in given if kind is not None)
        bare = tuple(word for word, kind in given if kind is None)
        if not bare:  # Набережная улица: what is left is the name
            bare = tuple(word for word, kind in given if kind != "street")
        return bare or tuple(word for word, _ in given), kinds

    def category(self, name: str) -> str:
        """What a social object is, by its name."""
        text = f" {plain(name)}"
        for category, words in self.file.social.items():
            if any(f" {word}" in text for word in words):
                return category
        return "other"


def plain(text: str) -> str:
    """Lower case, composed letters, no apostrophes."""
    lower = unicodedata.normalize("NFC", text).casefold()
    return lower.replace("'", "").replace("’", "").replace("ʼ", "").replace("`", "")


def words_of(text: str) -> tuple[str, ...]:
    """The words of an address: apart where spaces, commas and dots stand."""
    return tuple(one for one in _APART.split(plain(text)) if one.strip("-"))


def load_spelling() -> Spelling:
    """The spelling that is in the package."""
    path = Path(str(resources.files("hansa.desk.addresses") / "spelling.yaml"))
    return Spelling(yamlfile.load(path, _File))
