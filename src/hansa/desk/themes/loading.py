"""`themes.yaml` of a city's folder, refused with file, line and field where it is wrong."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import Path

import msgspec

from hansa.base import yamlfile
from hansa.base.problems import BadFile
from hansa.base.vocabulary import Vocabulary
from hansa.desk.themes.model import CallKind, Catalogue, Learning, Theme

FILE = "themes.yaml"
_LONGEST = 300  # characters of an example: a sentence of a caller, not a letter


class ThemeEntry(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """One theme as the folder says it."""

    words: dict[str, str]
    sector: str
    resource: str = ""
    kind: CallKind = CallKind.REPAIR
    service_minutes: float | None = None
    incident_type: str = ""
    examples: tuple[str, ...] = ()


class ThemesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members of `themes.yaml`."""

    themes: dict[str, ThemeEntry]
    alone: float | None = None
    least: int = 300
    every: int = 100


def load_themes(
    folder: Path,
    vocabulary: Vocabulary,
    languages: Sequence[str],
    incident_types: Collection[str],
) -> Catalogue:
    """The catalogue of a city, empty where it has no file; BadFile says what is wrong."""
    path = folder / FILE
    if not path.exists():
        return Catalogue()
    given = _read(path)
    reader = _Reader(path, vocabulary, languages, incident_types)
    return Catalogue(
        {key: reader.theme(key, one) for key, one in given.themes.items()}, reader.learning(given)
    )


def _read(path: Path) -> ThemesFile:
    """The file by its shape. What is wrong in one of many themes is named by that theme."""
    try:
        return yamlfile.load(path, ThemesFile)
    except BadFile:
        data = yamlfile.load_plain(path)
        themes = data.get("themes") if isinstance(data, dict) else None
        for key in themes if isinstance(themes, dict) else ():
            yamlfile.load_member(path, ThemeEntry, "themes", key)
        raise


class _Reader:
    """Reads one file and knows where in it a member stands."""

    def __init__(
        self,
        path: Path,
        vocabulary: Vocabulary,
        languages: Sequence[str],
        incident_types: Collection[str],
    ) -> None:
        self._path = path
        self._sectors = {one.name for one in vocabulary.sectors}
        self._resources = {one.name for one in vocabulary.resources}
        self._languages = languages
        self._types = incident_types

    def learning(self, given: ThemesFile) -> Learning:
        if given.alone is not None and not 0.5 < given.alone < 1:
            raise self._bad("a precision is above 0.5 and below 1", "alone")
        for name in ("least", "every"):
            if getattr(given, name) < 1:
                raise self._bad("is at least 1", name)
        return Learning(given.alone, given.least, given.every)

    def theme(self, key: str, given: ThemeEntry) -> Theme:
        place = ("themes", key)
        self._known(given.sector, self._sectors, *place, "sector")
        if given.resource:
            self._known(given.resource, self._resources, *place, "resource")
        if given.incident_type:
            self._known(given.incident_type, self._types, *place, "incidentType")
        if missing := [one for one in self._languages if not given.words.get(one, "").strip()]:
            raise self._bad(f"no words in {', '.join(missing)}", *place, "words")
        if given.service_minutes is not None and given.service_minutes <= 0:
            raise self._bad("minutes are more than 0", *place, "serviceMinutes")
        for index, phrase in enumerate(given.examples):
            if not 0 < len(phrase.strip()) <= _LONGEST:
                raise self._bad(f"1 to {_LONGEST} characters", *place, "examples", index)
        return _made(key, given)

    def _known(self, name: str, known: Collection[str], *steps: str | int) -> None:
        if name not in known:
            remedy = f"one of {', '.join(sorted(known))}"
            raise self._bad(f"there is no {name!r}", *steps, remedy=remedy)

    def _bad(self, detail: str, *steps: str | int, remedy: str = "") -> BadFile:
        line = yamlfile.line_of(self._path, *steps)
        return BadFile(detail, where=f"{line} {'.'.join(map(str, steps))}", remedy=remedy)


def _made(key: str, given: ThemeEntry) -> Theme:
    minutes = given.service_minutes
    return Theme(
        key=key,
        words=given.words,
        sector=given.sector,
        resource=given.resource,
        kind=given.kind,
        service=None if minutes is None else timedelta(minutes=minutes),
        incident_type=given.incident_type,
        examples=given.examples,
    )
