"""`desk.yaml` as it is written: its shape, and what is refused in it with file, line and field."""

from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import msgspec

from hansa.base import yamlfile
from hansa.base.durations import parse_duration
from hansa.base.problems import BadFile
from hansa.base.vocabulary import Vocabulary
from hansa.desk.rules import (
    AttachmentRule,
    DuplicateRule,
    EscalationStep,
    GroupRule,
    IncidentType,
    Same,
    When,
)
from hansa.desk.signatures import SIGNATURES
from hansa.guard import load_roles

Steps: TypeAlias = tuple[str | int, ...]
PRIORITIES = range(1, 5)
_MEGABYTE = 1 << 20
_MOST_MEGABYTES = 64  # held in memory while it is sealed
_FEW = 20  # names that a remedy may list


class _Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """What every part of the file has in common."""


class TypeShape(_Shape, frozen=True):
    words: dict[str, str]
    categories: frozenset[str] = frozenset()
    priorities: dict[str, int] = msgspec.field(default_factory=dict)

    def made(self) -> IncidentType:
        """The checked value."""
        return IncidentType(self.words, self.categories, self.priorities)


class GroupShape(_Shape, frozen=True):
    same: Same
    within: str
    metres: float | None = None
    through: list[str] = msgspec.field(default_factory=list)

    def __post_init__(self) -> None:
        parse_duration(self.within)
        if self.metres is not None and self.metres <= 0:
            raise ValueError("metres are more than 0")
        if self.same is Same.UPSTREAM and not self.through:
            raise ValueError("upstream needs `through`: the relations that name what feeds it")

    def made(self) -> GroupRule:
        """The checked value."""
        return GroupRule(self.same, _span(self.within), self.metres, tuple(self.through))


class DuplicatesShape(_Shape, frozen=True):
    metres: float
    minutes: float
    at_least: float

    def __post_init__(self) -> None:
        if self.metres <= 0 or self.minutes <= 0 or not 0 < self.at_least <= 1:
            raise ValueError("metres and minutes are more than 0, atLeast is above 0 and up to 1")

    def made(self) -> DuplicateRule:
        """The checked value."""
        return DuplicateRule(self.metres, self.minutes, self.at_least)


class EscalationShape(_Shape, frozen=True):
    after: str
    to: str
    when: When = When.UNACKNOWLEDGED
    severity: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        parse_duration(self.after)

    def made(self) -> EscalationStep:
        """The checked value."""
        return EscalationStep(_span(self.after), self.when, self.to, self.severity)


class AttachmentsShape(_Shape, frozen=True):
    megabytes: float
    types: frozenset[str]

    def __post_init__(self) -> None:
        if not 0 < self.megabytes <= _MOST_MEGABYTES:
            raise ValueError(f"megabytes are more than 0 and at most {_MOST_MEGABYTES}")
        if unknown := self.types - SIGNATURES.keys():
            raise ValueError(f"{', '.join(sorted(unknown))}: only {', '.join(SIGNATURES)}")

    def made(self) -> AttachmentRule:
        """The checked value."""
        return AttachmentRule(round(self.megabytes * _MEGABYTE), self.types)


class DeskFile(_Shape, frozen=True):
    """The members of `desk.yaml`; each that is given replaces the default's as a whole."""

    open_from: str | None = None
    due_minutes: dict[str, float] | None = None
    reasons: dict[str, dict[str, str]] | None = None
    types: dict[str, TypeShape] | None = None
    priorities: dict[str, int] | None = None
    grouping: list[GroupShape] | None = None
    duplicates: DuplicatesShape | None = None
    escalation: list[EscalationShape] | None = None
    attachments: AttachmentsShape | None = None


def load_file(path: Path, vocabulary: Vocabulary) -> DeskFile:
    """The file as it is; BadFile names line and field of what cannot be meant."""
    given = yamlfile.load(path, DeskFile)
    severities = tuple(step.name for step in vocabulary.severity)
    _one_of(path, _severities(given), severities, "severity")
    _one_of(path, _relations(given), vocabulary.terms, "attribute of the vocabulary")
    _one_of(path, _roles(given), tuple(load_roles().roles), "role")
    _refuse_if(path, _minutes(given), lambda one: one <= 0, "minutes are no time to act in")
    _refuse_if(
        path, _priorities(given), lambda one: one not in PRIORITIES, "is no priority, 1 to 4"
    )
    return given


def _severities(given: DeskFile) -> Iterator[tuple[str, Steps]]:
    if given.open_from is not None:
        yield given.open_from, ("openFrom",)
    for name in given.due_minutes or ():
        yield name, ("dueMinutes", name)
    for name in given.priorities or ():
        yield name, ("priorities", name)
    for key, one in (given.types or {}).items():
        for name in one.priorities:
            yield name, ("types", key, "priorities", name)
    for index, step in enumerate(given.escalation or ()):
        for name in sorted(step.severity):
            yield name, ("escalation", index, "severity")


def _relations(given: DeskFile) -> Iterator[tuple[str, Steps]]:
    for index, rule in enumerate(given.grouping or ()):
        for name in rule.through:
            yield name, ("grouping", index, "through")


def _roles(given: DeskFile) -> Iterator[tuple[str, Steps]]:
    for index, step in enumerate(given.escalation or ()):
        yield step.to, ("escalation", index, "to")


def _minutes(given: DeskFile) -> Iterator[tuple[float, Steps]]:
    for name, minutes in (given.due_minutes or {}).items():
        yield minutes, ("dueMinutes", name)


def _priorities(given: DeskFile) -> Iterator[tuple[float, Steps]]:
    for name, number in (given.priorities or {}).items():
        yield number, ("priorities", name)
    for key, one in (given.types or {}).items():
        for name, number in one.priorities.items():
            yield number, ("types", key, "priorities", name)


def _one_of(
    path: Path, named: Iterator[tuple[str, Steps]], known: Collection[str], kind: str
) -> None:
    for name, steps in named:
        if name not in known:
            raise BadFile(
                f"{name!r} is no {kind}",
                where=_where(path, steps),
                remedy=f"one of {', '.join(known)}" if len(known) < _FEW else "",
            )


def _refuse_if(
    path: Path,
    found: Iterator[tuple[float, Steps]],
    wrong: Callable[[float], bool],
    words: str,
) -> None:
    for number, steps in found:
        if wrong(number):
            raise BadFile(f"{number} {words}", where=_where(path, steps))


def _where(path: Path, steps: Steps) -> str:
    return f"{yamlfile.line_of(path, *steps)} {'.'.join(str(one) for one in steps)}"


def _span(text: str) -> timedelta:
    return timedelta(microseconds=parse_duration(text))
