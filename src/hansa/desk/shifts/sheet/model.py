"""The hand-over sheet as frozen values: what one shift leaves to the next.

Made of the shift's events alone, so the same graph gives the same sheet and its digest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

Words: TypeAlias = Mapping[str, str]
"""A text by language."""


@dataclass(frozen=True, slots=True)
class Case:
    """An incident that the shift had to do with, as it stands at the hand-over."""

    id: str
    title: Words
    severity: str
    state: str
    owner: str
    opened: datetime | None
    closed: datetime | None
    reason: str
    due: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task that is not done in its time."""

    id: str
    title: Words
    organization: str
    incident: str
    due: datetime | None


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A duty that fell due in the shift. `late`: done after its time."""

    id: str
    title: Words
    due: datetime
    state: str
    by: str
    on_behalf: str
    at: datetime | None
    late: bool
    escalated: str


@dataclass(frozen=True, slots=True)
class LevelLine:
    """The city's level from a moment on."""

    at: datetime
    level: int


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source of data that is late or fails."""

    id: str
    title: Words
    health: str
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class NoteLine:
    """What the officer wrote; `text` "" where the class of notes does not let it out."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class ActingLine:
    """An appointment that was in force in the shift."""

    id: str
    principal: str
    acting: str
    role: str
    since: datetime
    until: datetime
    ground: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole sheet. `still_open`: the incidents that the next shift inherits."""

    shift: str
    world: str
    post: str
    title: Words
    on_duty: str
    on_behalf: str
    taken: datetime
    planned: tuple[datetime, datetime] | None
    handed_over: datetime
    handed_over_by: str
    opened: tuple[Case, ...]
    worked: tuple[Case, ...]
    closed: tuple[Case, ...]
    still_open: tuple[Case, ...]
    tasks_overdue: tuple[TaskLine, ...]
    duties: tuple[DutyLine, ...]
    level_before: int | None
    levels: tuple[LevelLine, ...]
    sources: tuple[SourceLine, ...]
    notes: tuple[NoteLine, ...]
    acting: tuple[ActingLine, ...]
