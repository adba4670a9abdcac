"""Which privacy class every attribute of every type has.

Smart Data Models carry no privacy classes, so the vocabulary adds them, and a city may differ
by files of its own (`privacy/*.yaml`). A city may always tighten; to loosen it must say why,
because that sentence is what a privacy officer is asked for. What nobody named is restricted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import msgspec

from hansa.base import yamlfile
from hansa.base.problems import BadFile
from hansa.base.vocabulary import Tells, Vocabulary
from hansa.guard.model import PrivacyClass

Key: TypeAlias = tuple[str, str]  # type, attribute


class Loosened(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"klass": "class"}
):
    """A class with the reason that allows it to be laxer than the vocabulary's."""

    klass: str
    because: str = ""


class PrivacyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file of a city's `privacy/` folder: type -> attribute -> class."""

    types: dict[str, dict[str, str | Loosened]] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Override:
    """One attribute's class as a city wants it; `where` is file and line for the refusal."""

    type_name: str
    attribute: str
    klass: PrivacyClass
    because: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """(type, attribute) -> class, the reasons for what was loosened, what personal values tell.

    `about`: type -> its relationships to the entity whose person it speaks of.
    """

    classes: Mapping[Key, PrivacyClass] = field(default_factory=dict)
    reasons: Mapping[Key, str] = field(default_factory=dict)
    persons: Mapping[Key, Tells] = field(default_factory=dict)
    about: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def privacy_class(self, types: Iterable[str], attribute: str) -> PrivacyClass:
        """The strictest class among the types; unknown means restricted."""
        found = (self.classes.get((name, attribute), PrivacyClass.RESTRICTED) for name in types)
        return max(found, key=lambda klass: klass.strictness, default=PrivacyClass.RESTRICTED)

    def personal(self, types: Iterable[str], attribute: str) -> bool:
        """Whether the value belongs into the vault."""
        return self.privacy_class(types, attribute) is PrivacyClass.PERSONAL

    def tells(self, types: Iterable[str], attribute: str) -> Tells:
        """What a personal value of the attribute tells of somebody."""
        found = (self.persons.get((name, attribute)) for name in types)
        return next((one for one in found if one is not None), "other")

    def speaks_by(self, types: Iterable[str]) -> tuple[str, ...]:
        """The relationships to entities of whose persons entities of the types speak."""
        return tuple(name for one in types for name in self.about.get(one, ()))


def from_vocabulary(vocabulary: Vocabulary) -> Catalogue:
    """The classes as the vocabulary names them."""
    classes: dict[Key, PrivacyClass] = {}
    for type_name, definition in vocabulary.types.items():
        for name, attribute in definition.attributes.items():
            classes[type_name, name] = _class_of(
                attribute.privacy, f"vocabulary, {type_name}.{name}"
            )
    persons: dict[Key, Tells] = {
        (name, attribute): tells
        for name, one in vocabulary.persons.items()
        for attribute, tells in one.tells.items()
    }
    about = {name: one.about for name, one in vocabulary.persons.items() if one.about}
    return Catalogue(
        MappingProxyType(classes),
        persons=MappingProxyType(persons),
        about=MappingProxyType(about),
    )


def merge(base: Catalogue, overrides: Iterable[Override]) -> Catalogue:
    """`base` with a city's overrides; BadFile where one loosens without saying why."""
    classes, reasons = dict(base.classes), dict(base.reasons)
    named: dict[Key, Override] = {}
    for override in overrides:
        key = (override.type_name, override.attribute)
        _check(override, classes.get(key, PrivacyClass.RESTRICTED), named.get(key))
        named[key] = override
        classes[key] = override.klass
        if override.because:
            reasons[key] = override.because
    return Catalogue(MappingProxyType(classes), MappingProxyType(reasons), base.persons, base.about)


NOT_CLASSES = frozenset({"retention.yaml", "register.yaml", "breaches.yaml"})
"""Files of the folder that say other things than classes; the desk reads them."""


def read_overrides(folder: Path) -> tuple[Override, ...]:
    """Every override of the city's `privacy/` folder, files by name; none if there is none."""
    files = (path for path in sorted(folder.glob("*.yaml")) if path.name not in NOT_CLASSES)
    return tuple(override for path in files for override in _read(path))


def _read(path: Path) -> Sequence[Override]:
    given = yamlfile.load(path, PrivacyFile)
    return [
        _override(path, type_name, attribute, wish)
        for type_name, attributes in given.types.items()
        for attribute, wish in attributes.items()
    ]


def _override(path: Path, type_name: str, attribute: str, wish: str | Loosened) -> Override:
    where = yamlfile.line_of(path, "types", type_name, attribute)
    text, because = (wish, "") if isinstance(wish, str) else (wish.klass, wish.because.strip())
    return Override(type_name, attribute, _class_of(text, where), because, where)


def _check(override: Override, before: PrivacyClass, other: Override | None) -> None:
    name = f"{override.type_name}.{override.attribute}"
    if other is not None:
        raise BadFile(
            f"the class of {name} is set twice (also at {other.where})",
            where=override.where,
            remedy="keep one of them",
        )
    if override.klass.strictness < before.strictness and not override.because:
        raise BadFile(
            f"{name} is {before} and would become {override.klass}",
            where=override.where,
            rule="a city may tighten a privacy class; to loosen one it says why",
            remedy=f'write {{class: {override.klass}, because: "…"}}',
        )


def _class_of(text: str, where: str) -> PrivacyClass:
    try:
        return PrivacyClass(text)
    except ValueError as error:
        raise BadFile(
            f"{text!r} is no privacy class",
            where=where,
            remedy="write public, internal, restricted or personal",
        ) from error
