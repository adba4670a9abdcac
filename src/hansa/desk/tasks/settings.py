"""What differs from city to city about tasks: reasons, the usual time, who hears of late ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import TypeAlias

import msgspec

from hansa.base import yamlfile
from hansa.base.durations import parse_duration
from hansa.base.problems import BadFile

FILE = "tasks.yaml"

Reasons: TypeAlias = Mapping[str, Mapping[str, str]]
"""Code to words."""


class ReasonsEntry(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """The reasons of each order that needs one."""

    pause: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    return_: dict[str, dict[str, str]] = msgspec.field(default_factory=dict, name="return")
    new_time: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)


class TasksFile(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """The members of `tasks.yaml`; each that is given replaces the default's."""

    within: str = ""
    request_within: str = ""
    escalate: str = ""
    telephone: str = ""
    reasons: ReasonsEntry = msgspec.field(default_factory=ReasonsEntry)


@dataclass(frozen=True, slots=True)
class TaskSettings:
    """A checked `tasks.yaml`. `within`: the service time of a task that a person sends.

    `request_within`: of a written request where neither law nor theme gives a term.
    `telephone`: of the city's duty desk, for the dispatchers of organisations.
    """

    within: timedelta = timedelta(hours=4)
    request_within: timedelta = timedelta(hours=40)
    escalate: str = "department-head"
    pause: Reasons = field(default_factory=dict)
    return_: Reasons = field(default_factory=dict)
    new_time: Reasons = field(default_factory=dict)
    telephone: str = ""


def load_tasks(folder: Path, languages: Sequence[str]) -> TaskSettings:
    """The tasks of a city's folder over the defaults; BadFile names file, line and field."""
    default = Path(str(resources.files("hansa.desk.tasks") / "default.yaml"))
    own = folder / FILE
    path = own if own.exists() else default
    base, given = yamlfile.load(default, TasksFile), yamlfile.load(path, TasksFile)
    _check_words(given, path, languages if path == own else ())
    return TaskSettings(
        within=_duration(given.within or base.within, path, "within"),
        request_within=_duration(
            given.request_within or base.request_within, path, "requestWithin"
        ),
        escalate=given.escalate or base.escalate,
        pause=given.reasons.pause or base.reasons.pause,
        return_=given.reasons.return_ or base.reasons.return_,
        new_time=given.reasons.new_time or base.reasons.new_time,
        telephone=given.telephone,
    )


def _duration(text: str, path: Path, member: str) -> timedelta:
    try:
        return timedelta(microseconds=parse_duration(text))
    except ValueError as error:
        where = f"{yamlfile.line_of(path, member)} {member}"
        raise BadFile(str(error), where=where) from error


def _check_words(given: TasksFile, path: Path, languages: Sequence[str]) -> None:
    lists = {
        "pause": given.reasons.pause,
        "return": given.reasons.return_,
        "newTime": given.reasons.new_time,
    }
    for name, reasons in lists.items():
        for code, words in reasons.items():
            if missing := [one for one in languages if not words.get(one, "").strip()]:
                steps = ("reasons", name, code)
                where = f"{yamlfile.line_of(path, *steps)} {'.'.join(steps)}"
                raise BadFile(f"no words in {', '.join(missing)}", where=where)
