"""What differs from desk to desk: what opens an incident, by when, how urgent, who hears of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path

from hansa.base import yamlfile
from hansa.base.problems import BadFile
from hansa.base.vocabulary import Vocabulary
from hansa.desk.deskfile import PRIORITIES, DeskFile, load_file
from hansa.desk.rules import (
    OTHER,
    AttachmentRule,
    DuplicateRule,
    EscalationStep,
    GroupRule,
    IncidentType,
)

_LAST = PRIORITIES[-1]


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """A checked `desk.yaml`. `scale`: severity name to rank; `reasons`: code to words.

    `machine_reasons`: those that no person may give (see `standin`).
    """

    open_from: str
    due_minutes: Mapping[str, float]
    reasons: Mapping[str, Mapping[str, str]]
    scale: Mapping[str, int]
    types: Mapping[str, IncidentType]
    priorities: Mapping[str, int]
    grouping: tuple[GroupRule, ...]
    duplicates: DuplicateRule
    escalation: tuple[EscalationStep, ...]
    attachments: AttachmentRule
    machine_reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def opens(self, severity: str) -> bool:
        """Whether an alert of this severity opens an incident."""
        return self.rank(severity) >= self.rank(self.open_from)

    def rank(self, severity: str) -> int:
        """The place on the scale; what is not on it is below everything."""
        return self.scale.get(severity, -1)

    def worst(self, *severities: str) -> str:
        """The greatest of them."""
        return max(severities, key=self.rank, default="")

    def due(self, severity: str, opened: datetime) -> datetime | None:
        """By when somebody must have taken an incident; None where the city sets no limit."""
        minutes = self.due_minutes.get(severity)
        return None if minutes is None else opened + timedelta(minutes=minutes)

    def type_of(self, category: str) -> str:
        """The type that alerts of a rule's category lead to."""
        if category in self.types:
            return category
        found = (key for key, one in self.types.items() if category in one.categories)
        return next(found, OTHER)

    def priority(self, severity: str, incident_type: str) -> int:
        """The city's table: how urgent this is before a person says otherwise."""
        own = self.types.get(incident_type)
        table = self.priorities if own is None else {**self.priorities, **own.priorities}
        return table.get(severity, _LAST)


def load_desk(folder: Path, vocabulary: Vocabulary) -> DeskSettings:
    """The desk of a city's folder over the defaults; BadFile names file, line and field."""
    default = Path(str(resources.files("hansa.desk") / "default.yaml"))
    own = folder / "desk.yaml"
    path = own if own.exists() else default
    base, given = load_file(default, vocabulary), load_file(path, vocabulary)
    settings = _over(base, given, {s.name: rank for rank, s in enumerate(vocabulary.severity)})
    if "duplicate" not in settings.reasons:
        raise BadFile(
            "a merged incident is closed with the reason `duplicate`, which is missing",
            where=f"{yamlfile.line_of(path, 'reasons')} reasons",
            remedy="duplicate: {en: duplicate}",
        )
    return settings


def _over(base: DeskFile, given: DeskFile, scale: Mapping[str, int]) -> DeskSettings:
    """Each member that the city gives in place of the default's."""
    types = {**(base.types or {}), **(given.types or {})}
    grouping = base.grouping if given.grouping is None else given.grouping
    escalation = base.escalation if given.escalation is None else given.escalation
    duplicates = given.duplicates or base.duplicates
    attachments = given.attachments or base.attachments
    assert duplicates is not None and attachments is not None  # noqa: S101, PT018 - the default has both
    return DeskSettings(
        open_from=given.open_from or base.open_from or "",
        due_minutes=base.due_minutes or {} if given.due_minutes is None else given.due_minutes,
        reasons=given.reasons or base.reasons or {},
        scale=scale,
        types={key: one.made() for key, one in types.items()},
        priorities={**(base.priorities or {}), **(given.priorities or {})},
        grouping=tuple(one.made() for one in grouping or ()),
        duplicates=duplicates.made(),
        escalation=tuple(one.made() for one in escalation or ()),
        attachments=attachments.made(),
    )
