"""What differs from desk to desk: from which severity on, by when, with which reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path

import msgspec

from hansa.base import yamlfile
from hansa.base.problems import BadFile
from hansa.base.vocabulary import Vocabulary


class DeskFile(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """The members of `desk.yaml`; each that is given replaces the default's as a whole."""

    open_from: str | None = None
    due_minutes: dict[str, float] | None = None
    reasons: dict[str, dict[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """A checked `desk.yaml`. `scale`: severity name to rank; `reasons`: code to words.

    `machine_reasons`: those that no person may give (see `standin`).
    """

    open_from: str
    due_minutes: Mapping[str, float]
    reasons: Mapping[str, Mapping[str, str]]
    scale: Mapping[str, int]
    machine_reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def opens(self, severity: str) -> bool:
        """Whether an alert of this severity opens an incident."""
        return self.rank(severity) >= self.rank(self.open_from)

    def rank(self, severity: str) -> int:
        """The place on the scale; what is not on it is below everything."""
        return self.scale.get(severity, -1)

    def due(self, severity: str, opened: datetime) -> datetime | None:
        """By when somebody must have taken an incident; None where the city sets no limit."""
        minutes = self.due_minutes.get(severity)
        return None if minutes is None else opened + timedelta(minutes=minutes)


def load_desk(folder: Path, vocabulary: Vocabulary) -> DeskSettings:
    """The desk of a city's folder over the defaults; BadFile names file, line and field."""
    default = Path(str(resources.files("hansa.desk") / "default.yaml"))
    own = folder / "desk.yaml"
    path = own if own.exists() else default
    base, given = yamlfile.load(default, DeskFile), yamlfile.load(path, DeskFile)
    scale = {step.name: rank for rank, step in enumerate(vocabulary.severity)}
    settings = DeskSettings(
        open_from=given.open_from or base.open_from or "",
        due_minutes=base.due_minutes or {} if given.due_minutes is None else given.due_minutes,
        reasons=given.reasons or base.reasons or {},
        scale=scale,
    )
    _check(settings, path)
    return settings


def _check(settings: DeskSettings, path: Path) -> None:
    named: Sequence[tuple[str, tuple[str, ...]]] = [
        (settings.open_from, ("openFrom",)),
        *((name, ("dueMinutes", name)) for name in settings.due_minutes),
    ]
    for name, steps in named:
        if name not in settings.scale:
            raise BadFile(
                f"{name!r} is no severity",
                where=f"{yamlfile.line_of(path, *steps)} {'.'.join(steps)}",
                remedy=f"one of {', '.join(settings.scale)}",
            )
    for name, minutes in settings.due_minutes.items():
        if minutes <= 0:
            raise BadFile(
                f"{minutes} minutes are no time to act in",
                where=f"{yamlfile.line_of(path, 'dueMinutes', name)} dueMinutes.{name}",
            )
