"""Names in the languages of a city: what its folder's `words/` say, found by a name in one of them.

A source gives the name of a district, a post or a company in one language. Where the same words
stand in the city's own words under a key, every other language of it is known too; where not, the
name stays as the source gave it, in all languages alike.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from hansa.base import yamlfile

Glossary: TypeAlias = Mapping[str, Mapping[str, str]]
"""A name in any language -> the name by language."""


def city_words(folder: Path) -> dict[str, dict[str, str]]:
    """The city's own words by language and key."""
    files = sorted((folder / "words").glob("*.yaml"))
    return {path.stem: yamlfile.load(path, dict[str, str]) for path in files}


def load_glossary(folder: Path) -> Glossary:
    """The names of a city's folder."""
    return glossary(city_words(folder))


def glossary(words: Mapping[str, Mapping[str, str]]) -> Glossary:
    """The names out of words by language; what two keys call alike is the first one's."""
    found: dict[str, Mapping[str, str]] = {}
    keys = dict.fromkeys(key for of in words.values() for key in of)
    for key in keys:
        named = {language: of[key] for language, of in words.items() if key in of}
        for name in named.values():
            found.setdefault(name, named)
    return found


def in_language(names: Glossary, name: str, language: str) -> str:
    """The name in a language, or as it was given."""
    return names.get(name, {}).get(language, name)
