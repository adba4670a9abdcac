"""The rules a city writes for its desk, as checked values: types, grouping, duplicates, escalation.

They are data of the city (`desk.yaml`); what follows from them is in `grouping`, `duplicates` and
`escalation`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

OTHER = "other"  # the type of what belongs to no other


class Same(StrEnum):
    """What alerts of one cause have in common."""

    SECTOR = "sector"
    CATEGORY = "category"
    ENTITY = "entity"  # an entity that both rest on
    UPSTREAM = "upstream"  # an entity that feeds what both rest on, or is what one rests on


class When(StrEnum):
    """From when on the minutes of an escalation are counted."""

    UNACKNOWLEDGED = "unacknowledged"  # since it was opened
    OVERDUE = "overdue"  # since its due time


@dataclass(frozen=True, slots=True)
class IncidentType:
    """A kind of incident. `priorities`: by severity, where it differs from the city's table."""

    words: Mapping[str, str]
    categories: frozenset[str] = frozenset()
    priorities: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroupRule:
    """Alerts with the same sector, category or cause, so near and so soon, are one trouble.

    `metres` None: anywhere. `through`: relations by which one entity names what feeds it.
    """

    same: Same
    within: timedelta
    metres: float | None = None
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    """From which likeness (0 to 1) on an incident is suggested as a duplicate, and how far off."""

    metres: float
    minutes: float
    at_least: float


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """A role that hears of an incident nobody took. `severities` empty: of any."""

    after: timedelta
    when: When
    to: str
    severities: frozenset[str] = frozenset()

    def concerns(self, severity: str) -> bool:
        """Whether incidents of this severity take the step."""
        return not self.severities or severity in self.severities


@dataclass(frozen=True, slots=True)
class AttachmentRule:
    """What may be attached: these media types, up to so many bytes."""

    largest: int
    types: frozenset[str]
