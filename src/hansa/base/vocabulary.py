"""The vocabulary: types and attributes as data, read once and handed to the rooms.

Names and IRIs are those of Smart Data Models where a model exists. A short name stands for
one IRI in the whole vocabulary, so that a canonical name is never ambiguous.
"""

from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from hansa.base import yamlfile
from hansa.base.problems import BadFile

OWN = "urn:hansa:vocabulary:"

Tells: TypeAlias = Literal["name", "telephone", "email", "address", "flat", "text", "key", "other"]
"""What a personal value tells: who somebody is, how to reach them, where they live (a house, which
may be anybody's, or their flat), words that may speak of anybody; `key` opens something that is
sealed and tells nothing itself."""


class AttributeDef(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One attribute: its IRI, kind (4.5 of GS CIM 009), privacy class and UN/CEFACT unit."""

    iri: str = ""
    kind: str = "Property"
    privacy: str = "restricted"
    unit: str | None = None
    index: bool = False
    words: dict[str, str] = msgspec.field(default_factory=dict)
    note: str = ""


class TypeDef(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entity type with its attributes. `governs`: its entities say who may do what."""

    iri: str = ""
    sector: str = ""
    words: dict[str, str] = msgspec.field(default_factory=dict)
    attributes: dict[str, AttributeDef] = msgspec.field(default_factory=dict)
    note: str = ""
    governs: bool = False


class Persons(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What entities of a type tell about people, attribute by attribute.

    `about`: relationships to the entity whose person they speak of (the notes on a call are about
    its caller).
    """

    tells: dict[str, Tells] = msgspec.field(default_factory=dict)
    about: tuple[str, ...] = ()


class Severity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One step of the one scale, with the CAP 1.2 severity it maps to."""

    name: str
    cap: str
    words: dict[str, str] = msgspec.field(default_factory=dict)


class Sector(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A municipal sector as the screens name it."""

    name: str
    words: dict[str, str] = msgspec.field(default_factory=dict)


class Resource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What houses are supplied with. `sector`: whose alerts a cut explains."""

    name: str
    sector: str = ""
    words: dict[str, str] = msgspec.field(default_factory=dict)


class VocabularyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file of the vocabulary folder; every member may be absent."""

    types: dict[str, TypeDef] = msgspec.field(default_factory=dict)
    severity: tuple[Severity, ...] = ()
    sectors: tuple[Sector, ...] = ()
    resources: tuple[Resource, ...] = ()
    persons: dict[str, Persons] = msgspec.field(default_factory=dict)


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """The whole vocabulary. `terms` maps each short name to its IRI, both ways unique."""

    types: Mapping[str, TypeDef]
    severity: tuple[Severity, ...]
    sectors: tuple[Sector, ...]
    terms: Mapping[str, str]
    resources: tuple[Resource, ...] = ()
    persons: Mapping[str, Persons] = msgspec.field(default_factory=dict)

    @property
    def indexed(self) -> frozenset[str]:
        """Attributes whose values the store keeps in an index."""
        return frozenset(
            name
            for definition in self.types.values()
            for name, attribute in definition.attributes.items()
            if attribute.index
        )

    @property
    def governing(self) -> frozenset[str]:
        """Types whose entities govern access: guard hears of each change in its commit."""
        return frozenset(name for name, one in self.types.items() if one.governs)


def load_vocabulary(folder: Path | None = None) -> Vocabulary:
    """Read every YAML of the folder (default: the one in the package)."""
    home = folder or Path(str(resources.files("hansa") / "vocabulary"))
    files = [(path, yamlfile.load(path, VocabularyFile)) for path in sorted(home.glob("*.yaml"))]
    types: dict[str, TypeDef] = {}
    for path, file in files:
        for name, definition in file.types.items():
            if name in types:
                raise BadFile(
                    f"the type {name} stands in two files",
                    where=yamlfile.line_of(path, "types", name),
                )
            types[name] = definition
    return Vocabulary(
        types=types,
        severity=tuple(step for _, file in files for step in file.severity),
        sectors=tuple(sector for _, file in files for sector in file.sectors),
        terms=_terms(types),
        resources=tuple(one for _, file in files for one in file.resources),
        persons={name: one for _, file in files for name, one in file.persons.items()},
    )


def _terms(types: Mapping[str, TypeDef]) -> Mapping[str, str]:
    terms: dict[str, str] = {}
    for name, iri in _pairs(types):
        if terms.setdefault(name, iri) != iri:
            raise BadFile(
                f"{name} stands for {terms[name]} and for {iri}",
                rule="a short name stands for one IRI in the whole vocabulary",
                remedy="give both the same iri, or rename one",
            )
    return terms


def _pairs(types: Mapping[str, TypeDef]) -> Iterable[tuple[str, str]]:
    for name, definition in types.items():
        yield name, definition.iri or OWN + name
        for attribute, details in definition.attributes.items():
            yield attribute, details.iri or OWN + attribute
