"""`privacy/` of a city's folder beside the classes: retention, register, laws; checked at load."""

from collections.abc import Mapping
from datetime import time, timedelta
from importlib import resources
from pathlib import Path
from typing import Annotated

import msgspec

from hansa.base import yamlfile
from hansa.base.problems import BadFile, Problem
from hansa.base.vocabulary import Vocabulary
from hansa.context import parse_q
from hansa.desk.privacy.model import Entry, NoticeDuty, PrivacySettings, RetentionRule

FOLDER = "privacy"
RETENTION, REGISTER, BREACHES = "retention.yaml", "register.yaml", "breaches.yaml"
_WORDS = dict[str, str]


class RuleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule of `retention.yaml`."""

    words: _WORDS
    type: str
    since: str
    days: Annotated[int, msgspec.Meta(ge=1)]
    where: str = ""
    because: _WORDS = msgspec.field(default_factory=dict)


class RetentionFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members of `retention.yaml`. `at`: when on the city's clock what is over is erased."""

    at: Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "03:30"
    rules: dict[str, RuleFile] = msgspec.field(default_factory=dict)


class EntryFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `register.yaml` says of one type."""

    purpose: _WORDS = msgspec.field(default_factory=dict)
    basis: _WORDS = msgspec.field(default_factory=dict)
    recipients: _WORDS = msgspec.field(default_factory=dict)


class RegisterFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members of `register.yaml`: who answers for the data, and why each type is kept."""

    controller: _WORDS = msgspec.field(default_factory=dict)
    officer: _WORDS = msgspec.field(default_factory=dict)
    types: dict[str, EntryFile] = msgspec.field(default_factory=dict)


class BreachesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members of `breaches.yaml`: the laws that the city follows."""

    laws: tuple[str, ...] = ()


class DutyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One duty of a law."""

    words: _WORDS
    cites: str
    hours: int | None = None


class LawFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One law with its duties."""

    words: _WORDS
    duties: dict[str, DutyFile]


class LawsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members of `laws.yaml` of this package."""

    laws: dict[str, LawFile]


def load_privacy(folder: Path, vocabulary: Vocabulary) -> PrivacySettings:
    """What the city says; nothing where it says nothing. BadFile names file, line and field."""
    home = folder / FOLDER
    retention = _read(home / RETENTION, RetentionFile)
    register = _read(home / REGISTER, RegisterFile)
    hour, minute = map(int, retention.at.split(":"))
    return PrivacySettings(
        rules=tuple(
            _rule(home / RETENTION, key, one, vocabulary) for key, one in retention.rules.items()
        ),
        sweep=time(hour, minute),
        controller=register.controller,
        officer=register.officer,
        register=_entries(home / REGISTER, register, vocabulary),
        duties=_duties(home / BREACHES),
    )


def _read(path: Path, shape: type[yamlfile.T]) -> yamlfile.T:
    return yamlfile.load(path, shape) if path.exists() else shape()


def _rule(path: Path, key: str, given: RuleFile, vocabulary: Vocabulary) -> RetentionRule:
    definition = vocabulary.types.get(given.type)
    if definition is None:
        raise _bad(path, f"there is no type {given.type}", "rules", key, "type")
    if given.since not in definition.attributes:
        raise _bad(path, f"{given.type} has no {given.since}", "rules", key, "since")
    try:
        if given.where:
            parse_q(given.where)
    except Problem as error:
        raise _bad(path, error.detail, "rules", key, "where") from error
    return RetentionRule(
        *(key, given.words, given.type, given.where, given.since, given.days, given.because)
    )


def _entries(path: Path, given: RegisterFile, vocabulary: Vocabulary) -> Mapping[str, Entry]:
    for name in given.types:
        if name not in vocabulary.types:
            raise _bad(path, f"there is no type {name}", "types", name)
    return {
        name: Entry(one.purpose, one.basis, one.recipients) for name, one in given.types.items()
    }


def _duties(path: Path) -> tuple[NoticeDuty, ...]:
    source = Path(str(resources.files("hansa.desk.privacy") / "laws.yaml"))
    laws = yamlfile.load(source, LawsFile).laws
    found: list[NoticeDuty] = []
    for law in _read(path, BreachesFile).laws:
        if law not in laws:
            raise _bad(path, f"{law} is no law known here", "laws", remedy=", ".join(laws))
        found += [
            NoticeDuty(
                key,
                law,
                one.words,
                None if one.hours is None else timedelta(hours=one.hours),
                one.cites,
            )
            for key, one in laws[law].duties.items()
        ]
    return tuple(found)


def _bad(path: Path, detail: str, *steps: str, remedy: str = "") -> BadFile:
    return BadFile(
        detail, where=f"{yamlfile.line_of(path, *steps)} {'.'.join(steps)}", remedy=remedy
    )
